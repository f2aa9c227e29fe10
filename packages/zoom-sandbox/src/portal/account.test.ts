/** Account settings and their locks, group settings, tracking fields, and the pages to look at. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { call, connect, json, makeApp, type Visitor, visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;
let token: string;
const events: { event: string; payload: Record<string, unknown> }[] = [];

beforeEach(async () => {
  sandbox = await createSandbox({
    ...{ port: 0, rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
    // Everybody here signs in first; that is told elsewhere.
    onEvent: (event, body) => {
      if (event !== "user.signed_in") events.push(JSON.parse(body) as (typeof events)[number]);
    },
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  const app = await makeApp(sandbox.url, owner, [
    ...["account:read:settings:admin", "account:read:lock_settings:master", "group:read:settings:admin"],
    ...[
      "group:read:lock_settings:admin",
      "report:read:admin",
      "cloud_recording:read:list_user_recordings:admin",
    ],
  ]);
  token = (await connect(sandbox.url, owner, app)).access_token;
  events.length = 0;
});
afterEach(() => sandbox.close());

const text = async (path: string, by = owner) => (await by.get(path)).text();
const api = async (path: string) => json(await call(sandbox.url, token, "GET", path));
const ticked = (page: string, kind: string) =>
  [...page.matchAll(new RegExp(`name="${kind}" value="([^"]+)"[^>]*checked`, "g"))].map(
    ([, value]) => value ?? "",
  );

test("an account setting switched and locked on the page is so at the API, and told", async () => {
  const page = await text("/portal/settings");
  const on = ticked(page, "on");
  expect(on).toContain("in_meeting.chat");
  await owner.post("/portal/settings", {
    on: on.filter((name) => name !== "in_meeting.chat"),
    locked: "in_meeting.chat",
  });
  expect(await api("/accounts/me/settings")).toMatchObject({ in_meeting: { chat: false, polling: true } });
  expect(await api("/accounts/me/lock_settings")).toMatchObject({ in_meeting: { chat: true } });
  expect(events).toMatchObject([
    {
      event: "account.settings_updated",
      payload: {
        operator: "olivia@acme.example",
        object: { settings: { in_meeting: { chat: false } } },
        old_object: { settings: { in_meeting: { chat: true } } },
      },
    },
    { event: "account.lock_settings_updated" },
  ]);
  const after = await text("/portal/settings");
  expect([ticked(after, "locked"), ticked(after, "on").includes("in_meeting.chat")]).toEqual([
    ["in_meeting.chat"],
    false,
  ]);
});

test("a group has settings and locks of its own", async () => {
  const made = await owner.post("/portal/groups", { name: "Night shift", description: "" });
  const path = (made.headers.get("location") ?? "").split("?")[0] ?? "";
  const id = path.split("/").at(-1);
  events.length = 0;
  const on = ticked(await text(`${path}?tab=settings`), "on");
  await owner.post(`${path}/settings`, {
    on: [...on.filter((name) => name !== "recording.local_recording"), "schedule_meeting.join_before_host"],
    locked: "recording.local_recording",
  });
  expect(await api(`/groups/${id}/settings`)).toMatchObject({
    recording: { local_recording: false, cloud_recording: true },
    schedule_meeting: { join_before_host: true },
  });
  expect(await api(`/groups/${id}/lock_settings`)).toMatchObject({ recording: { local_recording: true } });
  expect(events.map(({ event }) => event)).toEqual(["group.settings_updated", "group.lock_settings_updated"]);
  await owner.post(`${path}/settings`, { on: ticked(await text(`${path}?tab=settings`), "on") });
  expect(events.map(({ event }) => event).slice(2)).toEqual(["group.lock_settings_updated"]);
});

test("tracking fields are added, changed and deleted, and the API has them", async () => {
  await owner.post("/portal/tracking-fields", {
    ...{ field: "Cost centre", recommended_values: "100\r\n 200 \n", required: "true" },
  });
  const page = await text("/portal/tracking-fields");
  expect(page).toContain("100, 200");
  const path = /href="(\/portal\/tracking-fields\/[\w-]+)">Cost centre/.exec(page)?.[1] ?? "";
  const taken = await owner.post("/portal/tracking-fields", { field: "Cost centre" });
  expect([taken.status, await taken.text()]).toEqual([400, expect.stringContaining("already exists")]);
  await owner.post(path, { field: "Cost center", recommended_values: "300", visible: "true" });
  expect(await text("/portal/tracking-fields")).toMatch(
    /Cost center<\/a><\/th><td>300<\/td><td>No<\/td><td>Yes<\/td>/,
  );
  await owner.post(`${path}/delete`, {});
  expect(await text("/portal/tracking-fields")).not.toContain("Cost center");
});

test("rooms, reports, recordings and webinars show what the account has; a member sees only their own", async () => {
  const hana = await visit(sandbox.url, "hana@acme.example");
  const reports = await text("/portal/reports");
  expect(reports).toMatch(/1 to 50 of [\d,]+/);
  expect((await hana.get("/portal/reports")).status).toBe(403);
  expect((await hana.get("/portal/rooms")).status).toBe(403);
  expect((await owner.get("/portal/rooms")).status).toBe(200);
  expect((await owner.get("/portal/webinars")).status).toBe(200);
  const hosts = async (by: Visitor) =>
    new Set((await text("/portal/recordings", by)).match(/[\w.]+@acme\.example(?=<\/td>)/g));
  expect((await hosts(owner)).size).toBeGreaterThan(1);
  expect([...(await hosts(hana))].filter((email) => email !== "hana@acme.example")).toEqual([]);

  // What the pages say of a session is what the API says of it.
  const [, host = "", start = "", minutes = "", people = ""] =
    /<td>Meeting<\/td><td>([^<]+)<\/td><td>([^<]+)<\/td><td>(\d+)<\/td><td>(\d+)<\/td>/.exec(reports) ?? [];
  const { meetings } = (await api(
    `/report/users/${host}/meetings?from=${start.slice(0, 10)}&to=${start.slice(0, 10)}`,
  )) as {
    meetings: { start_time: string; duration: number; participants_count: number }[];
  };
  const reported = meetings.find(({ start_time }) => start_time.startsWith(start.replace(" ", "T")));
  expect(reported).toMatchObject({ duration: Number(minutes), participants_count: Number(people) });
  const shown = [
    ...(await text("/portal/recordings")).matchAll(
      /<td>(\d+)<\/td><td>mei@acme\.example<\/td><td>([^<]+)<\/td><td>(\d+)<\/td><td>(\d+)<\/td><td>ready/g,
    ),
  ];
  const { meetings: recorded } = (await api(
    "/users/mei@acme.example/recordings?from=2026-10-24&to=2026-11-23",
  )) as {
    meetings: { id: number; start_time: string; duration: number; recording_count: number }[];
  };
  expect(recorded.length).toBeGreaterThan(0);
  expect(shown.slice(0, recorded.length).map((row) => row.slice(1))).toEqual(
    recorded
      .toSorted((one, other) => (one.start_time < other.start_time ? 1 : -1))
      .map((row) => [
        `${row.id}`,
        row.start_time.slice(0, 16).replace("T", " "),
        `${row.duration}`,
        `${row.recording_count}`,
      ]),
  );

  const states = async (by: Visitor) =>
    new Set((await text("/portal/recordings", by)).match(/(?<=<td>)(ready|in the trash)(?=<\/td>)/g));
  const mei = await visit(sandbox.url, "mei@acme.example");
  const asks = await text("/portal/recordings/trash", mei);
  expect(asks).toContain("All of your recordings go to the trash. They can be recovered for 30 days.");
  expect(await text("/portal/recordings", mei)).not.toContain(
    '<form class="inline" method="post" action="/portal/recordings/trash"',
  );
  await mei.post("/portal/recordings/trash", {});
  expect([[...(await states(mei))], (await states(owner)).size]).toEqual([["in the trash"], 2]);
  expect(events.at(-1)).toMatchObject({
    event: "recording.batch_trashed",
    payload: { operator: "mei@acme.example", operation: "trash_user_recordings" },
  });
  await owner.post("/portal/recordings/recover", {});
  expect([...(await states(owner))]).toEqual(["ready"]);
  expect((await owner.post("/portal/recordings/delete", {})).status).toBe(400);
});
