/** The engine on a real PostgreSQL, with a connector of its own over real HTTP to a small service in this file. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConnectorError,
  createHttpClient,
  defineAction,
  defineConnector,
  defineTrigger,
  Secret,
  type TokenSet,
} from "@greenroom/connector-kit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type Engine, type EmbeddedPostgres, startEmbeddedPostgres, startEngine } from "./index.ts";
import { answerQuestion } from "./lifecycle.test-kit.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What the service does next; the last one stays. */
let answers: Answer[] = [];
let orders: string[] = [];
let refreshes = 0;
let service: Server;
let serviceUrl: string;
let home: string;
let postgres: EmbeddedPostgres;
let engine: Engine;
let waits: number[] = [];
let profileId: string;
let nowMs = Date.parse("2026-11-23T12:00:00Z");

const ok: Answer = (request, response) => {
  orders.push(request.headers.authorization ?? "");
  response.setHeader("content-type", "application/json").end(JSON.stringify({ number: orders.length }));
};
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, headers).end();
  };
/** Does it, and breaks off before the answer. */
const lost: Answer = (request) => {
  orders.push("lost");
  request.socket.destroy();
};

const tokens = (name: string): TokenSet => ({
  ...{ accessToken: new Secret(name), refreshToken: new Secret(`refresh-${name}`), apiUrl: undefined },
  ...{ expiresAt: new Date(nowMs + 3_600_000), scopes: ["orders"] },
});
const output = z.object({ number: z.number() });
const order = {
  title: "Place order",
  summary: "Places an order.",
  endpoint: "POST /orders",
  scopes: [],
  effect: "create",
  input: z.strictObject({ item: z.string() }),
  output,
} as const;

const shop = defineConnector({
  id: "shop",
  title: "Shop",
  summary: "Orders.",
  connections: [
    {
      id: "shop-oauth",
      type: "browser",
      title: "Shop",
      summary: "",
      profileFields: [{ name: "client_secret", label: "Secret", hint: "", type: "secret", required: true }],
      begin: () =>
        Promise.resolve({
          authorizationUrl: "http://shop.example/authorize",
          state: `state-${randomBytes(6).toString("hex")}`,
          codeVerifier: new Secret("verifier"),
        }),
      complete: () => Promise.resolve(tokens("access-0")),
      refresh: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        refreshes += 1;
        return tokens(`access-${refreshes}`);
      },
      revoke: () => Promise.resolve(),
      identify: () =>
        Promise.resolve({
          accountId: "account",
          accountName: undefined,
          userId: "user",
          email: "a@shop.example",
          displayName: "A",
          roleName: undefined,
        }),
    },
  ],
  actions: {
    order: defineAction({
      ...order,
      run: async ({ call, input }) => output.parse(await call({ body: input })),
    }),
    "order-keyed": defineAction({
      ...order,
      idempotentOf: (input) => JSON.stringify(input).includes("tea"),
      run: async ({ call, input }) => output.parse(await call({ body: input })),
    }),
    "order-found": defineAction({
      ...order,
      run: async ({ call, input }) => output.parse(await call({ body: input })),
      lookUp: () => Promise.resolve(orders.length > 0 ? { number: orders.length } : undefined),
    }),
  },
  triggers: {
    asked: defineTrigger({
      title: "Asked",
      summary: "",
      event: "asked",
      scopes: [],
      config: z.strictObject({ item: z.string().optional() }),
      matches: ({ item }, payload) => item === undefined || item === payload["item"],
      payload: z.looseObject({}),
      sample: {},
    }),
  },
  createClient: ({ accessToken }) =>
    createHttpClient({
      ...{ baseUrl: serviceUrl, accessToken, sleep: () => Promise.resolve(), now: () => new Date(nowMs) },
      decodeError: ({ status: code }) =>
        code === 429
          ? new ConnectorError("rate-limited", "429", "Too many requests.", {
              retryAt: new Date(nowMs + 3_600_000),
            })
          : new ConnectorError(
              code === 503 ? "unavailable" : "invalid-input",
              String(code),
              `The shop answered ${code}.`,
            ),
    }),
});

