/** Limits over real HTTP: the sandbox counts as Zoom does, and is never given a reason to refuse. */
import type { Engine } from "@greenroom/engine";
import { zoom } from "@greenroom/zoom";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { accountOwner, connectedEngines, failure } from "./connected-engines.test-kit.ts";

const recipe = `
name: Register everybody
concurrency: 200
trigger: { use: zoom/meeting-started, connection: zoom }
steps:
  - forEach: trigger.object.people
    as: person
    steps:
      - use: zoom/add-meeting-registrant
        input: { meetingId: "{{ trigger.object.id }}", email: "{{ person }}", first_name: P }
`;

let stack: Awaited<ReturnType<typeof connectedEngines>>;
let first: Engine;
let profileId: string;

beforeAll(async () => {
  stack = await connectedEngines({ plan: "pro" });
  first = stack.first;
  const profile = await stack.newProfile("zoom-admin-oauth", "Admin app", undefined, { plan: "pro" });
  profileId = profile.id;
  const { id } = await first.connections.create({ name: "zoom", connector: "zoom", profileId });
  await stack.connect(id);
});
afterAll(() => stack?.close());

const refused = async () => (await stack.requests()).filter(({ status }) => status === 429);
const client = () => first.connections.client(zoom, "zoom");

async function newMeeting(): Promise<string> {
  const settings = { approval_type: 0 };
  const body = { topic: "T", type: 2, start_time: "2030-01-01T10:00:00Z", settings };
  const made = await (await client()).request("POST", "/users/{userId}/meetings", {
    ...{ path: { userId: accountOwner }, body },
  });
  return String((made as { id: number }).id);
}

async function startMeeting(id: string, people: readonly string[]): Promise<void> {
  const connection = await first.connections.byName("zoom");
  await first.receive({
    ...{ profileId, connector: "zoom" },
    event: {
      ...{
        name: "meeting.started",
        accountId: connection?.identity?.accountId ?? "",
        occurredAt: new Date(),
      },
      dedupeKey: `${id} ${people.length} ${people[0]}`,
      payload: { object: { id, uuid: "u", topic: "T", people } },
    },
  });
}

/** Until no job runs or waits for its turn. */
const allEnded = () =>
  vi.waitFor(
    async () => {
      await first.idle();
      const { items } = await first.queries.listJobs({ limit: 200 });
      expect(items.filter(({ finishedAt }) => finishedAt === undefined)).toEqual([]);
    },
    { timeout: 45_000, interval: 100 },
  );

test("a bulk job beside another worker's calls goes at the limit's rate, without one 429", async () => {
  const second = await stack.secondEngine();
  const meetingId = await newMeeting();
  const { id: recipeId } = await first.recipes.create(recipe);
  await first.recipes.start(recipeId);
  const began = Date.now();
  const people = Array.from({ length: 90 }, (_, index) => `p${index}@people.example`);
  await startMeeting(meetingId, people);
  const answers = await second.calls(30);
  await allEnded();
  const seconds = (Date.now() - began) / 1_000;
  expect(new Set(answers).size).toBe(1);
  const [job] = (await first.queries.listJobs({ recipeId, limit: 10 })).items;
  expect(job?.state).toBe("succeeded");
  expect(await refused()).toEqual([]);
  // 120 calls and more: 30 a second, of which a tenth is kept for people.
  expect(seconds).toBeGreaterThan(2.5);
  // Five seconds by the limit alone; the rest is for a machine that does much else.
  expect(seconds).toBeLessThan(20);

  // And the connection says what is left, counted over both workers.
  const { id } = (await first.connections.byName("zoom")) ?? { id: "" };
  const { token, limits } = await first.connectionStatus(id);
  const left = (title: string) => limits?.limits.find((limit) => limit.title === title);
  expect(limits?.basis).toContain("Pro account");
  expect(left("Light calls a second")).toMatchObject({ most: 30, waiting: 0, until: undefined });
  const day = left("Heavy and Resource-intensive calls a day");
  expect(day).toMatchObject({ most: 30_000, used: expect.any(Number) });
  expect(day?.until?.getTime()).toBeGreaterThan(Date.now());
  expect(token?.refreshAt.getTime()).toBeLessThan(token?.expiresAt.getTime() ?? 0);
  expect(token?.refreshAt.getTime()).toBeGreaterThan(Date.now());
}, 60_000);

