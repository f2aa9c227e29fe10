import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const me = { userId: "me" };
const hana = "hana@acme.example";

it("replies in threads, marks, pins and bookmarks, and lists what waits to be sent", async () => {
  const { id: channel = "" } = await zoom.run("create-channel", { ...me, name: "Marks", type: 1 });
  const to = { to_channel: channel };
  const { id: messageId = "" } = await zoom.run("send-chat-message", { ...me, message: "Keep", ...to });
  await zoom.run("send-chat-message", { ...me, message: "Yes", ...to, reply_main_message_id: messageId });
  const thread = await zoom.run("list-chat-thread", {
    ...{ ...me, messageId, ...to, from: "2020-01-01T00:00:00Z" },
  });
  expect(thread.messages).toHaveLength(2);
  await zoom.run("mark-chat-message", { ...me, messageId, ...to, action: "unread" });
  await zoom.run("pin-chat-message", { method: "pin", message_id: messageId, channel_id: channel });
  expect((await zoom.run("list-pinned-messages", { channelId: channel })).messages).toHaveLength(1);
  await zoom.run("change-bookmark", { message_id: messageId, action: "add_bookmark", ...to });
  expect((await zoom.run("list-bookmarks", {})).bookmarks).toHaveLength(1);
  expect((await zoom.run("list-scheduled-messages", to)).messages).toEqual([]);
});

it("groups lock settings and are in channels", async () => {
  const { id: groupId } = await zoom.run("create-group", { name: "Locked" });
  await zoom.run("update-group-locks", { groupId, recording: { cloud_recording: true } });
  expect((await zoom.run("get-group-locks", { groupId })).recording).toMatchObject({ cloud_recording: true });
  expect((await zoom.run("list-group-channels", { groupId })).channels).toEqual([]);
});

it("counts people, checks links, and takes back pictures, assistants and schedulers", async () => {
  expect((await zoom.run("get-users-summary", {})).licensed_users_count).toBeGreaterThan(0);
  expect(await zoom.run("check-personal-link", { vanity_name: "nobodys" })).toEqual({ existed: false });
  const picture = Buffer.from("89504e470d0a1a0a", "hex").toString("base64");
  await zoom.run("update-user-picture", { userId: hana, fileName: "me.png", content: picture });
  await zoom.run("remove-user-picture", { userId: hana });
  expect((await zoom.run("get-user", { userId: hana })).pic_url ?? "").toBe("");
  const assign = () =>
    zoom.run("add-user-assistants", { userId: hana, assistants: [{ email: "luis@acme.example" }] });
  await assign();
  await zoom.run("delete-user-scheduler", { userId: "luis@acme.example", schedulerId: hana });
  await assign();
  await zoom.run("delete-user-schedulers", { userId: "luis@acme.example" });
  await assign();
  await zoom.run("delete-user-assistants", { userId: hana });
  expect((await zoom.run("list-user-assistants", { userId: hana })).assistants).toEqual([]);
});

it("reads templates of meetings, and adds polls by the handful", async () => {
  const { id: meetingId } = await zoom.run("create-meeting", { userId: hana, topic: "Form" });
  const template = await zoom.run("create-meeting-template", {
    userId: hana,
    meeting_id: meetingId,
    name: "F",
  });
  const read = await zoom.run("get-meeting-template", { userId: hana, meetingTemplateId: template.id });
  expect(read.name).toBe("F");
  const question = { name: "Yes?", type: "single", answers: ["yes", "no"] };
  await zoom.run("create-meeting-polls", {
    ...{ meetingId, polls: [{ title: "A", questions: [question] }] },
  });
  expect((await zoom.run("list-meeting-polls", { meetingId })).polls).toMatchObject([{ title: "A" }]);
});

it("brands a webinar with name tags and streams it", async () => {
  const { id: webinarId } = await zoom.run("create-webinar", { userId: "mei@acme.example", topic: "Launch" });
  const colours = { text_color: "#000000", accent_color: "#ff0000", background_color: "#ffffff" };
  const { id: nameTagId = "" } = await zoom.run("create-webinar-name-tag", {
    ...{ webinarId, name: "Speaker", ...colours },
  });
  await zoom.run("update-webinar-name-tag", { webinarId, nameTagId, name: "Host" });
  expect((await zoom.run("get-webinar-branding", { webinarId })).name_tags).toMatchObject([{ name: "Host" }]);
  await zoom.run("delete-webinar-name-tags", { webinarId, name_tag_ids: nameTagId });
  await zoom.run("update-webinar-livestream", {
    ...{ webinarId, stream_url: "rtmp://x", stream_key: "k", page_url: "https://x.example" },
  });
  expect((await zoom.run("get-webinar-livestream", { webinarId })).stream_url).toBe("rtmp://x");
  await zoom.control(`/webinars/${webinarId}/start`);
  await zoom.run("change-webinar-livestream-status", { webinarId, action: "start" });
  await zoom.control(`/webinars/${webinarId}/end`);
});

it("moves rooms, reads their sensors and shows alerts on them", async () => {
  const locations = [];
  for (const name of ["Berlin", "Paris"]) locations.push(await zoom.run("create-room-location", { name }));
  const [from, to] = locations;
  const { id: roomId = "" } = await zoom.run("create-room", {
    ...{ name: "Spree", type: "ZoomRoom", location_id: from?.id },
  });
  await zoom.run("move-room", { roomId, location_id: to?.id });
  expect((await zoom.run("get-room", { roomId })).basic).toMatchObject({ location_id: to?.id });
  const day = { from: "2020-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z" };
  await expect(zoom.run("list-room-sensor-data", { roomId, ...day })).resolves.toHaveProperty("sensor_data");
  await zoom.run("display-room-alert", {
    method: "zoomroom.emergency_alert_displayed",
    params: { content: "Leave the building", target_type: "room", target_ids: [roomId] },
  });
  expect(
    await failure(
      zoom.run("display-room-alert", {
        method: "zoomroom.emergency_alert_displayed",
        params: { content: "x", target_type: "account", target_ids: ["nobody"] },
      }),
    ),
  ).toMatchObject({ kind: "invalid-input" });
});