beforeAll(async () => {
  service = createServer((request, response) => {
    request.resume().on("end", () => {
      const [answer = ok] = answers;
      if (answers.length > 1) answers.shift();
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  serviceUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  home = mkdtempSync(join(tmpdir(), "greenroom-engine-"));
  postgres = await startEmbeddedPostgres({ home, log: () => {} });
  engine = await startEngine({
    ...{ databaseUrl: postgres.databaseUrl, secretKey: new Secret(key), connectors: [shop], random: () => 0 },
    clock: {
      now: () => new Date(nowMs),
      // The heartbeat's wait never ends by itself; a job's wait moves the clock.
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (ms === 2_500)
            return signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
          waits.push(ms);
          nowMs += ms;
          setImmediate(resolve);
        }),
    },
    log: { info: () => {}, warn: () => {}, error: (fields, message) => console.error(message, fields) },
  });
  ({ id: profileId } = await engine.profiles.create({
    connector: "shop",
    name: "Shop",
    fields: { client_secret: "very-secret" },
  }));
  await connect();
});

afterAll(async () => {
  await engine?.stop({ graceMs: 0 });
  await postgres?.stop();
  await new Promise((resolve) => service.close(resolve));
  rmSync(home, { recursive: true, force: true });
});

const key = randomBytes(32).toString("base64");
let eventCount = 0;

beforeEach(() => {
  [answers, orders, waits] = [[ok], [], []];
});

async function connect(): Promise<void> {
  const existing = await engine.connections.byName("shop");
  const { id } =
    existing ?? (await engine.connections.create({ name: "shop", connector: "shop", profileId }));
  await engine.connections.authorize(id, "http://127.0.0.1/oauth/callback");
  const { rows } = await query<{ state: string }>("select state from greenroom.authorizations");
  await engine.connections.complete(
    new URL(`http://127.0.0.1/oauth/callback?code=x&state=${rows.at(-1)?.state}`),
    "http://127.0.0.1/oauth/callback",
  );
}

async function query<Row>(sql: string): Promise<{ rows: Row[] }> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: postgres.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return { rows: rows as Row[] };
  } finally {
    await client.end();
  }
}

async function recipe(
  use: string,
  when = "true",
  name = `Recipe ${randomBytes(4).toString("hex")}`,
): Promise<string> {
  const source = JSON.stringify({
    name,
    trigger: { use: "shop/asked", connection: "shop", when },
    steps: [{ id: "done", use, input: { item: "{{ trigger.item }}" } }],
  });
  const { id } = await engine.recipes.create(source);
  return id;
}

/** Runs a recipe on one event and gives its job. */
async function run(use: string, when?: string) {
  const id = await recipe(use, when);
  await engine.recipes.start(id);
  await receive();
  await engine.idle();
  await engine.recipes.stop(id);
  const { items } = await engine.queries.listJobs({ recipeId: id, limit: 10 });
  return items[0] && (await engine.queries.getJob(items[0].id));
}

const receive = (dedupeKey = `event-${(eventCount += 1)}`, item = "tea") =>
  engine.receive({
    profileId,
    connector: "shop",
    event: { name: "asked", accountId: "account", occurredAt: new Date(nowMs), dedupeKey, payload: { item } },
  });

test("an event that the trigger's own filters do not want starts no job, and is kept", async () => {
  const { id } = await engine.recipes.create(
    JSON.stringify({
      name: "Only tea",
      trigger: { use: "shop/asked", connection: "shop", input: { item: "tea" } },
      steps: [{ id: "done", use: "shop/order", input: { item: "{{ trigger.item }}" } }],
    }),
  );
  await engine.recipes.start(id);
  const coffee = await receive("coffee", "coffee");
  await receive("tea", "tea");
  await engine.idle();
  await engine.recipes.stop(id);
  const { items } = await engine.queries.listJobs({ recipeId: id, limit: 10 });
  expect(items).toMatchObject([{ state: "succeeded" }]);
  expect(await engine.queries.getEvent(coffee.eventId)).toMatchObject({ jobs: [] });
});

