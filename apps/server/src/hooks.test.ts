/** Recipes with an address of their own, and what is kept of deliveries, on the real server. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type OwnedServer, startOwnedServer } from "./owned-server.test-kit.ts";

let server: OwnedServer;
beforeAll(async () => {
  server = await startOwnedServer();
});
afterAll(() => server?.stop());

interface Made {
  readonly id: string;
  readonly url: string;
}

/** A running recipe with its address on this server. */
async function recipe(
  name: string,
  input: object = {},
  steps = "  - stop: { as: succeeded }",
  when = "true",
): Promise<Made> {
  const source = `name: ${name}\ntrigger:\n  use: http/webhook-received\n  input: ${JSON.stringify(input)}\n  when: ${JSON.stringify(when)}\nsteps:\n${steps}\n`;
  const { body, status } = await server.api("POST", "/recipes", { source });
  expect([status, body.problems]).toEqual([201, undefined]);
  expect((await server.api("POST", `/recipes/${body.id}/start`, {})).status).toBe(200);
  const { body: hook } = await server.api("GET", `/recipes/${body.id}/hook`);
  return { id: body.id, url: `${server.url}${new URL(hook.url).pathname}` };
}
const post = (url: string, body = "{}", headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
/** However slow the machine is. */
const until = <T>(what: () => Promise<T>) => vi.waitFor(what, { timeout: 20_000, interval: 50 });
/** What was refused at an address, once something was. */
const refusalsOf = (id: string) =>
  until(async () => {
    const { body } = await server.api("GET", `/inbox/refusals?receiverId=${id}`);
    expect(body.items.length).toBeGreaterThan(0);
    return body as { items: unknown[] };
  });
const jobsOf = async (id: string) =>
  (await server.api("GET", `/jobs?recipeId=${id}`)).body.items as { id: string; state: string }[];

test("a call of a recipe's address is an event, and starts its job and no other's", async () => {
  const [one, other] = [await recipe("One"), await recipe("Other")];
  const answer = await post(one.url, JSON.stringify({ lead: "ada@northwind.example" }));
  const { accepted, jobId } = (await answer.json()) as { accepted: boolean; jobId: string };
  expect([answer.status, accepted]).toEqual([202, true]);
  await until(async () => expect(await jobsOf(one.id)).toMatchObject([{ id: jobId, state: "succeeded" }]));
  expect(await jobsOf(other.id)).toEqual([]);
  const { body } = await server.api("GET", `/jobs/${jobId}`);
  expect(body.trigger).toMatchObject({ method: "POST", body: { lead: "ada@northwind.example" } });
});

test("the secret is told once and signs the raw bytes; a forged call starts nothing, and why is kept", async () => {
  const { id, url } = await recipe("Signed", { check: { kind: "hmac", prefix: "sha256=" } });
  const { body } = await server.api("POST", `/recipes/${id}/hook/secret`, {});
  const text = '{"a": 1}';
  const signature = `sha256=${createHmac("sha256", body.secret).update(text).digest("hex")}`;
  expect((await post(url, text, { "x-signature": signature })).status).toBe(202);
  expect((await post(url, '{"a":1}', { "x-signature": signature })).status).toBe(401);
  await until(async () => expect(await jobsOf(id)).toHaveLength(1));
  const refusals = await refusalsOf(id);
  expect(refusals.items).toMatchObject([
    {
      receiverName: "Signed",
      status: 401,
      bytes: 7,
      reason: expect.stringContaining("signature in X-Signature is wrong"),
    },
  ]);
  const { body: health } = await server.api("GET", "/inbox/health");
  expect(health.items.find((one: { receiverId: string }) => one.receiverId === id)).toMatchObject({
    ...{ kind: "recipe", received: 1, refused: 1, lastReceivedAt: expect.any(String) },
  });
  const everything = JSON.stringify([refusals, health, (await server.api("GET", `/recipes/${id}`)).body]);
  expect(everything).not.toContain(body.secret);
});

test("a call that is sent again under the same key starts one job", async () => {
  const { id, url } = await recipe("Once", { idempotencyHeader: "Idempotency-Key" });
  const answers = await Promise.all([1, 2, 3].map(() => post(url, "{}", { "idempotency-key": "same" })));
  const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as { duplicate?: boolean }[];
  expect(bodies.filter(({ duplicate }) => duplicate === true)).toHaveLength(2);
  await until(async () => expect(await jobsOf(id)).toMatchObject([{ state: "succeeded" }]));
});

describe("a caller who waits for the result", () => {
  test("hears it when the job has ended", async () => {
    const { url } = await recipe("Answers", { answer: "result" });
    const answer = await post(url);
    expect([answer.status, await answer.json()]).toEqual([200, null]);
  });

  test("hears that it did not succeed, and why", async () => {
    const steps = '  - stop: { as: failed, reason: "No such lead" }';
    const { url } = await recipe("Refuses", { answer: "result" }, steps);
    const answer = await post(url);
    expect([answer.status, await answer.json()]).toMatchObject([500, { error: "No such lead" }]);
  });

  test("hears at once that its call started nothing, as the recipe's condition does not hold", async () => {
    const { id, url } = await recipe("Picky", { answer: "result" }, undefined, "trigger.body.wanted == true");
    const answer = await post(url, '{"wanted": false}');
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: true, jobs: 0 }]);
    expect(await jobsOf(id)).toEqual([]);
  });
});

