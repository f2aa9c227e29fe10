import { afterAll, beforeAll, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { operations } from "../operations/operations.ts";
import { call, connect, json, makeApp, visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let token: string;

// Tests look into answers of every kind.
// oxlint-disable-next-line typescript/no-explicit-any
const get = async (path: string): Promise<any> => json(await call(sandbox.url, token, "GET", path));

beforeAll(async () => {
  sandbox = await createSandbox({ port: 0, frozenAt: new Date("2026-11-23T12:00:00Z"), rateLimits: false });
  const owner = await visit(sandbox.url, "olivia@acme.example");
  const scopes = [...new Set([...operations().values()].flatMap((operation) => operation.scopes))];
  const app = await makeApp(sandbox.url, owner, scopes);
  token = (await connect(sandbox.url, owner, app)).access_token;
});
afterAll(() => sandbox.close());

test("the default company has forty people in groups, rooms in buildings, and tracking fields", async () => {
  expect((await get("/users?page_size=300")).total_records).toBe(40);
  const { groups } = await get("/groups");
  expect(groups).toMatchObject([
    { name: "Sales", total_members: 7 },
    { name: "Customer success", total_members: 5 },
    { name: "Engineering", total_members: 11 },
    { name: "Events", total_members: 11 },
  ]);
  const { rooms } = await get("/rooms");
  expect(rooms).toHaveLength(6);
  const { locations } = await get("/rooms/locations?page_size=100");
  expect(locations.map(({ name }: { name: string }) => name)).toContain("Berlin office, floor 3");
  const { tracking_fields: fields } = await get("/tracking_fields");
  expect(fields.map(({ field }: { field: string }) => field)).toEqual(["Department", "Customer tier"]);
});

test("a year lies behind it: meetings, recordings with files, and webinars with polls and questions", async () => {
  const { meetings } = await get("/metrics/meetings?type=past&from=2026-10-24&to=2026-11-23&page_size=100");
  expect(meetings.length).toBeGreaterThan(30);
  const recorded = await get("/users/mei@acme.example/recordings?from=2026-11-01&to=2026-11-23");
  expect(recorded.meetings[0].recording_files[0]).toMatchObject({ file_type: "MP4", status: "completed" });
  const download = await fetch(recorded.meetings[0].recording_files[0].download_url, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(download.headers.get("content-type")).toBe("video/mp4");
  await download.body?.cancel();

  const held = await get("/report/users/mei@acme.example/meetings?from=2026-11-01&to=2026-11-23");
  expect(held.meetings).toHaveLength(1);
  const { id } = held.meetings[0];
  const { participants } = await get(`/report/webinars/${id}/participants?page_size=300`);
  expect(participants.length).toBeGreaterThan(20);
  expect((await get(`/past_webinars/${id}/absentees`)).registrants.length).toBeGreaterThan(5);
  expect((await get(`/past_webinars/${id}/polls`)).questions.length).toBeGreaterThan(5);
  expect((await get(`/past_webinars/${id}/qa`)).questions.length).toBeGreaterThan(0);
});

test("a week lies before it: planned calls and the next webinar, with people registered", async () => {
  const hosts = ["hana", "bruno", "carla", "farid", "grace"];
  const planned = await Promise.all(
    hosts.map(
      async (name) => (await get(`/users/${name}@acme.example/meetings?type=upcoming`)).meetings.length,
    ),
  );
  expect(Math.max(...planned)).toBeGreaterThan(0);
  const { webinars } = await get("/users/mei@acme.example/webinars?type=upcoming");
  expect(webinars).toHaveLength(1);
  expect((await get(`/webinars/${webinars[0].id}/registrants`)).total_records).toBe(60);
});

test("the past is the same whoever is renamed before somebody first looks at it", async () => {
  const pastOf = async (url: string) => {
    const state = await (await fetch(`${url}/_sandbox/state?full`)).text();
    const { tables } = JSON.parse(state.replaceAll(url, "")) as { tables: Record<string, object[]> };
    return ["meetings", "instances", "participants", "recordings", "webinars", "phone_calls"].map(
      (name) => [name, tables[name] ?? []] as const,
    );
  };
  const frozenAt = new Date("2026-11-23T12:00:00Z");
  await using other = await createSandbox({ port: 0, frozenAt, rateLimits: false }).then((made) => ({
    url: made.url,
    [Symbol.asyncDispose]: () => made.close(),
  }));
  const owner = await visit(other.url, "olivia@acme.example");
  const app = await makeApp(other.url, owner, ["user:read:user:admin", "user:update:user:admin"]);
  const { access_token } = await connect(other.url, owner, app);
  const path = "/users/mei@acme.example";
  expect((await call(other.url, access_token, "PATCH", path, { last_name: "Muster" })).status).toBe(204);
  const [past, renamed] = [await pastOf(sandbox.url), await pastOf(other.url)];
  expect(past.map(([name, rows]) => [name, rows.length > 0])).toEqual(past.map(([name]) => [name, true]));
  expect(renamed).toEqual(past);
});