test("a crowd of jobs is called back one by one: each asks Zoom once, none is refused", async () => {
  const meetingId = await newMeeting();
  const before = (await stack.requests()).length;
  const crowd = Array.from({ length: 110 }, (_, index) => `crowd${index}@people.example`);
  const { items } = await first.queries.listJobs({ limit: 200 });
  await Promise.all(crowd.map((person) => startMeeting(meetingId, [person])));
  const waited = await vi.waitFor(async () => {
    const waiting = await first.queries.listJobs({ state: "waiting", limit: 200 });
    if (waiting.items.length === 0) throw new Error("no job waits yet");
    return waiting.items[0]?.reason;
  }, 20_000);
  expect(waited).toMatch(/waits for its turn among the account's Light calls.*Next try at/);
  await allEnded();
  const after = await first.queries.listJobs({ limit: 200 });
  expect(after.items.length - items.length).toBe(110);
  expect(new Set(after.items.map(({ state }) => state))).toEqual(new Set(["succeeded"]));
  expect((await stack.requests()).length - before).toBe(110);
  expect(await refused()).toEqual([]);
}, 60_000);

test("a job that has used up what a day allows waits, and says until when; Zoom is not asked", async () => {
  const meetingId = await newMeeting();
  const { items } = { items: await first.recipes.list() };
  const recipeId = items[0]?.id ?? "";
  const before = (await stack.requests()).length;
  await startMeeting(meetingId, [
    "same@people.example",
    "same@people.example",
    "same@people.example",
    "same@people.example",
  ]);
  const waiting = await vi.waitFor(async () => {
    const { items: jobs } = await first.queries.listJobs({ recipeId, state: "waiting", limit: 10 });
    const [job] = jobs;
    if (!job) throw new Error("no job waits yet");
    return job;
  }, 20_000);
  const midnight = new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000).toISOString();
  expect(waiting.reason).toContain("the 3 times a day that one registrant may be added are used up");
  expect(waiting.reason).toContain(`Next try at ${midnight.slice(0, 10)}`);
  expect((await stack.requests()).length - before).toBe(3);
  expect(await refused()).toEqual([]);
}, 60_000);

test("the 101st meeting of one host in a day is not sent, whatever the host is called by", async () => {
  const zoomClient = await client();
  const make = (userId: string) =>
    zoomClient.request("POST", "/users/{userId}/meetings", {
      path: { userId },
      body: { topic: "T", type: 3 },
    });
  const host = "hana@acme.example";
  const { host_id: hostId } = (await make(host)) as { host_id: string };
  const soon = () => vi.waitFor(() => make(hostId), { timeout: 10_000, interval: 100 });
  for (let count = 1; count < 100; count += 1) await soon();
  const error = await failure(make(host));
  expect(error).toMatchObject({ kind: "rate-limited", code: "day-used-up" });
  expect(error.retryAt?.toISOString()).toMatch(/T00:00:00.000Z$/);
  await expect(make("omar@acme.example").catch((other: unknown) => other)).resolves.not.toMatchObject({
    code: "day-used-up",
  });
  expect(await refused()).toEqual([]);
}, 60_000);

test("without a plan on the form it is learnt from Zoom's first refusal", async () => {
  const profile = await stack.newProfile("zoom-server-to-server", "Server app", ["user:read:user:admin"]);
  const { id } = await first.connections.create({ name: "server", connector: "zoom", profileId: profile.id });
  await stack.connect(id);
  // Of another connector's account, so that nothing is known of it.
  const alone = zoom.createClient({
    ...{ profile: { client_id: "another", api_url: `${stack.sandbox.url}/v2` } },
    accessToken: await tokenOf(),
  });
  const ask = () => alone.request("GET", "/users/me").catch(() => undefined);
  await Promise.all(Array.from({ length: 80 }, ask));
  const learnt = (await refused()).length;
  expect(learnt).toBeGreaterThan(0);
  await Promise.all(Array.from({ length: 80 }, ask));
  await Promise.all(Array.from({ length: 80 }, ask));
  expect((await refused()).length).toBe(learnt);
}, 60_000);

/** A token of the sandbox's own, got as any program would. */
async function tokenOf() {
  const { profile, kind } = await first.connections.opened(
    (await first.connections.byName("server"))?.id ?? "",
  );
  if (kind.type !== "credentials") throw new Error("expected server-to-server");
  const { accessToken } = await kind.obtain({ profile, now: new Date() });
  return async () => ({ accessToken, apiUrl: undefined });
}