test("what calls the address of a stopped recipe waits in the inbox, and the next start asks whether to take it", async () => {
  const { id, url } = await recipe("Stops");
  const { body } = await server.api("POST", `/recipes/${id}/hook/renew`, {});
  const renewed = `${server.url}${new URL(body.url).pathname}`;
  expect([(await post(url)).status, (await post(renewed)).status]).toEqual([404, 202]);
  await server.api("POST", `/recipes/${id}/stop`, {});
  const kept = await post(renewed, '{"late": true}');
  expect([kept.status, await kept.json()]).toEqual([202, { accepted: true, jobs: 0 }]);
  const asked = await server.api("POST", `/recipes/${id}/start`, {});
  expect(asked).toMatchObject({ status: 409, body: { error: { code: "events-waiting" } } });
  await server.api("POST", `/recipes/${id}/start`, { events: "take" });
  await until(async () => expect(await jobsOf(id)).toHaveLength(2));
  await server.api("POST", `/recipes/${id}/stop`, {});
  await until(async () =>
    expect(await jobsOf(id)).toMatchObject([{ state: "succeeded" }, { state: "succeeded" }]),
  );
  await server.api("DELETE", `/recipes/${id}`);
  expect((await post(renewed)).status).toBe(404);
});

test("the address of a stopped recipe refuses who waits for a result, and one whose recipe never ran everybody", async () => {
  const { id, url } = await recipe("Answered when it runs", { answer: "result" });
  await server.api("POST", `/recipes/${id}/stop`, {});
  expect((await post(url)).status).toBe(409);
  const source =
    "name: Never ran\ntrigger: { use: http/webhook-received }\nsteps:\n  - stop: { as: succeeded }\n";
  const { body: made } = await server.api("POST", "/recipes", { source });
  const { body: hook } = await server.api("GET", `/recipes/${made.id}/hook`);
  expect((await post(`${server.url}${new URL(hook.url).pathname}`)).status).toBe(409);
  expect((await refusalsOf(made.id)).items).toMatchObject([
    { reason: "The recipe of this address is stopped." },
  ]);
});

test("only a recipe whose trigger has an address has one, and a secret that is too short is refused", async () => {
  const source =
    "name: Timed\ntrigger: { use: schedule/cron, input: { cron: '0 9 * * *' } }\nsteps:\n  - stop: { as: succeeded }\n";
  const { body } = await server.api("POST", "/recipes", { source });
  const none = await server.api("GET", `/recipes/${body.id}/hook`);
  expect([none.status, none.body.error.hint]).toEqual([
    404,
    expect.stringContaining("http/webhook-received"),
  ]);
  const { id } = await recipe("Short");
  const short = await server.api("POST", `/recipes/${id}/hook/secret`, { secret: "abc" });
  expect([short.status, short.body.error.fields]).toMatchObject([400, [{ field: "secret" }]]);
});

test("a schedule is due at its time, and its looks say when the next one is", async () => {
  const source =
    "name: Each minute\ntrigger: { use: schedule/cron, input: { cron: '* * * * *' } }\nsteps:\n  - stop: { as: succeeded }\n";
  const { body } = await server.api("POST", "/recipes", { source });
  await server.api("POST", `/recipes/${body.id}/start`, {});
  await until(async () => {
    const looks = await server.api("GET", `/recipes/${body.id}/looks`);
    expect(looks.body.items).toMatchObject([
      { kind: "own", found: 0, failures: 0, lastAt: expect.any(String) },
    ]);
    expect(new Date(looks.body.items[0].nextAt).getUTCSeconds()).toBe(0);
  });
  await server.api("POST", `/recipes/${body.id}/stop`, {});
  expect((await server.api("GET", `/recipes/${body.id}/looks`)).body.items).toEqual([]);
});

test("what Zoom's receiver refuses is counted and kept with the reason, and nothing of what was in it", async () => {
  const fields = { client_id: "id", client_secret: "very-secret", webhook_secret_token: "token" };
  const { body: profile } = await server.api("POST", "/app-profiles", {
    connector: "zoom",
    name: "App",
    fields,
  });
  const text = JSON.stringify({
    event: "meeting.started",
    payload: { object: { topic: "Private matters" } },
  });
  await post(`${server.url}/webhooks/zoom/${profile.id}`, text, {
    "x-zm-signature": "v0=forged",
    "x-zm-request-timestamp": "1",
  });
  const { body } = await server.api("GET", `/inbox/refusals?receiverId=${profile.id}`);
  expect(body.items).toMatchObject([
    { receiverName: "App", status: 401, reason: "x-zm-signature is wrong." },
  ]);
  expect(JSON.stringify(body)).not.toContain("Private");
  for (let count = 0; count < 250; count += 1) await post(`${server.url}/webhooks/zoom/${profile.id}`, text);
  const { body: health } = await server.api("GET", "/inbox/health");
  expect(health.items.find((one: { name: string }) => one.name === "App")).toMatchObject({
    refused: 251,
    received: 0,
  });
  let kept = 0;
  for (let cursor = ""; ; ) {
    const page = (await server.api("GET", `/inbox/refusals?receiverId=${profile.id}&limit=100${cursor}`))
      .body;
    kept += page.items.length;
    if (page.nextCursor === undefined) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(kept).toBeLessThanOrEqual(200);
});