test("an event starts one job, and the same event delivered again starts none", async () => {
  const id = await recipe("shop/order");
  await engine.recipes.start(id);
  const [first, again] = await Promise.all([receive("twice"), receive("twice")]);
  await engine.idle();
  await engine.recipes.stop(id);
  expect([first, again].filter(({ duplicate }) => duplicate)).toHaveLength(1);
  expect((await engine.queries.listJobs({ recipeId: id, limit: 10 })).items).toMatchObject([
    { state: "succeeded" },
  ]);
  expect(orders).toHaveLength(1);
});

test("an event of a stopped recipe stays in the inbox and starts nothing", async () => {
  const id = await recipe("shop/order");
  const { eventId } = await receive();
  await engine.idle();
  expect(await engine.queries.getEvent(eventId)).toMatchObject({ name: "asked", jobs: [] });
  expect((await engine.queries.listJobs({ recipeId: id, limit: 10 })).items).toEqual([]);
});

test("every step is in the history with its input, output and time", async () => {
  const job = await run("shop/order");
  expect(job).toMatchObject({ state: "succeeded", trigger: { item: "tea" } });
  expect(job?.steps).toMatchObject([
    {
      path: "0",
      stepId: "done",
      state: "succeeded",
      attempts: 1,
      input: { item: "tea" },
      output: { number: 1 },
    },
  ]);
});

test("a condition that fails makes a job that says so, and nothing is sent", async () => {
  const job = await run("shop/order", "trigger.itme == 'tea'");
  expect(job).toMatchObject({ state: "failed", error: { kind: "expression", hint: "Did you mean “item”?" } });
  expect(orders).toEqual([]);
});

test("a step whose expression fails is in the history with the error and the names there are", async () => {
  const source = JSON.stringify({
    name: "Misspelt",
    trigger: { use: "shop/asked", connection: "shop" },
    steps: [{ id: "done", use: "shop/order", input: { item: "{{ trigger.itme }}" } }],
  });
  const { id } = await engine.recipes.create(source);
  await engine.recipes.start(id);
  await receive();
  await engine.idle();
  await engine.recipes.stop(id);
  const [job] = (await engine.queries.listJobs({ recipeId: id, limit: 1 })).items;
  expect(await engine.queries.getJob(job?.id ?? "")).toMatchObject({
    state: "failed",
    steps: [{ path: "0", stepId: "done", state: "failed", error: { hint: "Did you mean “item”?" } }],
  });
  expect(orders).toEqual([]);
});

test("a service that is away is tried again until it is back", async () => {
  answers = [...Array.from({ length: 2 }, () => status(503)), ok];
  expect(await run("shop/order")).toMatchObject({ state: "succeeded", steps: [{ attempts: 3 }] });
  expect(waits).toEqual([500, 1_000]);
});

test("a rate limit is waited out until the service's own time and costs no attempt", async () => {
  answers = [status(429), ok];
  expect(await run("shop/order")).toMatchObject({ state: "succeeded", steps: [{ attempts: 1 }] });
  expect(waits).toEqual([3_600_000]);
});

test("a create whose answer was lost is looked up, and not sent again when it was done", async () => {
  answers = [lost, ok];
  expect(await run("shop/order-found")).toMatchObject({ state: "succeeded" });
  expect(orders).toEqual(["lost"]);
});

test("a create whose answer was lost and that cannot be looked up waits for a person, and is not sent again when it was done", async () => {
  answers = [lost, ok];
  const job = await run("shop/order");
  expect(job).toMatchObject({
    state: "waiting",
    reason: expect.stringContaining("A person must choose."),
    steps: [{ state: "waiting", error: { kind: "outcome-unknown", choices: ["done", "again", "fail"] } }],
  });
  await answerQuestion(engine, job?.id ?? "", "0", { choice: "done", output: { number: 7 } });
  await engine.idle();
  expect(await engine.queries.getJob(job?.id ?? "")).toMatchObject({
    state: "succeeded",
    steps: [{ state: "succeeded", output: { number: 7 } }],
  });
  expect(orders).toEqual(["lost"]);
  await expect(answerQuestion(engine, job?.id ?? "", "0", { choice: "again" })).rejects.toMatchObject({
    code: "no-question",
  });
});

