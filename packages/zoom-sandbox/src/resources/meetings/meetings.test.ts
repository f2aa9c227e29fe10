import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox } from "../../create-sandbox.ts";
import type { RunningSandbox } from "../../options.ts";

let sandbox: RunningSandbox;
let token: string;
const hana = "hana@acme.example";

beforeEach(async () => {
  sandbox = await createSandbox({
    port: 0,
    company: "small",
    rateLimits: false,
    seed: "meetings",
    frozenAt: new Date("2026-11-23T12:00:00Z"),
  });
  token = await serverToServerToken();
});
afterEach(() => sandbox.close());

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function zoom(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${sandbox.url}/v2${path}`, {
    ...{ method, headers: { authorization: `Bearer ${token}` } },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

async function act(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${sandbox.url}/_sandbox/meetings/${path}`, {
    method: "POST",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function serverToServerToken(): Promise<string> {
  const form = (values: Record<string, string>) =>
    ({ method: "POST", redirect: "manual", body: new URLSearchParams(values) }) as const;
  const signedIn = await fetch(
    `${sandbox.url}/signin`,
    form({ email: "olivia@acme.example", password: "sandbox", continue: "/marketplace/apps" }),
  );
  const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const page = await (await fetch(`${sandbox.url}/marketplace/apps`, { headers: { cookie } })).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  const post = (path: string, values: Record<string, string>) =>
    fetch(`${sandbox.url}${path}`, { ...form({ csrf, ...values }), headers: { cookie } });
  await post("/marketplace/apps", {
    name: "Tests",
    kind: "server_to_server",
    scopes: "meeting:read:admin meeting:write:admin",
  });
  const { account_id, apps } = (await (await fetch(`${sandbox.url}/_sandbox/apps`)).json()) as {
    account_id: string;
    apps: { id: string; client_id: string; client_secret: string }[];
  };
  const [app] = apps;
  await post(`/marketplace/apps/${app?.id}/activation`, { active: "true" });
  const authorization = `Basic ${Buffer.from(`${app?.client_id}:${app?.client_secret}`).toString("base64")}`;
  const granted = await fetch(
    `${sandbox.url}/oauth/token?grant_type=account_credentials&account_id=${account_id}`,
    { method: "POST", headers: { authorization } },
  );
  return ((await granted.json()) as { access_token: string }).access_token;
}

const schedule = async (body: object = {}) => (await zoom("POST", `/users/${hana}/meetings`, body)).body;

test("a scheduled meeting has Zoom's defaults and is listed and read as it was made", async () => {
  const made = await zoom("POST", `/users/${hana}/meetings`, {
    topic: "Standup",
    start_time: "2026-12-01T09:00:00Z",
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      topic: "Standup",
      type: 2,
      duration: 60,
      status: "waiting",
      start_time: "2026-12-01T09:00:00Z",
      host_email: hana,
    },
  });
  expect((await zoom("GET", `/meetings/${made.body.id}`)).body).toMatchObject({
    id: made.body.id,
    settings: { approval_type: 2 },
  });
  expect((await zoom("GET", `/users/${hana}/meetings`)).body).toMatchObject({
    total_records: 1,
    meetings: [{ id: made.body.id }],
  });
});

test("a start without Z is in the meeting's time zone", async () => {
  const { start_time } = await schedule({ start_time: "2026-12-01T09:00:00", timezone: "Europe/Paris" });
  expect(start_time).toBe("2026-12-01T08:00:00Z");
});

test("fields that are wrong are refused by name, and nothing is made", async () => {
  const refused = await zoom("POST", `/users/${hana}/meetings`, {
    topic: "x".repeat(201),
    duration: 0,
    type: 7,
  });
  expect(refused).toMatchObject({ status: 400, body: { code: 300, message: "Validation Failed." } });
  expect(refused.body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual([
    "duration",
    "topic",
    "type",
  ]);
  expect((await zoom("GET", `/users/${hana}/meetings`)).body.total_records).toBe(0);
});

test("three equal requests make three meetings: Zoom has no idempotency keys", async () => {
  for (let time = 0; time < 3; time += 1) await schedule({ topic: "Same" });
  expect((await zoom("GET", `/users/${hana}/meetings`)).body.total_records).toBe(3);
});

test("a deleted meeting answers 404 with code 3001", async () => {
  const { id } = await schedule();
  expect((await zoom("DELETE", `/meetings/${id}`)).status).toBe(204);
  expect(await zoom("GET", `/meetings/${id}`)).toMatchObject({
    status: 404,
    body: { code: 3001, message: `Meeting does not exist: ${id}.` },
  });
});

test("a change keeps what it does not name", async () => {
  const { id } = await schedule({ topic: "Before", agenda: "Kept", settings: { waiting_room: true } });
  expect(
    (await zoom("PATCH", `/meetings/${id}`, { topic: "After", settings: { approval_type: 0 } })).status,
  ).toBe(204);
  expect((await zoom("GET", `/meetings/${id}`)).body).toMatchObject({
    topic: "After",
    agenda: "Kept",
    settings: { waiting_room: true, approval_type: 0 },
  });
});

test("a weekly meeting has its occurrences at the same local time over a change of the clocks", async () => {
  const recurrence = { type: 2, weekly_days: "2", end_times: 3 };
  const { occurrences } = await schedule({
    type: 8,
    start_time: "2027-03-22T09:00:00",
    timezone: "Europe/Paris",
    recurrence,
  });
  expect(occurrences.map(({ start_time }: { start_time: string }) => start_time)).toEqual([
    "2027-03-22T08:00:00Z",
    "2027-03-29T07:00:00Z",
    "2027-04-05T07:00:00Z",
  ]);
});

test("a deleted occurrence stays listed as deleted", async () => {
  const { id, occurrences } = await schedule({
    type: 8,
    start_time: "2026-12-01T09:00:00Z",
    recurrence: { type: 1, end_times: 2 },
  });
  await zoom("DELETE", `/meetings/${id}?occurrence_id=${occurrences[0].occurrence_id}`);
  expect(
    (await zoom("GET", `/meetings/${id}`)).body.occurrences.map(({ status }: { status: string }) => status),
  ).toEqual(["deleted", "available"]);
});

test("registration is refused until it is enabled, then the same address is the same registrant", async () => {
  const closed = await schedule();
  const person = { email: "guest@example.com", first_name: "Guest" };
  expect(await zoom("POST", `/meetings/${closed.id}/registrants`, person)).toMatchObject({
    status: 404,
    body: { message: "Registration has not been enabled for this meeting." },
  });
  const { id } = await schedule({ settings: { approval_type: 0 } });
  const first = await zoom("POST", `/meetings/${id}/registrants`, person);
  const again = await zoom("POST", `/meetings/${id}/registrants`, person);
  expect(first).toMatchObject({ status: 201, body: { id } });
  expect(again.body.registrant_id).toBe(first.body.registrant_id);
  expect((await zoom("GET", `/meetings/${id}/registrants`)).body).toMatchObject({
    total_records: 1,
    registrants: [{ email: person.email, status: "approved" }],
  });
  expect(
    await zoom("POST", `/meetings/${id}/registrants`, { email: hana, first_name: "Hana" }),
  ).toMatchObject({ status: 400, body: { code: 3027 } });
});

test("manual approval leaves people pending until they are approved", async () => {
  const { id } = await schedule({ settings: { approval_type: 1 } });
  const { body } = await zoom("POST", `/meetings/${id}/registrants`, {
    email: "guest@example.com",
    first_name: "Guest",
  });
  expect(body.join_url).toBeUndefined();
  expect((await zoom("GET", `/meetings/${id}/registrants?status=pending`)).body.total_records).toBe(1);
  await zoom("PUT", `/meetings/${id}/registrants/status`, {
    action: "approve",
    registrants: [{ id: body.registrant_id }],
  });
  expect((await zoom("GET", `/meetings/${id}/registrants`)).body.registrants[0]).toMatchObject({
    status: "approved",
    email: "guest@example.com",
  });
});

test("people who joined by desktop, mobile and telephone are the participants of the past meeting, host included", async () => {
  const { id, host_id } = await schedule({ topic: "Review" });
  expect(await act(`${id}/join`, { name: "Early" })).toMatchObject({ status: 409 });
  const { body: held } = await act(`${id}/start`);
  await act(`${id}/join`, { email: "luis@acme.example", device: "desktop" });
  await act(`${id}/join`, { name: "Grace", device: "mobile" });
  await act(`${id}/join`, { device: "telephone", phone_number: "+33123456789" });
  await sandbox.clock.advance(30 * 60_000);
  expect(await zoom("GET", `/past_meetings/${id}/participants`)).toMatchObject({ status: 404 });
  await act(`${id}/end`);
  const encoded =
    held.uuid.startsWith("/") || held.uuid.includes("//")
      ? encodeURIComponent(encodeURIComponent(held.uuid))
      : encodeURIComponent(held.uuid);
  const { body } = await zoom("GET", `/past_meetings/${encoded}/participants`);
  expect(body.participants).toMatchObject([
    { id: host_id, user_email: hana, duration: 1800 },
    { name: "Luis Lopez", user_email: "luis@acme.example" },
    { name: "Grace", id: "", user_email: "" },
    { name: "+33123456789", id: "" },
  ]);
  expect((await zoom("GET", `/past_meetings/${id}`)).body).toMatchObject({
    topic: "Review",
    duration: 30,
    participants_count: 4,
  });
});

test("a meeting held twice has two instances", async () => {
  const { id } = await schedule();
  for (let time = 0; time < 2; time += 1) {
    await act(`${id}/start`);
    await act(`${id}/end`);
  }
  const { meetings } = (await zoom("GET", `/past_meetings/${id}/instances`)).body;
  expect(new Set(meetings.map(({ uuid }: { uuid: string }) => uuid)).size).toBe(2);
});

test("a page token is good for fifteen minutes and for the same question only", async () => {
  for (let time = 0; time < 3; time += 1) await schedule();
  const first = (await zoom("GET", `/users/${hana}/meetings?page_size=2`)).body;
  expect(first).toMatchObject({ page_count: 2, total_records: 3 });
  const next = `next_page_token=${first.next_page_token}`;
  expect((await zoom("GET", `/users/${hana}/meetings?page_size=2&${next}`)).body).toMatchObject({
    next_page_token: "",
    meetings: [{}],
  });
  const invalid = { status: 400, body: { code: 300, message: "The next page token is invalid or expired." } };
  expect(await zoom("GET", `/users/${hana}/meetings?page_size=3&${next}`)).toMatchObject(invalid);
  await sandbox.clock.advance(16 * 60_000);
  expect(await zoom("GET", `/users/${hana}/meetings?page_size=2&${next}`)).toMatchObject(invalid);
});
