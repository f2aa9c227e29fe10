import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "./checked-sandbox.test-kit.ts";

// Hundreds of calls, one after the other.
vi.setConfig({ testTimeout: 180_000 });

let sandbox: CheckedSandbox;

beforeEach(async () => {
  sandbox = await checkedSandbox({ covers: [], rateLimits: true });
});
afterEach(() => sandbox.close());

const plan = async (name: string) => {
  const answer = await fetch(`${sandbox.url}/_sandbox/settings`, {
    method: "PUT",
    body: JSON.stringify({ plan: name }),
  });
  expect(answer.status).toBe(200);
};
const me = () => sandbox.owner.get("/users/me");
const statuses = async (count: number, call: () => Promise<{ status: number }>) => {
  const answers = await Promise.all(Array.from({ length: count }, call));
  const [good = 0, refused = 0] = [200, 429].map(
    (wanted) => answers.filter(({ status }) => status === wanted).length,
  );
  return [good, refused];
};

test("each plan has its own calls a second by label; the next second is a new one", async () => {
  for (const [name, light, medium] of [
    ["free", 4, 2],
    ["pro", 30, 20],
    ["business", 80, 60],
  ] as const) {
    await plan(name);
    await sandbox.clock.advance(1_000);
    expect(await statuses(light + 5, me)).toEqual([light, 5]);
    expect(await statuses(medium + 5, () => sandbox.owner.get("/users"))).toEqual([medium, 5]);
    await sandbox.clock.advance(1_000);
    expect((await me()).status).toBe(200);
  }
});

test("Phone and Contact Center have fewer calls a second, and the heaviest operations a few a minute", async () => {
  for (const [name, phoneMedium, intensive] of [
    ["pro", 10, 10],
    ["business", 20, 20],
  ] as const) {
    await plan(name);
    await sandbox.clock.advance(60_000 - (sandbox.clock.now().getTime() % 60_000));
    const fresh = await sandbox.again();
    const medium = (path: string) => statuses(phoneMedium + 4, () => fresh.get(path));
    expect(await medium("/phone/users")).toEqual([phoneMedium, 4]);
    // It is not emulated, and counted all the same.
    const known = await Promise.all(
      Array.from({ length: phoneMedium + 4 }, () => fresh.get("/contact_center/users")),
    );
    const of = (wanted: number) => known.filter(({ status }) => status === wanted).length;
    expect([of(501), of(429)]).toEqual([phoneMedium, 4]);
    expect((await fresh.get("/users")).status, "others are counted by themselves").toBe(200);
    const metrics = () => fresh.get("/metrics/zoomrooms");
    const answers: number[] = [];
    for (let call = 0; call < intensive + 2; call += 1) {
      await sandbox.clock.advance(2_000);
      answers.push((await metrics()).status);
    }
    expect(answers.filter((status) => status === 429)).toHaveLength(2);
    expect((await metrics()).headers.get("x-ratelimit-category")).toBe("Resource-intensive");
  }
});

test("every answer names its category; a refusal names type, limit and what remains, without a time on the second's limit", async () => {
  await plan("free");
  await sandbox.clock.advance(1_000);
  expect((await me()).headers.get("x-ratelimit-category")).toBe("Light");
  await statuses(3, me);
  const refused = await me();
  expect(refused.body).toEqual({
    code: 429,
    message: "You have reached the maximum per-second rate limit for this API. Try again later.",
  });
  expect(Object.fromEntries(refused.headers)).toMatchObject({
    ...{ "x-ratelimit-category": "Light", "x-ratelimit-type": "QPS", "x-ratelimit-limit": "4" },
    "x-ratelimit-remaining": "0",
  });
  expect(refused.headers.has("retry-after")).toBe(false);
});

test("the day's budget ends with Retry-After as a date and time, and begins again at midnight UTC", async () => {
  await plan("free");
  // Heavy calls have the smallest budget: a thousand.
  const heavy = () => sandbox.owner.get("/report/daily?year=2026&month=11");
  for (let second = 0; second < 1_000; second += 1) {
    await sandbox.clock.advance(1_000);
    await heavy();
  }
  await sandbox.clock.advance(1_000);
  const refused = await heavy();
  expect(refused.status).toBe(429);
  expect(refused.body.message).toMatch(/^You have reached the maximum daily rate limit/);
  expect(Object.fromEntries(refused.headers)).toMatchObject({
    ...{ "x-ratelimit-type": "Daily-limit", "x-ratelimit-limit": "1000" },
    "retry-after": "2026-11-24T00:00:00Z",
  });
  expect((await sandbox.owner.get("/users")).status, "another label has a budget of its own").toBe(200);
  await sandbox.clock.set(new Date("2026-11-24T00:00:00Z"));
  const hana = await sandbox.as("hana@acme.example");
  expect((await hana.get("/users/me")).status).toBe(200);
});

test("an account invites so many people a day by its plan, and makes a hundred groups, until midnight", async () => {
  await plan("free");
  await sandbox.clock.set(new Date("2026-11-23T12:00:00Z"));
  const add = async (name: string, action = "create") => {
    await sandbox.clock.advance(300);
    return sandbox.owner.post("/users", { action, user_info: { email: `${name}@acme.example`, type: 1 } });
  };
  for (let count = 0; count < 50; count += 1) expect((await add(`invited${count}`)).status).toBe(201);
  const refused = await add("one-more");
  expect([
    refused.status,
    refused.headers.get("retry-after"),
    refused.headers.get("x-ratelimit-limit"),
  ]).toEqual([...[429, "2026-11-24T00:00:00Z", "50"]]);
  expect((await add("at-once", "autoCreate")).status, "who is not invited is not counted").toBe(201);
  await plan("pro");
  expect((await add("on-pro")).status, "fifteen hundred on the plan Pro").toBe(201);

  const group = async (count: number) => {
    await sandbox.clock.advance(100);
    return sandbox.owner.post("/groups", { name: `Group ${count}` });
  };
  for (let count = 0; count < 100; count += 1) expect((await group(count)).status).toBe(201);
  expect((await group(100)).status).toBe(429);
  await plan("free");
  await sandbox.clock.set(new Date("2026-11-24T00:00:00Z"));
  const fresh = await sandbox.again();
  const tomorrow = { action: "create", user_info: { email: "tomorrow@acme.example", type: 1 } };
  expect((await fresh.post("/users", tomorrow)).status).toBe(201);
  // The free plan has no groups.
  const groups = await fresh.get("/groups");
  expect([groups.status, groups.body]).toEqual([
    400,
    { code: 200, message: "Only available for Paid account." },
  ]);
  await plan("pro");
  expect((await fresh.post("/groups", { name: "Tomorrow" })).status).toBe(201);
});

test("the limits are the account's: every app and person draws on the same", async () => {
  const hana = await sandbox.as("hana@acme.example");
  await plan("free");
  await sandbox.clock.advance(1_000);
  expect(await statuses(3, me)).toEqual([3, 0]);
  expect(await statuses(3, () => hana.get("/users/me"))).toEqual([1, 2]);
});

test("with the limits off nothing is refused", async () => {
  await fetch(`${sandbox.url}/_sandbox/settings`, {
    method: "PUT",
    body: JSON.stringify({ rateLimits: false }),
  });
  expect(await statuses(300, me)).toEqual([300, 0]);
});