test("a person who says “again” has it sent once more, and one who says “fail” has it fail; a late answer answers nothing that is asked later", async () => {
  answers = [lost, lost, ok];
  const again = await run("shop/order");
  const question = again?.steps[0]?.error?.question;
  await expect(
    engine.jobs.answer(again?.id ?? "", "0", { choice: "again", question: undefined }),
  ).rejects.toMatchObject({ kind: "invalid-input", fields: [{ field: "question" }] });
  await engine.jobs.answer(again?.id ?? "", "0", { choice: "again", question });
  await engine.idle();
  // Its second answer was lost too. Whoever still looks at the first question says that it was done.
  expect(await engine.queries.getJob(again?.id ?? "")).toMatchObject({ state: "waiting" });
  await expect(
    engine.jobs.answer(again?.id ?? "", "0", { choice: "done", question, output: { number: 1 } }),
  ).rejects.toMatchObject({ kind: "conflict", code: "question-changed" });
  expect(await engine.queries.getJob(again?.id ?? "")).toMatchObject({ state: "waiting" });
  await answerQuestion(engine, again?.id ?? "", "0", { choice: "again" });
  await engine.idle();
  expect(await engine.queries.getJob(again?.id ?? "")).toMatchObject({ state: "succeeded" });
  expect(orders).toHaveLength(3);
  answers = [lost, ok];
  const fail = await run("shop/order");
  await answerQuestion(engine, fail?.id ?? "", "0", { choice: "fail" });
  await engine.idle();
  expect(await engine.queries.getJob(fail?.id ?? "")).toMatchObject({
    state: "failed",
    error: { kind: "outcome-unknown", path: "0" },
  });
  expect(orders).toHaveLength(4);
});

test("a create that its input makes idempotent is sent again after a lost answer", async () => {
  answers = [lost, ok];
  expect(await run("shop/order-keyed")).toMatchObject({ state: "succeeded", steps: [{ attempts: 2 }] });
  expect(orders).toEqual(["lost", expect.stringContaining("Bearer")]);
});

test("a refusal fails the step with the service's reason, and is not tried again", async () => {
  answers = [status(400), ok];
  expect(await run("shop/order")).toMatchObject({
    state: "failed",
    error: { kind: "invalid-input", message: "The shop answered 400." },
    steps: [{ state: "failed", attempts: 1 }],
  });
  expect(waits).toEqual([]);
});

test("a thousand concurrent calls on an expired token make one refresh", async () => {
  await connect();
  refreshes = 0;
  nowMs += 2 * 3_600_000;
  const client = await engine.connections.client(shop, "shop");
  await Promise.all(Array.from({ length: 1_000 }, () => client.request("GET", "/orders")));
  expect(refreshes).toBe(1);
  expect(new Set(orders)).toEqual(new Set(["Bearer access-1"]));
});

test("characters that PostgreSQL does not store are replaced, and the event starts its job", async () => {
  const id = await recipe("shop/order");
  await engine.recipes.start(id);
  const { eventId } = await receive("nul\u0000", "tea\u0000\ud800 \\u0000 🫖");
  await engine.idle();
  await engine.recipes.stop(id);
  expect(await engine.queries.getEvent(eventId)).toMatchObject({
    payload: { item: "tea\ufffd\ufffd \\u0000 🫖" },
    jobs: [{ state: "succeeded" }],
  });
});

test("an event that PostgreSQL will not take at all fails its own jobs and no others, and is known when it comes again", async () => {
  const id = await recipe("shop/order");
  await engine.recipes.start(id);
  const poison = `poison ${randomBytes(6_000).toString("base64")}`;
  const receipts = await Promise.all([
    receive("fine-1"),
    receive(poison),
    receive("fine-2"),
    receive(poison),
  ]);
  await engine.idle();
  await engine.recipes.stop(id);
  expect(receipts.map(({ duplicate }) => duplicate)).toEqual([false, false, false, true]);
  const { items } = await engine.queries.listJobs({ recipeId: id, limit: 10 });
  expect(items.map(({ state }) => state).toSorted()).toEqual(["failed", "succeeded", "succeeded"]);
  expect(items.find(({ state }) => state === "failed")?.error).toMatchObject({ code: "refused-data" });
  expect(orders).toHaveLength(2);
});

