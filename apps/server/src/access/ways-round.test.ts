/** Ways round the limits of folders and keys: by another recipe, an older version, a draft, a body, an event of somebody else. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "../owned-server.test-kit.ts";
import { type Browser, firstAccount, newKey, newPerson } from "./signed-in.test-kit.ts";

let server: OwnedServer;
let ada: Browser;
/** A builder in Marketing, who has no role elsewhere. */
let dee: Browser;
let profileId: string;

const deletes = (name: string, connection: string) =>
  `name: ${name}\ntrigger: { use: recipe/called }\nsteps:\n  - use: zoom/delete-meeting\n    connection: ${connection}\n    input: { meetingId: 1 }\n`;
const calls = (name: string, callee: string) =>
  `name: ${name}\ntrigger: { use: recipe/called }\nsteps:\n  - call: ${callee}\n`;
const plain = (name: string) =>
  `name: ${name}\ntrigger: { use: http/webhook-received }\nsteps:\n  - stop: { as: succeeded }\n`;

async function made(source: string, folder = ""): Promise<string> {
  const { status, body } = await ada.api("POST", "/recipes", { source, folder });
  expect([status, body.problems]).toEqual([201, undefined]);
  return body.id as string;
}
const statusOf = async (by: Browser, method: string, path: string, body?: object) =>
  (await by.api(method, path, body)).status;

beforeAll(async () => {
  server = await startOwnedServer();
  ada = (await firstAccount(server)).browser;
  const folders = { Marketing: "builder" };
  dee = (await newPerson(server, ada, { role: null, folders }, "dee@acme.example")).browser;
  const fields = { client_id: "id", client_secret: "s", webhook_secret_token: "t" };
  profileId = (await ada.api("POST", "/app-profiles", { connector: "zoom", name: "App", fields })).body.id;
  for (const name of ["mine", "theirs"])
    await ada.api("POST", "/connections", { name, connector: "zoom", profileId });
});
afterAll(() => server?.stop());

/** A running recipe with an address, and a call of it. @returns its id and the event's */
async function called(name: string, folder: string): Promise<{ id: string; eventId: string }> {
  const id = await made(plain(name), folder);
  await ada.api("POST", `/recipes/${id}/start`, {});
  const { url } = (await ada.api("GET", `/recipes/${id}/hook`)).body;
  await fetch(`${server.url}${new URL(url).pathname}`, {
    ...{ method: "POST", body: `{"of":"${name}"}`, headers: { "content-type": "application/json" } },
  });
  const preview = (await ada.api("GET", `/recipes/${id}/preview`)).body.events as { id: string }[];
  return { id, eventId: preview[0]?.id ?? "" };
}

