import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const hana = "hana@acme.example";
const me = { userId: "me" };

it("makes a channel with people, writes in it, changes, reacts and deletes", async () => {
  const { id: channelId = "" } = await zoom.run("create-channel", {
    ...{ userId: "me", name: "Launch", type: 3, members: [{ email: hana }] },
  });
  await zoom.run("update-channel", { channelId, name: "Launch team" });
  expect((await zoom.run("get-channel", { channelId })).name).toBe("Launch team");
  await zoom.run("invite-channel-members", { channelId, members: [{ email: "luis@acme.example" }] });
  const { members } = await zoom.run("list-channel-members", { channelId });
  expect(members).toHaveLength(3);
  const luis = members?.find(({ email }) => email === "luis@acme.example");
  await zoom.run("remove-channel-member", { channelId, identifier: luis?.id });
  expect((await zoom.run("list-channels", me)).channels).toHaveLength(1);
  const { id: messageId = "" } = await zoom.run("send-chat-message", {
    ...me,
    message: "Hello",
    to_channel: channelId,
  });
  await zoom.run("update-chat-message", { ...me, messageId, message: "Hello all", to_channel: channelId });
  const found = await zoom.run("get-chat-message", { ...me, messageId, to_channel: channelId });
  expect(found.message).toBe("Hello all");
  await zoom.run("react-to-chat-message", {
    ...me,
    messageId,
    action: "add",
    emoji: "U+1F44D",
    to_channel: channelId,
  });
  const day = zoom.sandbox.clock.now().toISOString().slice(0, 10);
  const { messages } = await zoom.run("list-chat-messages", { ...me, to_channel: channelId, date: day });
  expect(messages?.map(({ message }) => message)).toContain("Hello all");
  await zoom.run("delete-chat-message", { ...me, messageId, to_channel: channelId });
  await zoom.run("leave-channel", { channelId });
  await zoom.run("join-channel", { channelId });
  expect((await zoom.run("list-contacts", { type: "company" })).contacts?.length).toBeGreaterThan(0);
  expect((await zoom.run("search-company-contacts", { search_key: "hana" })).contacts).toHaveLength(1);
});

it("deletes a channel of its own", async () => {
  const { id: channelId = "" } = await zoom.run("create-channel", { ...me, name: "Short", type: 1 });
  await zoom.run("delete-channel", { channelId });
  const { channels } = await zoom.run("list-channels", me);
  expect(channels?.map(({ name }) => name)).not.toContain("Short");
});

it("gives and takes telephone numbers, and reads calls, recordings and voicemails", async () => {
  const { users } = await zoom.run("list-phone-users", {});
  expect(users?.map(({ email }) => email)).toContain(hana);
  await zoom.run("update-phone-user", { userId: hana, extension_number: "870" });
  expect((await zoom.run("get-phone-user", { userId: hana })).extension_number).toBe(870);
  const { phone_numbers: free } = await zoom.run("list-phone-numbers", { type: "unassigned" });
  const number = free?.[0]?.id;
  await zoom.run("assign-phone-number", { userId: hana, phone_numbers: [{ id: number }] });
  await zoom.run("unassign-phone-number", { userId: hana, phoneNumberId: number });

  const from = { number: "+12125550111", name: "Ada Ackers" };
  await zoom.control("/phone/calls", {
    from,
    to: { email: hana },
    recorded: true,
    ring: "PT5S",
    talk: "PT30S",
  });
  await zoom.control("/phone/calls", {
    from,
    to: { email: hana },
    ring: "PT5S",
    talk: "PT9S",
    outcome: "voicemail",
  });
  await zoom.sandbox.clock.advance(60_000);
  const { call_logs: logs } = await zoom.run("list-call-logs", {});
  expect(logs).toHaveLength(2);
  const answered = logs?.find(({ result }) => result === "Call connected");
  expect((await zoom.run("get-call-log", { callLogId: answered?.id })).duration).toBe(30);
  await expect(zoom.run("list-call-history", {})).resolves.toHaveProperty("total_records", 2);
  await expect(zoom.run("list-user-call-history", { userId: hana })).resolves.toHaveProperty(
    "total_records",
    2,
  );
  expect((await zoom.run("list-phone-recordings", {})).recordings).toHaveLength(1);
  const recording = await zoom.run("get-call-recording", { id: answered?.id });
  await zoom.run("delete-phone-recording", { recordingId: recording.id });
  const { voice_mails: voicemails } = await zoom.run("list-voicemails", {});
  const voicemailId = voicemails?.[0]?.id;
  expect((await zoom.run("get-voicemail", { voicemailId })).transcription?.content).toBe(
    "Please call me back.",
  );
  await zoom.run("delete-voicemail", { voicemailId });
  const own = (await zoom.run("get-phone-user", { userId: hana })).phone_numbers?.[0]?.number ?? "";
  await zoom.run("send-sms", {
    sender: { phone_number: own },
    to_members: [{ phone_number: from.number }],
    message: "Hi",
  });
  expect((await zoom.run("list-sms-sessions", {})).sms_sessions).toHaveLength(1);
});