test("a job whose database goes away in the middle of a step ends when the database is back, each order placed once", async () => {
  let restarted: Promise<void> | undefined;
  answers = [
    (request, response) => {
      // Gone while the answer is on its way, and back a moment later.
      restarted = postgres
        .stop()
        .then(() => startEmbeddedPostgres({ home, log: () => {} }))
        .then((again) => void (postgres = again));
      ok(request, response);
    },
    ok,
  ];
  const id = await recipe("shop/order");
  await engine.recipes.start(id);
  await receive();
  await engine.idle();
  await restarted;
  await engine.recipes.stop(id);
  expect((await engine.queries.listJobs({ recipeId: id, limit: 1 })).items).toMatchObject([
    { state: "succeeded" },
  ]);
  expect(orders).toHaveLength(1);
});

test("no secret stands readable in the database", async () => {
  const dump =
    JSON.stringify(
      (await query("select p.*, encode(p.secrets, 'escape') from greenroom.app_profiles p")).rows,
    ) + JSON.stringify((await query("select t.*, encode(t.secrets, 'escape') from greenroom.tokens t")).rows);
  expect(dump).toContain("a@shop.example");
  expect(dump).not.toMatch(/very-secret|access-\d|refresh-access/);
});

test("disconnecting stops the recipes that use the connection and says why; a start then is refused with what to do", async () => {
  const id = await recipe("shop/order");
  await engine.recipes.start(id);
  const connection = await engine.connections.byName("shop");
  await engine.connections.disconnect(connection?.id ?? "");
  expect(await engine.recipes.get(id)).toMatchObject({
    state: "stopped",
    stoppedReason: "The connection “shop” was disconnected.",
  });
  await expect(engine.recipes.start(id)).rejects.toMatchObject({
    kind: "conflict",
    hint: "Open the connection “shop” and choose Connect.",
  });
  await connect();
  expect(await engine.recipes.start(id)).toMatchObject({ state: "running" });
  await engine.recipes.stop(id);
});

test("a saved change is a new version; the jobs before stay on theirs", async () => {
  const id = await recipe("shop/order", "true", "Versioned");
  await engine.recipes.start(id);
  await receive();
  await engine.idle();
  const { source } = await engine.recipes.get(id);
  await engine.recipes.save(id, source.replace("done", "placed"));
  await receive();
  await engine.idle();
  await engine.recipes.stop(id);
  expect(
    (await engine.queries.listJobs({ recipeId: id, limit: 10 })).items.map(({ version }) => version),
  ).toEqual([2, 1]);
  expect((await engine.versions.list(id)).map(({ number }) => number)).toEqual([2, 1]);
});

test("another secret key is refused with one sentence that says which is needed", async () => {
  const options = {
    databaseUrl: postgres.databaseUrl,
    connectors: [shop],
    random: () => 0,
    log: { info() {}, warn() {}, error() {} },
  };
  const clock = { now: () => new Date(nowMs), sleep: () => Promise.resolve() };
  await expect(
    startEngine({ ...options, clock, secretKey: new Secret(randomBytes(32).toString("base64")) }),
  ).rejects.toThrow(/secret key does not fit this database/);
});

test("a database that cannot be reached is told in one sentence, without its password", async () => {
  const options = {
    connectors: [shop],
    random: () => 0,
    log: { info() {}, warn() {}, error() {} },
    secretKey: new Secret(key),
  };
  const clock = { now: () => new Date(nowMs), sleep: () => Promise.resolve() };
  const refused = startEngine({ ...options, clock, databaseUrl: "postgresql://me:hunter2@127.0.0.1:1/none" });
  await expect(refused).rejects.toThrow(
    /The database at postgresql:\/\/me:\*\*\*@127.0.0.1:1\/none cannot be reached/,
  );
});
