import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let meetingId: string;
let webinarId: string;
const hana = "hana@acme.example";
const day = (daysAgo: number) =>
  new Date(zoom.sandbox.clock.now().getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10);
// From yesterday: what is held just before midnight ends on the next day.
const period = () => ({ from: day(1), to: day(0) });
const past = { type: "past" } as const;

beforeAll(async () => {
  zoom = await connectedSandbox();
  const held = async (kind: "meetings" | "webinars", id: number | null | undefined, host: string) => {
    const act = (what: string, body: object = {}) => zoom.control(`/${kind}/${id}/${what}`, body);
    await act("start");
    await act("join", { email: "luis@acme.example" });
    await act("share/start", { email: host, content: "screen" });
    await act("disclaimer", { email: "luis@acme.example", disclaimer_type: "recording" });
    await act("remote-support/start", { email: "luis@acme.example", by: { email: host } });
    await zoom.sandbox.clock.advance(60_000);
    await act("feedback", { email: "luis@acme.example", satisfied: false, details: ["2"], comments: "echo" });
    await act("end");
    return String(id);
  };
  const made = await zoom.run("create-meeting", { userId: hana, topic: "Held" });
  meetingId = await held("meetings", made.id, hana);
  const webinar = await zoom.run("create-webinar", { userId: "mei@acme.example", topic: "Shown" });
  await zoom.run("add-webinar-panelists", {
    ...{ webinarId: webinar.id, panelists: [{ name: "Luis", email: "luis@acme.example" }] },
  });
  webinarId = await held("webinars", webinar.id, "mei@acme.example");
});
afterAll(() => zoom.close());

it("reads who shared, what people said and how well they were connected", async () => {
  const { participants } = await zoom.run("list-dashboard-meeting-sharing", { meetingId, ...past });
  expect(participants?.map(({ user_name }) => user_name)).toContain("Hana Hale");
  await expect(
    zoom.run("list-dashboard-meeting-satisfaction", { meetingId, ...past }),
  ).resolves.toHaveProperty("participants");
  const people = await zoom.run("list-dashboard-meeting-participants", { meetingId, ...past });
  const participantId = people.participants?.[0]?.user_id;
  await expect(
    zoom.run("get-dashboard-meeting-participant-quality", { meetingId, participantId, ...past }),
  ).resolves.toMatchObject({ user_name: people.participants?.[0]?.user_name });
  const quality = await zoom.run("list-dashboard-webinar-quality", { webinarId, ...past });
  expect(quality.participants).toHaveLength(2);
  await expect(
    zoom.run("list-dashboard-webinar-satisfaction", { webinarId, ...past }),
  ).resolves.toHaveProperty("participants");
  await expect(zoom.run("list-dashboard-webinar-sharing", { webinarId, ...past })).resolves.toHaveProperty(
    "participants",
  );
  const guest = quality.participants?.[0]?.user_id;
  await expect(
    zoom.run("get-dashboard-webinar-participant-quality", { webinarId, participantId: guest, ...past }),
  ).resolves.toHaveProperty("user_qos");
});

it("sums up quality, clients, chat and room connectors", async () => {
  await expect(
    zoom.run("get-dashboard-quality", { ...period(), type: "participants" }),
  ).resolves.toHaveProperty("quality");
  const { client_satisfaction: days } = await zoom.run("list-client-satisfaction", period());
  expect(days?.reduce((sum, { not_good_count }) => sum + (not_good_count ?? 0), 0)).toBe(2);
  const { client_feedback_details: details } = await zoom.run("list-client-feedback-details", {
    ...{ feedbackId: "2", ...period() },
  });
  expect(details?.map(({ email }) => email)).toEqual(["luis@acme.example", "luis@acme.example"]);
  expect((await zoom.run("list-dashboard-chat", period())).users).toEqual([]);
  expect((await zoom.run("get-dashboard-crc", period())).crc_ports_usage).toHaveLength(2);
});

it("tells which rooms have issues, and when", async () => {
  const { id: roomId } = await zoom.run("create-room", { name: "Spree", type: "ZoomRoom" });
  await zoom.control(`/rooms/${roomId}/alert`, { issue: "Camera disconnected" });
  const { zoom_rooms: rooms } = await zoom.run("list-dashboard-rooms", {});
  const { zoom_rooms: ill } = await zoom.run("list-dashboard-rooms-with-issues", period());
  expect(ill).toMatchObject([{ room_name: "Spree", issues_count: 1 }]);
  const { issue_details: times } = await zoom.run("list-dashboard-room-issue-times", {
    ...{ zoomroomId: rooms?.[0]?.id, ...period() },
  });
  expect(times).toMatchObject([{ issue: "Camera disconnected" }]);
});

it("reports disclaimers, remote support and chat", async () => {
  const { disclaimer_records: records } = await zoom.run("list-disclaimers-report", period());
  expect(records).toMatchObject([{ disclaimer_type: "recording" }, { disclaimer_type: "recording" }]);
  const { remote_support_logs: logs } = await zoom.run("list-remote-support-report", period());
  expect(logs?.map(({ supportee_email }) => supportee_email)).toEqual([
    "luis@acme.example",
    "luis@acme.example",
  ]);
  await zoom.run("send-chat-message", { userId: "me", message: "Hi", to_contact: hana });
  const { sessions } = await zoom.run("list-chat-sessions-report", period());
  const { messages } = await zoom.run("list-chat-session-messages-report", {
    ...{ sessionId: sessions?.[0]?.id, ...period() },
  });
  expect(messages?.map(({ message }) => message)).toEqual(["Hi"]);
});

it("adds a device, finds it, puts it in a group and a room, and takes it off", async () => {
  await zoom.run("add-device", {
    ...{ device_name: "Bar", mac_address: "00:11:22:33:44:55", serial_number: "S1", vendor: "Poly" },
    ...{ model: "X50", device_type: 0 },
  });
  const { devices } = await zoom.run("list-devices", { search_text: "bar" });
  const deviceId = devices?.[0]?.device_id;
  await zoom.run("update-device", { deviceId, device_name: "Oak bar" });
  expect((await zoom.run("get-device", { deviceId })).device_name).toBe("Oak bar");
  await zoom.control("/devices/groups", { name: "Bars" });
  const { groups } = await zoom.run("list-device-groups", {});
  await zoom.run("assign-device-group", { deviceId, group_id: groups?.[0]?.zdm_group_id });
  await zoom.run("delete-device", { deviceId });
  expect(await failure(zoom.run("get-device", { deviceId }))).toMatchObject({ code: "zoom.30055012" });
});
