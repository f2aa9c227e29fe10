import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let meetingId: string;
let webinarId: string;
const day = (daysAgo: number) =>
  new Date(zoom.sandbox.clock.now().getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10);
// From yesterday: what is held just before midnight ends on the next day.
const period = () => ({ from: day(1), to: day(0) });

beforeAll(async () => {
  zoom = await connectedSandbox();
  const held = async (kind: "meetings" | "webinars", id: number | null | undefined) => {
    const act = (what: string, body: object = {}) => zoom.control(`/${kind}/${id}/${what}`, body);
    await act("start");
    await act("join", { email: "luis@acme.example", device: "telephone", phone_number: "+33123456789" });
    await zoom.sandbox.clock.advance(5 * 60_000);
    await act("end");
    return String(id);
  };
  const made = await zoom.run("create-meeting", { userId: "hana@acme.example", topic: "Held" });
  meetingId = await held("meetings", made.id);
  const webinar = await zoom.run("create-webinar", { userId: "mei@acme.example", topic: "Shown" });
  await zoom.run("add-webinar-panelists", {
    ...{ webinarId: webinar.id, panelists: [{ name: "Luis", email: "luis@acme.example" }] },
  });
  webinarId = await held("webinars", webinar.id);
});
afterAll(() => zoom.close());

it("adds rooms in places, sets and controls them, and removes them", async () => {
  const { id: locationId } = await zoom.run("create-room-location", { name: "Berlin" });
  await zoom.run("update-room-location", { locationId, basic: { name: "Berlin city" } });
  expect((await zoom.run("list-room-locations", {})).locations).toMatchObject([{ name: "Berlin city" }]);
  const { id: roomId = "" } = await zoom.run("create-room", {
    name: "Spree",
    type: "ZoomRoom",
    location_id: locationId,
  });
  await zoom.run("update-room", { roomId, basic: { name: "Spree 2" } });
  expect((await zoom.run("get-room", { roomId })).basic).toMatchObject({ name: "Spree 2" });
  expect((await zoom.run("list-rooms", {})).rooms).toHaveLength(1);
  await zoom.run("update-room-settings", {
    id: roomId,
    setting_type: "meeting",
    zoom_rooms: { hide_id_for_private_meeting: true },
  });
  await expect(
    zoom.run("get-room-settings", { id: roomId, setting_type: "meeting" }),
  ).resolves.toHaveProperty("zoom_rooms");
  expect((await zoom.run("list-room-devices", { roomId })).devices?.length).toBeGreaterThan(0);
  await zoom.run("control-room", { id: roomId, method: "zoomroom.restart" });
  expect((await zoom.run("list-dashboard-rooms", {})).zoom_rooms).toHaveLength(1);
  const { zoom_rooms: rooms } = await zoom.run("list-dashboard-rooms", {});
  await expect(
    zoom.run("get-dashboard-room", { zoomroomId: rooms?.[0]?.id, ...period() }),
  ).resolves.toHaveProperty("id");
  await expect(zoom.run("list-dashboard-room-issues", period())).resolves.toHaveProperty("issues");
  await zoom.run("delete-room", { roomId });
  await zoom.run("delete-room-location", { locationId });
});

it("reports what a meeting and a webinar were", async () => {
  expect((await zoom.run("get-meeting-report", { meetingId })).topic).toBe("Held");
  expect((await zoom.run("list-meeting-participants-report", { meetingId })).participants).toHaveLength(2);
  for (const id of ["list-meeting-polls-report", "list-meeting-questions-report"] as const)
    expect((await zoom.run(id, { meetingId })).questions ?? []).toEqual([]);
  await expect(zoom.run("list-meeting-survey-report", { meetingId })).resolves.toHaveProperty(
    "survey_answers",
  );
  expect((await zoom.run("get-webinar-report", { webinarId })).topic).toBe("Shown");
  expect((await zoom.run("list-webinar-participants-report", { webinarId })).participants).toHaveLength(2);
  for (const id of ["list-webinar-polls-report", "list-webinar-questions-report"] as const)
    expect((await zoom.run(id, { webinarId })).questions ?? []).toEqual([]);
  await expect(zoom.run("list-webinar-survey-report", { webinarId })).resolves.toHaveProperty(
    "survey_answers",
  );
});

it("reports what the account did", async () => {
  expect((await zoom.run("get-daily-usage-report", {})).dates?.length).toBeGreaterThan(0);
  const { users } = await zoom.run("list-active-hosts-report", { ...period(), type: "active" });
  expect(users?.map(({ email }) => email)).toContain("hana@acme.example");
  const own = await zoom.run("list-user-meetings-report", { userId: "hana@acme.example", ...period() });
  expect(own.meetings).toMatchObject([{ topic: "Held" }]);
  expect((await zoom.run("list-telephone-report", period())).telephony_usage).toEqual(expect.any(Array));
  await expect(zoom.run("list-cloud-recording-usage-report", period())).resolves.toHaveProperty(
    "cloud_recording_storage",
  );
  expect((await zoom.run("list-operation-logs", period())).operation_logs?.length).toBeGreaterThan(0);
  expect((await zoom.run("list-sign-in-activities", period())).activity_logs?.length).toBeGreaterThan(0);
  expect((await zoom.run("list-history-meetings", period())).history_meetings?.length).toBeGreaterThan(0);
  await expect(
    zoom.run("list-meeting-activities", { ...period(), activity_type: "All Activities" }),
  ).resolves.toHaveProperty("meeting_activity_logs");
  await expect(zoom.run("list-upcoming-events-report", period())).resolves.toHaveProperty("upcoming_events");
  const { billing_reports: bills } = await zoom.run("list-billing-report", {});
  expect(bills?.length).toBeGreaterThan(0);
  await expect(zoom.run("list-billing-invoices", { billing_id: bills?.[0]?.id })).resolves.toHaveProperty(
    "invoices",
  );
});

it("looks at the dashboards", async () => {
  const past = { ...period(), type: "past" };
  expect((await zoom.run("list-dashboard-meetings", past)).meetings).toMatchObject([{ topic: "Held" }]);
  expect((await zoom.run("get-dashboard-meeting", { meetingId, type: "past" })).topic).toBe("Held");
  const people = await zoom.run("list-dashboard-meeting-participants", { meetingId, type: "past" });
  expect(people.participants).toHaveLength(2);
  const quality = await zoom.run("list-dashboard-meeting-quality", { meetingId, type: "past" });
  expect(quality.participants).toHaveLength(2);
  expect((await zoom.run("list-dashboard-webinars", past)).webinars).toHaveLength(1);
  expect((await zoom.run("get-dashboard-webinar", { webinarId, type: "past" })).topic).toBe("Shown");
  const attendees = await zoom.run("list-dashboard-webinar-participants", { webinarId, type: "past" });
  expect(attendees.participants).toHaveLength(2);
  expect((await zoom.run("list-client-versions", {})).client_versions).toEqual(expect.any(Array));
  await expect(zoom.run("list-client-feedback", period())).resolves.toHaveProperty("client_feedbacks");
});
