/** The example recipes that start by the clock, by a call, and by a row of a report, against the sandbox. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "@greenroom/engine";
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHookRoutes } from "../apps/server/src/hooks.ts";
import { call } from "../tools/api-client.ts";
import { onlooker } from "../tools/sandbox-people.ts";
import { accountOwner, connectedEngines } from "./connected-engines.test-kit.ts";

let stack: Awaited<ReturnType<typeof connectedEngines>>;
let engine: Engine;
let scopes: readonly string[];

beforeAll(async () => {
  stack = await connectedEngines({ connectors: toolboxConnectors({ filesFolder: "/nowhere" }) });
  engine = stack.first;
  const all = [...Object.values(zoom.actions), ...Object.values(zoom.triggers)].flatMap((one) => one.scopes);
  scopes = [...new Set([...all, "report:read:list_history_meetings:admin"])].filter(
    (scope) => !scope.endsWith(":master"),
  );
  const profile = await stack.newProfile("zoom-admin-oauth", "App", scopes);
  const { id } = await engine.connections.create({ name: "zoom", connector: "zoom", profileId: profile.id });
  await stack.connect(id, accountOwner);
});
afterAll(() => stack?.close());

async function start(file: string): Promise<string> {
  const source = readFileSync(join(import.meta.dirname, "../examples/recipes", file), "utf8");
  const { id } = await engine.recipes.create(source);
  await engine.recipes.start(id);
  await engine.triggers.runDue();
  return id;
}

async function jobs(recipeId: string) {
  await engine.triggers.runDue();
  await engine.idle();
  const { items } = await engine.queries.listJobs({ recipeId, limit: 50 });
  return await Promise.all(items.map(({ id }) => engine.queries.getJob(id)));
}

async function pass(ms: number): Promise<void> {
  stack.time.advance(ms);
  await stack.sandbox.clock.advance(ms);
}

/** By an app of somebody else's, with a token that is fresh: hours pass here. */
async function post(path: string, body: object): Promise<{ id: number }> {
  const { token } = await onlooker(stack.sandbox.url, scopes);
  return await call("POST", `${stack.sandbox.url}/v2${path}`, body, { authorization: `Bearer ${token}` });
}
const act = (id: number, what: string, body: object = {}) =>
  stack.control("POST", `/meetings/${id}/${what}`, body);

test("usage of yesterday: on a weekday morning, once", async () => {
  const id = await start("nightly-usage.yaml");
  const [look] = await engine.triggers.looksFor(id);
  await pass((look?.dueAt.getTime() ?? 0) - stack.time.now().getTime() + 1_000);
  const [job, ...others] = await jobs(id);
  expect([job?.state, others, job?.error]).toEqual(["succeeded", [], undefined]);
  expect(job?.trigger).toMatchObject({
    timeZone: "Europe/Berlin",
    missed: false,
    localTime: expect.stringMatching(/T08:00:00$/),
  });
  expect(JSON.stringify(job?.steps.at(-1)?.output)).toMatch(/\d meetings on \d{4}-|No usage yet/);
  expect(await jobs(id)).toHaveLength(1);
  await engine.recipes.stop(id);
});

test("web form to registration: signed calls register, the same one once, and the form hears the join link", async () => {
  const id = await start("web-form-registration.yaml");
  const { id: meeting } = await post(`/users/${accountOwner}/meetings`, {
    ...{ topic: "By form", type: 2, start_time: "2030-01-01T10:00:00Z", settings: { approval_type: 0 } },
  });
  const routes = createHookRoutes(engine, () => stack.time.now());
  const { token, secret } = await engine.triggers.hooks.of(id);
  const text = JSON.stringify({ meeting, email: "ada@people.example", first_name: "Ada" });
  const send = (signature: string) =>
    routes.request(`/${token}`, {
      ...{ method: "POST", body: text },
      headers: {
        "content-type": "application/json",
        "x-form-signature": signature,
        "idempotency-key": "form-1",
      },
    });
  const signed = `sha256=${createHmac("sha256", secret.reveal()).update(text).digest("hex")}`;
  expect((await send("sha256=00")).status).toBe(401);
  const answer = await send(signed);
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { joinUrl: expect.stringContaining("/w/") },
  ]);
  expect(await (await send(signed)).json()).toEqual({ duplicate: true });
  expect(await jobs(id)).toMatchObject([{ state: "succeeded" }]);
  await engine.recipes.stop(id);
});

test("who was there: each stay of a meeting, once its report is ready", async () => {
  const id = await start("participants-report.yaml");
  const { id: meeting } = await post(`/users/${accountOwner}/meetings`, { topic: "Reported", type: 1 });
  await act(meeting, "start");
  for (const email of ["luis@acme.example", "mei@acme.example"]) await act(meeting, "join", { email });
  await pass(120_000);
  await act(meeting, "end");
  await pass(3_600_000);
  const messages = (await jobs(id)).map(
    (job) => (job.steps.at(-1)?.output as { message?: string } | null)?.message,
  );
  expect(messages.length).toBeGreaterThanOrEqual(2);
  expect(messages).toContainEqual(expect.stringMatching(/^Luis Lopez was in Reported for 1[12]\d seconds$/));
});

test("a filter by group lets through what hosts of that group do, as the group is now", async () => {
  const ask = async (method: string, path: string, body?: object) => {
    const client = await engine.connections.client(zoom, "zoom");
    return (await client.request(method, path, { body })) as { id: string };
  };
  const [luis, mei] = await Promise.all(
    ["luis@acme.example", "mei@acme.example"].map(async (email) => (await ask("GET", `/users/${email}`)).id),
  );
  const { id: group } = await ask("POST", "/groups", { name: "Stage crew" });
  await ask("POST", `/groups/${group}/members`, { members: [{ email: "luis@acme.example" }] });
  const trigger = {
    use: "zoom/meeting-started",
    connection: "zoom",
    input: { filters: { group: "stage crew" } },
  };
  const source = { name: "By group", trigger, steps: [{ stop: { as: "succeeded" } }] };
  const { id } = await engine.recipes.create(JSON.stringify(source));
  await engine.recipes.start(id);

  const connection = await engine.connections.byName("zoom");
  const started = async (host: string | undefined) => {
    const receipt = await engine.receive({
      ...{ profileId: connection?.profileId ?? "", connector: "zoom" },
      event: {
        ...{ name: "meeting.started", accountId: connection?.identity?.accountId ?? "" },
        ...{ occurredAt: stack.time.now(), dedupeKey: `${Math.random()}` },
        payload: { object: { id: "1", uuid: "u", topic: "T", host_id: host } },
      },
    });
    return receipt.jobIds.length;
  };
  expect([await started(luis), await started(mei), await started(undefined)]).toEqual([1, 0, 0]);
  await ask("POST", `/groups/${group}/members`, { members: [{ email: "mei@acme.example" }] });
  await pass(6 * 60_000);
  await engine.triggers.runDue();
  expect(await started(mei)).toBe(1);
  await engine.recipes.stop(id);
});
