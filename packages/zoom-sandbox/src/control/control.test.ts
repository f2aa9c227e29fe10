import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { RunningSandbox } from "../options.ts";
import { createSandbox } from "../create-sandbox.ts";
import { call, connect, json, makeApp, visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let token: string;

async function ownersToken(url: string): Promise<string> {
  const owner = await visit(url, "olivia@acme.example");
  const app = await makeApp(url, owner, [
    "user:read:user:admin",
    "user:write:user:admin",
    "user:update:user:admin",
    "user:read:list_users:admin",
  ]);
  return (await connect(url, owner, app)).access_token;
}

beforeEach(async () => {
  sandbox = await createSandbox({
    port: 0,
    company: "small",
    rateLimits: false,
    frozenAt: new Date("2026-11-23T12:00:00Z"),
  });
  token = await ownersToken(sandbox.url);
});
afterEach(() => sandbox.close());

const wholeState = z.looseObject({
  tables: z.looseObject({ users: z.array(z.tuple([z.string(), z.looseObject({ email: z.string() })])) }),
});
const named = (state: unknown) => wholeState.parse(state).tables.users.map(([id, { email }]) => [id, email]);

const control = (method: string, path: string, body?: unknown) =>
  fetch(`${sandbox.url}/_sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const me = () => call(sandbox.url, token, "GET", "/users/me");
const addUser = (email: string) =>
  call(sandbox.url, token, "POST", "/users", { action: "autoCreate", user_info: { email, type: 1 } });

test("The clock moves by a duration, and nonsense is refused with what was expected", async () => {
  expect(await json(await control("POST", "clock", { advance: "PT1H" }))).toEqual({
    now: "2026-11-23T13:00:00.000Z",
    frozen: true,
    speed: 0,
  });
  const refused = await control("POST", "clock", { advance: "soon" });
  expect(refused.status).toBe(400);
  expect(await json(refused)).toMatchObject({
    message: 'advance: "soon" is not a duration such as PT1H or P2D.',
  });
});

test("A status fault answers as told, as often as told, and only where it matches", async () => {
  const headers = { "Retry-After": "2026-11-24T00:00:00Z" };
  await control("POST", "faults", {
    path: "/v2/users/*",
    kind: "status",
    status: 429,
    code: 429,
    count: 2,
    headers,
  });
  for (let round = 0; round < 2; round += 1) {
    const limited = await me();
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "2026-11-24T00:00:00Z"]);
  }
  expect((await me()).status).toBe(200);
});

test("A slow request is answered as late as told, and as it would have been", async () => {
  await control("POST", "faults", { operation: "GET /users/{userId}", kind: "delay", delayMs: 300 });
  const begun = performance.now();
  expect(await json(await me())).toMatchObject({ email: "olivia@acme.example" });
  expect(performance.now() - begun).toBeGreaterThanOrEqual(299);
});

test("Wrong JSON comes with the status and headers of the right one, and what was asked is done", async () => {
  await control("POST", "faults", { operation: "POST /users", kind: "wrong-json" });
  const answer = await addUser("ada@acme.example");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([201, "application/json"]);
  expect(answer.headers.get("x-ratelimit-category")).toBe("Light");
  await expect(answer.json()).rejects.toThrow(SyntaxError);
  expect((await addUser("ada@acme.example")).status).toBe(409);
});

test("Where an answer has no body wrong JSON makes it one, a 429 says what Zoom says, and half a rule is refused", async () => {
  await control("POST", "faults", { operation: "PATCH /users/{userId}", kind: "wrong-json" });
  const answer = await call(sandbox.url, token, "PATCH", "/users/hana@acme.example", { dept: "Field" });
  expect([answer.status, await answer.text()]).toEqual([200, '{"code": 200, "truncated']);
  await control("POST", "faults", { operation: "GET /users/{userId}", kind: "status", status: 429 });
  expect(await json(await me())).toEqual({
    ...{ code: 429, message: expect.stringMatching(/^You have reached the maximum per-second rate limit/) },
  });
  for (const [rule, field] of [
    [{ kind: "delay" }, "delayMs"],
    [{ kind: "hang", operation: "GET /users", method: "POST" }, "operation"],
    [{ kind: "hang", operation: "GET /nowhere" }, "operation"],
  ] as const)
    expect(await json(await control("POST", "faults", rule))).toMatchObject({ errors: [{ field }] });
  const unknown = await control("POST", "nowhere");
  expect([unknown.status, await json(unknown)]).toEqual([
    ...[404, { error: "There is no POST /_sandbox/nowhere; GET /_sandbox lists what there is." }],
  ]);
});

test("A connection dropped before the write leaves nothing done", async () => {
  await control("POST", "faults", { operation: "POST /users", kind: "drop-before-write" });
  await expect(addUser("ada@acme.example")).rejects.toThrow("fetch failed");
  expect((await addUser("ada@acme.example")).status).toBe(201);
});

test("A share of the calls meets a rule without end, 500 and 502 as told", async () => {
  await control("POST", "faults", {
    operation: "GET /users/{userId}",
    kind: "status",
    status: 502,
    share: 0.3,
  });
  const statuses: number[] = [];
  for (let round = 0; round < 60; round += 1) statuses.push((await me()).status);
  const failed = statuses.filter((status) => status === 502).length;
  expect([failed > 5, failed < 35, new Set(statuses)]).toEqual([true, true, new Set([200, 502])]);
  await control("DELETE", "faults");
  expect((await me()).status).toBe(200);
});

test("A dropped connection leaves the write done", async () => {
  await control("POST", "faults", { method: "POST", path: "/v2/users", kind: "drop-after-write" });
  await expect(addUser("ada@acme.example")).rejects.toThrow("fetch failed");
  expect((await addUser("ada@acme.example")).status).toBe(409);
});

test("A hanging request ends when the client gives up", async () => {
  await control("POST", "faults", { kind: "hang" });
  const given = fetch(`${sandbox.url}/v2/users/me`, { signal: AbortSignal.timeout(100) });
  await expect(given).rejects.toThrow(/timeout/);
  expect((await me()).status).toBe(200);
});

test("An expired token is refused until it is refreshed", async () => {
  await control("POST", "faults", { kind: "expire-token" });
  const refused = await me();
  expect([refused.status, await json(refused)]).toEqual([
    401,
    { code: 124, message: "Access token is expired." },
  ]);
});

test("A rule that makes no sense is refused by field", async () => {
  const refused = await control("POST", "faults", { kind: "explode" });
  expect(refused.status).toBe(400);
  expect(await json(refused)).toMatchObject({ errors: [{ field: "kind" }] });
});

test("Recent requests tell who called what", async () => {
  await me();
  expect(await json(await control("GET", "requests?limit=1"))).toMatchObject({
    requests: [
      { method: "GET", path: "/v2/users/me", status: 200, client_id: expect.stringMatching(/^\w+$/) },
    ],
  });
});

test("Reset forgets everything, and the same seed gives the same people", async () => {
  const before = await json(await control("GET", "state?full"));
  await addUser("ada@acme.example");
  await control("POST", "reset", {});
  expect((await me()).status).toBe(401);
  const after = await json(await control("GET", "state?full"));
  expect(named(after)).toEqual(named(before));
});

test("A state that was read can be put back", async () => {
  const state = await json(await control("GET", "state?full"));
  await addUser("ada@acme.example");
  expect((await control("PUT", "state", state)).status).toBe(200);
  expect((await me()).status).toBe(200);
  expect((await call(sandbox.url, token, "GET", "/users/ada@acme.example")).status).toBe(404);
});

test("In code, too, an option that is none is refused by its name", async () => {
  const wrongs: [object, string][] = [
    [{ port: 0, company: "huge" }, 'company: "huge" is none; there are small, default, large, or {yaml}'],
    [{ port: 0, frozenAt: new Date("soon") }, "frozenAt: Invalid Date is no valid Date"],
    [{ port: 0, plan: "gold" }, "plan: gold is none; there are free, pro, business"],
    [{ port: "any" }, "port: any is none; give 0 for any free one"],
  ];
  for (const [options, says] of wrongs)
    await expect(createSandbox(options as never), says).rejects.toThrow(says);
  await expect(sandbox.reset(undefined, "huge" as never)).rejects.toThrow('company: "huge" is none');
  expect((await me()).status).toBe(200);
});

test("Of a hundred things that are wrong fifty are told, and how many more there are", async () => {
  const faults = { headers: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`x-${at}`, "1\n2"])) };
  const refused = await json(await control("POST", "faults", { kind: "status", ...faults }));
  const { errors } = refused as { errors: { message: string }[] };
  expect([errors.length, errors.at(-1)?.message]).toEqual([51, "and 50 more"]);
});

test("A state with a wrong row is refused by its place, and nothing of it is kept", async () => {
  type Rows = Record<string, [string, Record<string, unknown>][]>;
  const state = (await json(await control("GET", "state?full"))) as { tables: Rows; account: object };
  const before = JSON.stringify(state);
  const row = (tables: Rows, name: string) => tables[name]?.[0]?.[1] ?? {};
  const wrongs: [(tables: Rows) => void, string][] = [
    [
      (tables) => delete row(tables, "users")["role_id"],
      '"field":"tables.users.0.1.role_id","message":"is missing: it must be a text"',
    ],
    [
      (tables) => (row(tables, "users")["status"] = "asleep"),
      '"message":"must be one of active, inactive, pending"',
    ],
    [
      (tables) => (row(tables, "users")["id"] = "another"),
      '"field":"tables.users.0.1.id","message":"must be ',
    ],
    [(tables) => (row(tables, "apps")["scopes"] = "all"), '"message":"must be a list, not a text"'],
    [(tables) => void tables["meetings"]?.push(["1", { id: 1 }]), "tables.meetings."],
    [
      (tables) => void (tables["odd"] = [5] as never),
      '"field":"tables.odd.0","message":"must be a list, not a number"',
    ],
    [
      (tables) => void (tables["scenario_runs"] = [["x", { id: "x" }]]),
      "the rows do not fit together, and nothing was changed",
    ],
  ];
  for (const [spoil, says] of wrongs) {
    const spoiled = structuredClone(state);
    spoil(spoiled.tables);
    const refused = await control("PUT", "state", spoiled);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(says)]);
  }
  expect(JSON.stringify(await json(await control("GET", "state?full")))).toBe(before);
  expect((await me()).status).toBe(200);
});

test("With a state file the sandbox goes on where it stopped", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  try {
    const stateFile = join(folder, "state.json");
    const first = await createSandbox({ port: 0, company: "small", rateLimits: false, stateFile });
    const kept = await ownersToken(first.url);
    await first.close();
    const second = await createSandbox({ port: 0, company: "small", rateLimits: false, stateFile });
    const answer = await call(second.url, kept, "GET", "/users/me");
    expect(answer.status).toBe(200);
    expect(second.clock.speed()).toBe(1);
    second.clock.setSpeed(0);
    await second.clock.advance(7_200_000);
    const stood = second.clock.now();
    await second.close();
    const third = await createSandbox({ port: 0, company: "small", rateLimits: false, stateFile });
    expect([third.clock.now(), third.clock.speed()]).toEqual([stood, 0]);
    expect((await call(third.url, kept, "GET", "/users/me")).status).toBe(401);
    await third.close();
    for (const [text, says] of [
      ["{broken", "cannot be read; move it away"],
      ['{"version":1}', "holds no whole state; move it away"],
    ] as const) {
      writeFileSync(stateFile, text);
      await expect(createSandbox({ port: 0, stateFile })).rejects.toThrow(says);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("A reset can begin with another company: a large one, or one of your own in YAML", async () => {
  const people = async () =>
    (await json(await control("GET", "state"))) as { rows: { users: number }; account: object };
  expect((await control("POST", "reset", { company: "large" })).status).toBe(200);
  expect((await people()).rows.users).toBe(100_040);
  const yaml = `account: { name: Tiny, plan: pro }
people:
  - [Ona Only, ona@tiny.example, licensed, owner, All, Founder, Europe/Vilnius]`;
  expect((await control("POST", "reset", { company: { yaml } })).status).toBe(200);
  expect(await people()).toMatchObject({
    rows: { users: 1 },
    account: { account_name: "Tiny", plan: "pro" },
  });
}, 240_000);

test("A company with a mistake is refused with its place, and nothing is forgotten", async () => {
  const yaml = `account: { name: Tiny }
people:
  - [Ona Only, ona@tiny.example, licensed, owner, All, Founder, Europe/Vilnius]
webinars:
  - { topic: Tour, host: nobody@tiny.example, day: 10, at: "15:00", minutes: 60, registered: 6 }`;
  const refused = await control("POST", "reset", { company: { yaml } });
  expect(refused.status).toBe(400);
  const { message } = (await json(refused)) as { message: string };
  expect(message).toContain("nobody@tiny.example is none of the people");
  expect(message).toContain("webinars[0].host");
  expect((await me()).status).toBe(200);
});

test("A clock told to leap by ages, and a state or a fault that would break the sandbox, are refused by field", async () => {
  const refusals = [
    ["POST", "clock", { advance: "P9999999Y", speed: 60 }, "advance: at most ten years"],
    [
      "POST",
      "clock",
      { set: "9999-12-31T00:00:00Z" },
      "set: at most ten years after 2026-11-23T12:00:00.000Z",
    ],
    [
      ...(["PUT", "state"] as const),
      {
        version: 1,
        ids: { seed: "x", drawn: 1 },
        account: { id: "x", account_number: 1, account_name: "X", plan: "pro", owner_id: "y" },
        ...{ settings: {}, cookieSecret: "x", clockAheadMs: 0, tables: {} },
      },
      '"field":"tables.users","message":"the account\'s owner is none of the people',
    ],
    ["POST", "reset", { company: "huge" }, "must be one of small, default, large, or an object with yaml"],
    [
      "POST",
      "reset",
      { company: { yaml: 5 } },
      '"field":"company.yaml","message":"must be a text, not a number"',
    ],
    ["POST", "faults", { kind: "status", headers: { "bad header": "x" } }, "a name of a header has letters"],
    ["POST", "faults", { kind: "status", headers: { "x-a": "1\n2" } }, '"field":"headers.x-a"'],
  ] as const;
  await expect(sandbox.clock.advance(4e11)).rejects.toThrow("ten years at most");
  await expect(sandbox.clock.set(new Date("9999-12-31T00:00:00Z"))).rejects.toThrow("ten years at most");
  await expect(sandbox.clock.advance(Number.NaN)).rejects.toThrow("NaN is no number of milliseconds");
  for (const [method, path, body, says] of refusals) {
    const refused = await control(method, path, body);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(says)]);
  }
  expect(await json(await control("GET", "clock"))).toMatchObject({
    now: "2026-11-23T12:00:00.000Z",
    speed: 0,
  });
  expect((await me()).status).toBe(200);
});

test("A company's mistakes are told by line, field and what is expected", async () => {
  const yaml = `account: { name: Tiny }
people:
  - [Ona Only, ona at tiny, licensed, owner, All, Founder, Mars/Base]
webinars:
  - { topic: Tour, host: ona@tiny.example, day: 10, at: "99:99", minutes: 60, registered: 6 }`;
  const { message } = (await json(await control("POST", "reset", { company: { yaml } }))) as {
    message: string;
  };
  expect(message.split("\n").slice(1)).toEqual([
    "line 3: people[0][1]: Invalid email address",
    "line 3: people[0][6]: must be a time zone such as Europe/Vilnius",
    "line 5: webinars[0].at: must be a time such as 09:30",
  ]);
});