describe("who has a role in one folder alone", () => {
  test("runs many jobs of it again and cancels them, and none of others, alone or among theirs", async () => {
    const ours = await called("Many of ours", "Marketing/Mail");
    const theirs = await called("Many of theirs", "Sales");
    const free = await called("Many of nobody", "");
    const jobsOf = async ({ id }: { id: string }): Promise<string[]> =>
      (await ada.api("GET", `/jobs?recipeId=${id}`)).body.items.map((job: { id: string }) => job.id);
    const [mine, sales, none] = await Promise.all([ours, theirs, free].map(jobsOf));
    const again = { from: "start", version: "newest" };
    const rerun = await dee.api("POST", "/jobs/rerun", { ...again, jobIds: mine });
    expect([rerun.status, rerun.body.done.length, rerun.body.refused]).toEqual([200, mine?.length, []]);
    expect(await statusOf(dee, "POST", "/jobs/cancel", { jobIds: mine })).toBe(200);
    for (const jobIds of [sales, none, [...(mine ?? []), ...(sales ?? [])]]) {
      expect(await statusOf(dee, "POST", "/jobs/rerun", { ...again, jobIds })).toBe(403);
      expect(await statusOf(dee, "POST", "/jobs/cancel", { jobIds })).toBe(403);
    }
    // Of a recipe that is gone, nobody but who may everywhere.
    await ada.api("POST", `/recipes/${ours.id}/stop`, {});
    expect(await statusOf(ada, "DELETE", `/recipes/${ours.id}?jobs=cancel`)).toBe(204);
    expect(await statusOf(dee, "POST", "/jobs/cancel", { jobIds: mine })).toBe(403);
    expect(await jobsOf(theirs)).toEqual(sales);
  });

  test("has none in another by saying that something there goes to theirs", async () => {
    const id = await made(plain("Elsewhere"), "Sales");
    const into = { folder: "Marketing" };
    for (const [method, path] of [
      ["PATCH", `/recipes/${id}`],
      ["DELETE", `/recipes/${id}`],
      ["POST", `/recipes/${id}/start`],
      ["POST", `/recipes/${id}/stop`],
      ["POST", `/recipes/${id}/hook/renew`],
      ["POST", `/recipes/${id}/duplicate`],
    ] as const)
      expect([method, path, await statusOf(dee, method, path, into)]).toEqual([method, path, 403]);
    expect((await ada.api("GET", `/recipes/${id}`)).body.folder).toBe("Sales");
  });

  test("does not see the events of another folder's address, by a preview nor by a test run", async () => {
    const theirs = await called("Told in private", "Sales");
    const own = await called("Told in Marketing", "Marketing");
    const preview = (recipeId: string) =>
      statusOf(dee, "POST", "/recipes/preview", { source: plain("Told in Marketing"), recipeId });
    expect([await preview(own.id), await preview(theirs.id)]).toEqual([200, 403]);
    const run = (eventId: string) =>
      dee.api("POST", `/recipes/${own.id}/test-runs`, { event: { from: "inbox", eventId } });
    expect((await run(own.eventId)).body.trigger).toMatchObject({ body: { of: "Told in Marketing" } });
    expect(await run(theirs.eventId)).toMatchObject({ status: 404 });
  });

  test("writes drafts of their own, and neither reads, changes nor uses up those of others", async () => {
    const { body: own } = await dee.api("POST", "/drafts", { source: "name: Mine" });
    const { body: adas } = await ada.api("POST", "/drafts", { source: "name: Secret plans" });
    const save = (id: string) =>
      statusOf(dee, "PUT", `/recipes/${id}/draft`, { source: "name: M", revision: 1 });
    expect([await save(own.id), await save(adas.id)]).toEqual([200, 403]);
    expect(await statusOf(dee, "GET", `/recipes/${adas.id}/draft`)).toBe(403);
    const { items } = (await dee.api("GET", "/drafts")).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([own.id]);
    const make = (draftId: string, name: string) =>
      statusOf(dee, "POST", "/recipes", { source: plain(name), folder: "Marketing", draftId });
    expect([await make(adas.id, "Taken"), await make(own.id, "Made")]).toEqual([403, 201]);
    expect((await ada.api("GET", "/drafts")).body.items).toMatchObject([{ id: adas.id }]);
  });

  test("calls no recipe where they may run none, but leaves a call that was there", async () => {
    await made(deletes("Not theirs to run", "theirs"), "Sales");
    const source = calls("Asks", "Not theirs to run");
    const id = await made(source, "Marketing");
    expect(
      await statusOf(dee, "POST", "/recipes", {
        source: calls("New", "Not theirs to run"),
        folder: "Marketing",
      }),
    ).toBe(403);
    expect(
      await statusOf(dee, "PUT", `/recipes/${id}`, { source: `${source}  - stop: { as: succeeded }\n` }),
    ).toBe(200);
  });

  test("hears nothing of other folders' recipes by connections and labels", async () => {
    await made(deletes("Named nowhere", "theirs"), "Sales/Secret");
    await made(deletes("Seen", "theirs"), "Marketing");
    const told = await Promise.all(["/connections", "/recipes/labels"].map((path) => dee.api("GET", path)));
    const text = JSON.stringify(told.map(({ body }) => body));
    expect(text).toContain("Seen");
    expect(text).not.toMatch(/Named nowhere|Sales/);
  });
});

describe("a key of some connections", () => {
  let headers: Readonly<Record<string, string>>;
  beforeAll(async () => {
    ({ headers } = await newKey(ada, { role: "builder", connections: ["mine"] }));
  });
  const tried = async (method: string, path: string, body?: object) =>
    (await server.api(method, path, body, headers)).status;

  test("does not bring back a version that uses another", async () => {
    const id = await made(deletes("Versions", "theirs"));
    await ada.api("PUT", `/recipes/${id}`, { source: deletes("Versions", "mine") });
    expect(await tried("POST", `/recipes/${id}/versions/1/restore`)).toBe(403);
    expect(await tried("POST", `/recipes/${id}/versions/2/restore`)).toBe(200);
  });

  test("uses none by a recipe that it calls, however far", async () => {
    await made(deletes("Last", "theirs"));
    const id = await made(calls("Middle", "Last"));
    expect(await tried("POST", "/recipes", { source: calls("First", "Middle") })).toBe(403);
    expect(await tried("POST", `/recipes/${id}/start`, {})).toBe(403);
    await made(deletes("Own end", "mine"));
    expect(await tried("POST", "/recipes", { source: calls("Own begin", "Own end") })).toBe(201);
  });

  test("makes none by the name that it may use", async () => {
    expect(await tried("POST", "/connections", { name: "mine too", connector: "zoom", profileId })).toBe(403);
  });

  test("reads neither the inbox of others nor what their jobs were given", async () => {
    const { eventId } = await called("Their call", "");
    const { body: events } = await server.api("GET", "/events", undefined, headers);
    expect(events.items).toEqual([]);
    for (const path of [
      `/events/${eventId}`,
      `/events/${eventId}/takers`,
      "/inbox/health",
      "/inbox/refusals",
    ])
      expect([path, await tried("GET", path)]).toEqual([path, 403]);
    const source = deletes("Their job", "theirs");
    const id = await made(source);
    const run = await ada.api("POST", `/recipes/${id}/test-runs`, { event: { from: "hand", payload: {} } });
    expect(await tried("GET", `/jobs/${run.body.id}`)).toBe(403);
    const { items } = (await server.api("GET", "/jobs", undefined, headers)).body;
    expect(items.map((job: { id: string }) => job.id)).not.toContain(run.body.id);
  });
});

test("a key of some effects has no others by a recipe that it writes, nor by a test run", async () => {
  const { headers } = await newKey(ada, { role: "builder", effects: ["read", "create", "update"] });
  const asks = await newKey(ada, {
    ...{ role: "builder", effects: ["read", "create", "update", "delete"], needsApproval: ["delete"] },
  });
  const id = await made(deletes("Deletes", "mine"));
  for (const by of [headers, asks.headers]) {
    const tries = [
      ["POST", "/recipes", { source: deletes("More", "mine") }],
      ["PUT", `/recipes/${id}`, { source: deletes("Deletes", "mine") }],
      ["POST", `/recipes/${id}/test-runs`, { event: { from: "sample" }, allow: ["delete"] }],
      ["POST", `/jobs/${id}/answer`, { path: "0", choice: "again" }],
    ] as const;
    for (const [method, path, body] of tries) {
      const { status, body: answer } = await server.api(method, path, body, by);
      expect([path, status, answer.error?.code]).toEqual([path, 403, "not-allowed"]);
    }
  }
  const templated = `name: Any\ntrigger: { use: recipe/called }\nsteps:\n  - use: zoom/custom-action\n    connection: mine\n    input: { method: "{{ trigger.m }}", path: /users/me }\n`;
  expect((await server.api("POST", "/recipes", { source: templated }, headers)).status).toBe(403);
  expect((await server.api("POST", "/recipes", { source: plain("Harmless") }, headers)).status).toBe(201);
});

test("what a key asked for is seen by itself and by people, and is not done once the key is gone", async () => {
  const wanted = { role: "operator", effects: ["read", "create"], needsApproval: ["create"] } as const;
  const [key, other] = [await newKey(ada, wanted), await newKey(ada, wanted)];
  const input = { method: "POST", url: "https://nobody.invalid/" };
  await fetch(`${server.url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...key.headers,
    },
    body: JSON.stringify({
      ...{
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "http_send-request", arguments: input },
      },
    }),
  });
  const [approval] = (await ada.api("GET", "/approvals?state=pending")).body.items;
  expect(approval).toMatchObject({ keyId: key.id, use: "http/send-request" });
  const seen = async (headers: Readonly<Record<string, string>>) => [
    (await server.api("GET", "/approvals", undefined, headers)).body.items.length,
    (await server.api("GET", `/approvals/${approval.id}`, undefined, headers)).status,
  ];
  expect([await seen(key.headers), await seen(other.headers)]).toEqual([
    [1, 200],
    [0, 404],
  ]);
  await ada.api("DELETE", `/api-keys/${key.id}`);
  expect(await ada.api("POST", `/approvals/${approval.id}/approve`)).toMatchObject({
    status: 409,
    body: { error: { code: "asker-gone" } },
  });
  expect((await ada.api("POST", `/approvals/${approval.id}/decline`)).body.state).toBe("declined");
});

test("a key does not pass for a person by its name", async () => {
  const refused = await ada.api("POST", "/api-keys", { name: "ada@acme.example", role: "viewer" });
  expect(refused).toMatchObject({ status: 400, body: { error: { fields: [{ field: "name" }] } } });
});

describe("data that is nested without end", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

  test("is refused as what it is, and fails nobody whose event comes with it", async () => {
    const id = await made(plain("Deep"));
    await ada.api("POST", `/recipes/${id}/start`, {});
    const { url } = (await ada.api("GET", `/recipes/${id}/hook`)).body;
    const send = (body: string) =>
      fetch(`${server.url}${new URL(url).pathname}`, {
        ...{ method: "POST", body, headers: { "content-type": "application/json" } },
      });
    const answers = await Promise.all([send("{}"), send(deep(20_000)), send("{}"), send(deep(20_000))]);
    expect(answers.map(({ status }) => status)).toEqual([202, 400, 202, 400]);
  });

  test("does not keep a call out of the audit log", async () => {
    const { headers } = await newKey(ada, { role: "operator", effects: ["read"] });
    const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"logger_log-message","arguments":{"message":${deep(20_000)}}}}`;
    await fetch(`${server.url}/mcp`, {
      ...{ method: "POST", body: text },
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
    });
    const [entry] = (await ada.api("GET", "/audit?limit=1")).body.items;
    expect(entry).toMatchObject({
      subject: { id: "logger/log-message" },
      after: { leftOut: expect.any(String) },
    });
  });
});
