import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let hana: Client;
let luis: Client;
const id: Record<string, string> = {};
beforeAll(async () => {
  sandbox = await checkedSandbox({
    covers: [
      ...["team-chat/Chat Channels", "team-chat/Chat Channels (Account-level)", "team-chat/Chat Messages"],
      ...["team-chat/Chat Files", "team-chat/Chat Emoji", "team-chat/Chat Reminder"],
    ],
  });
  hana = await sandbox.as("hana@acme.example");
  luis = await sandbox.as("luis@acme.example");
  for (const name of ["hana", "luis", "mei", "ben"])
    id[name] = (await sandbox.owner.get(`/users/${name}@acme.example`)).body.id;
});
afterAll(() => sandbox.finish());

const invite = (...names: string[]) => names.map((name) => ({ email: `${name}@acme.example` }));
const channel = async (name: string, more: object = {}): Promise<string> => {
  const made = await hana.post("/chat/users/me/channels", {
    name,
    type: 1,
    members: invite("luis"),
    ...more,
  });
  expect(made.body).toMatchObject({ name });
  return made.body.id;
};
const say = async (by: Client, to: object, message: string, more: object = {}): Promise<string> => {
  const sent = await by.post("/chat/users/me/messages", { ...to, message, ...more });
  expect([sent.status, sent.body]).toMatchObject([201, { id: expect.any(String) }]);
  return sent.body.id;
};
const texts = async (by: Client, query: string): Promise<string[]> =>
  (await by.get(`/chat/users/me/messages?${query}`)).body.messages.map(
    (one: { message: string }) => one.message,
  );
const memberId = async (of: string, name: string): Promise<string> =>
  (await hana.get(`/chat/channels/${of}/members`)).body.members.find(
    (one: { id: string }) => one.id === id[name],
  ).member_id;
const members = async (of: string): Promise<string[]> =>
  (await hana.get(`/chat/channels/${of}/members`)).body.members.map(
    ({ email, role }: { email: string; role: string }) => `${email.split("@")[0]} ${role}`,
  );

test("a private channel is its members': made, listed, looked at, renamed and deleted by those who may", async () => {
  const one = await channel("Launch");
  expect((await hana.post("/chat/users/me/channels", { name: "launch", type: 1 })).body).toMatchObject({
    ...{ code: 300, message: "The channel name already exists." },
  });
  expect((await luis.get("/chat/users/me/channels")).body).toMatchObject({
    channels: [{ id: one, name: "Launch", type: 1, channel_settings: { posting_permissions: 1 } }],
  });
  expect((await luis.get(`/chat/channels/${one}`)).body.jid).toContain(one);
  const mei = await sandbox.as("mei@acme.example");
  expect((await mei.get(`/chat/channels/${one}`)).body.code).toBe(200);
  expect((await luis.patch(`/chat/channels/${one}`, { name: "Mine" })).status).toBe(403);
  expect((await hana.patch(`/chat/channels/${one}`, { name: "Launched" })).status).toBe(204);
  const two = await channel("Taken");
  const clash = { name: "Taken", type: 3, channel_settings: { posting_permissions: 2 } };
  expect((await hana.patch(`/chat/channels/${one}`, clash)).body.code).toBe(300);
  expect((await hana.get(`/chat/channels/${one}`)).body).toMatchObject({
    ...{ name: "Launched", type: 1, channel_settings: { posting_permissions: 1 } },
  });
  expect((await hana.get("/chat/channels/nothing")).body).toMatchObject({ code: 4130 });
  expect((await luis.delete(`/chat/channels/${one}`)).body.code).toBe(200);
  expect((await hana.delete(`/chat/channels/${one}`)).status).toBe(204);
  expect((await hana.delete(`/chat/channels/${one}`)).body.code).toBe(5301);
  await hana.delete(`/chat/channels/${two}`);
  for (const event of ["chat_channel.created", "chat_channel.updated", "chat_channel.deleted"])
    expect(sandbox.eventsOf(event)[0]?.payload.object).toMatchObject({ id: one, type: 1 });
});

test("people are invited, removed, join a public channel and leave it; the next takes over from an owner who leaves", async () => {
  const open = await channel("Open", { type: 3 });
  const invited = await hana.post(`/chat/channels/${open}/members`, { members: invite("mei") });
  expect([invited.status, invited.body.ids]).toEqual([201, id["mei"]]);
  const ben = await sandbox.as("ben@acme.example");
  expect((await ben.post(`/chat/channels/${open}/members/me`)).status).toBe(201);
  expect((await ben.post(`/chat/channels/${open}/members/me`)).body.code).toBe(5301);
  expect(await members(open)).toEqual(["hana owner", "luis member", "mei member", "ben member"]);
  expect((await luis.delete(`/chat/channels/${open}/members/${id["mei"]}`)).body.code).toBe(200);
  expect((await hana.delete(`/chat/channels/${open}/members/mei@acme.example`)).status).toBe(204);
  expect((await hana.delete(`/chat/channels/${open}/members/mei@acme.example`)).body.code).toBe(5301);
  expect(
    (
      await hana.delete(
        `/chat/channels/${open}/members?user_ids=${id["ben"]}&member_ids=${await memberId(open, "ben")}`,
      )
    ).status,
  ).toBe(204);
  expect((await hana.delete(`/chat/channels/${open}/members/me`)).status).toBe(204);
  expect((await luis.get(`/chat/channels/${open}/members`)).body.members).toMatchObject([
    { email: "luis@acme.example", role: "owner" },
  ]);
  const day = sandbox.clock.now().toISOString().slice(0, 10);
  const logs = await sandbox.owner.get(`/chat/channels/${open}/activities?start_date=${day}&end_date=${day}`);
  expect(logs.body.channel_activity_logs[0]).toMatchObject({ members: { member_status: "left" } });
  const all = await sandbox.owner.get(
    `/chat/activities/channels?channel_id=${open}&start_date=${day}&end_date=${day}`,
  );
  expect(all.body).toMatchObject(logs.body);
  for (const event of ["member_invited", "member_joined", "member_left", "member_removed"])
    expect(sandbox.eventsOf(`chat_channel.${event}`).length, event).toBeGreaterThan(0);
});

test("an administrator of the account acts for others: channels, members, administrators", async () => {
  const zoom = sandbox.owner;
  const path = `/chat/users/${id["hana"]}/channels`;
  const made = await zoom.post(path, { name: "By admin", type: 2, members: invite("luis", "mei") });
  const one = `${path}/${made.body.id}`;
  expect((await zoom.get(one)).body.channel_settings.allow_to_add_external_users).toBe(0);
  expect((await zoom.patch(one, { channel_settings: { posting_permissions: 2 } })).status).toBe(204);
  expect((await zoom.post(`${one}/members`, { members: invite("ben") })).status).toBe(201);
  const promoted = await zoom.post(`${one}/admins`, { admins: invite("luis", "mei") });
  expect([promoted.status, promoted.body.ids]).toEqual([201, `${id["luis"]},${id["mei"]}`]);
  expect((await zoom.get(`${one}/admins`)).body.admins).toMatchObject([
    { role: "owner" },
    { role: "admin", email: "luis@acme.example" },
    { role: "admin" },
  ]);
  expect(
    (
      await zoom.delete(
        `${one}/admins?admin_ids=${await memberId(made.body.id, "mei")}&user_ids=${id["mei"]}`,
      )
    ).status,
  ).toBe(204);
  expect((await zoom.get(`${one}/members`)).body.total_records).toBe(4);
  const refused = await sandbox.owner.post(`/chat/users/${id["ben"]}/messages`, {
    ...{ message: "May I?", to_channel: made.body.id },
  });
  expect(refused.body).toMatchObject({ code: 5301, message: "Message sending failed." });
  expect((await zoom.delete(`${one}/members/${id["ben"]}`)).status).toBe(204);
  expect((await zoom.delete(`${one}/members?identifiers=${id["mei"]}`)).status).toBe(204);
  const retention = `/chat/channels/${made.body.id}/retention`;
  expect(
    (
      await zoom.patch(retention, {
        cloud_retention: { enable_custom_retention: true, retention_period: "30m" },
      })
    ).status,
  ).toBe(204);
  expect((await zoom.get(retention)).body.cloud_retention.retention_period).toBe("30m");
  const other = await zoom.post(path, { name: "Second", type: 1 });
  expect((await zoom.delete(`${path}?channel_ids=nothing`)).body.code).toBe(4400);
  expect((await zoom.delete(one)).status).toBe(204);
  expect((await zoom.delete(`${path}?channel_ids=${other.body.id}`)).status).toBe(202);
});

test("people ask to join a private channel, others are invited, and the owner or they themselves decide", async () => {
  const one = await channel("Board");
  const [mei, ben] = ["mei@acme.example", "ben@acme.example"];
  const since = sandbox.events.length;
  const told = (part: string) =>
    sandbox.events
      .slice(since)
      .filter(({ event }) => event.includes(part))
      .map(({ event }) => event.split("channel_")[1]);
  const act = (what: string, body: object) => sandbox.act(`/_sandbox/chat/channels/${one}/${what}`, body);
  expect((await act("join-requests", { email: mei })).body.join_requests).toMatchObject([
    { user_id: id["mei"] },
  ]);
  expect((await act("join-requests", { email: mei })).body.error).toContain("asked already");
  expect((await act("join-requests", { email: "luis@acme.example" })).body.error).toContain(
    "in the channel already",
  );
  expect((await act("join-requests/approve", { email: mei, by: "luis@acme.example" })).status).toBe(409);
  expect((await act("join-requests/approve", { email: mei })).body.join_requests).toEqual([]);
  await act("join-requests", { email: ben });
  await act("join-requests/decline", { email: ben });
  expect(await members(one)).toEqual(["hana owner", "luis member", "mei member"]);
  expect(told("channel_join_")).toEqual([
    ...["join_requested", "join_approval_requested", "join_approved"],
    ...["join_requested", "join_approval_requested", "join_declined"],
  ]);

  const guest = { email: "ada@x.example", name: "Ada" };
  await hana.patch(`/chat/channels/${one}`, { channel_settings: { add_member_permissions: 2 } });
  expect((await act("invitations", { ...guest, by: mei })).body.invitations).toMatchObject([
    { email: guest.email, state: "waits for approval" },
  ]);
  expect((await act("invitations/accept", { email: guest.email })).status).toBe(409);
  await act("invitations/approve", { email: guest.email });
  await act("invitations/accept", { email: guest.email });
  await act("invitations", { email: ben });
  await act("invitations/reject", { email: ben });
  await act("invitations", { email: ben });
  await act("invitations/remove", { email: ben });
  await act("invitations", { email: ben, by: "luis@acme.example" });
  await act("invitations/decline", { email: ben });
  await act("invitations", { email: ben });
  const { body: after } = await act("invitations/accept", { email: ben });
  expect(after.invitations).toMatchObject([{ email: guest.email, state: "accepted" }]);
  expect(await members(one)).toEqual(["hana owner", "luis member", "mei member", "ben member"]);
  expect(told("channel_invitation_")).toEqual([
    ...["invitation_created", "invitation_approval_requested", "invitation_approved", "invitation_accepted"],
    ...["invitation_created", "invitation_rejected", "invitation_created", "invitation_removed"],
    ...["invitation_created", "invitation_approval_requested", "invitation_declined"],
    ...["invitation_created", "invitation_accepted"],
  ]);
  expect(sandbox.eventsOf("team_chat.channel_invitation_accepted")[0]?.payload).toMatchObject({
    ...{ operator: guest.email, object: { channel: { channel_id: one }, invitee: { display_name: "Ada" } } },
  });
});

test("who was sent a file downloads it in the client, and that is told", async () => {
  const one = await channel("Files");
  const form = new FormData();
  form.set("files", new File(["hello"], "plan.txt"));
  form.set("to_channel", one);
  const sent = await fetch(`${sandbox.url}/v2/chat/users/me/messages/files`, {
    ...{ method: "POST", body: form, headers: { authorization: `Bearer ${hana.token}` } },
  });
  expect(sent.status).toBe(201);
  const { messages: list } = (await hana.get(`/chat/users/me/messages?to_channel=${one}`)).body;
  const download = (email: string) =>
    sandbox.act(`/_sandbox/chat/files/${list[0].file_id}/download`, { email });
  expect((await download("ben@acme.example")).status).toBe(409);
  const { download_url } = (await download("luis@acme.example")).body;
  expect(await (await fetch(download_url)).text()).toBe("hello");
  expect(sandbox.eventsOf("team_chat.file_downloaded")).toMatchObject([
    {
      payload: {
        operator: "luis@acme.example",
        object: { channel_id: one, file: { file_name: "plan.txt", file_size: 5, file_owner_id: id["hana"] } },
      },
    },
  ]);
});

test("groups come into a channel with their people", async () => {
  const one = await channel("Grouped");
  const { id: group } = (await sandbox.owner.post("/groups", { name: "Chatters" })).body;
  await sandbox.owner.post(`/groups/${group}/members`, { members: invite("mei") });
  const added = await sandbox.owner.post(`/chat/channels/${one}/members/groups`, {
    groups: [{ group_id: group }],
  });
  expect(added.body.groups).toEqual([{ group_id: group, group_name: "Chatters" }]);
  expect(await members(one)).toContain("mei member");
  expect((await sandbox.owner.get(`/chat/channels/${one}/members/groups`)).body.groups).toHaveLength(1);
  expect((await sandbox.owner.delete(`/chat/channels/${one}/members/groups/${group}`)).status).toBe(204);
  expect(await members(one)).not.toContain("mei member");
});

test("channels are found by words and by name, archived ones when asked", async () => {
  const one = await channel("Quarterly plan", { type: 3 });
  expect((await sandbox.owner.get("/chat/channels")).body.channels).toMatchObject(
    expect.arrayContaining([expect.objectContaining({ id: one })]),
  );
  const search = async (more: object = {}) =>
    (
      await hana.post("/chat/channels/search", {
        ...{ needle: { search_type: "by_channel_name", keywords: ["plan"] }, haystack: "all" },
        ...more,
      })
    ).body.channels;
  expect(await search()).toMatchObject([{ id: one, member_count: 2 }]);
  const archive = (method: string) =>
    hana.patch("/chat/channels/events", { method, channel_ids: [one, "no"] });
  expect((await archive("archive")).body.failed_channels).toMatchObject([
    { channel_id: "no", error_code: "4130" },
  ]);
  expect(await search()).toEqual([]);
  expect(await search({ include_archived: true })).toHaveLength(1);
  const refused = await hana.post("/chat/users/me/messages", { message: "Hello", to_channel: one });
  expect(refused.body.code).toBe(5420);
  await archive("unarchive");
  expect(sandbox.eventsOf("team_chat.channel_archived")).toHaveLength(1);
  expect(sandbox.eventsOf("team_chat.channel_unarchived")).toHaveLength(1);
});

test("messages are sent, replied to, changed, reacted to and deleted; both events tell each", async () => {
  const to_channel = await channel("Talk");
  const to = { to_channel };
  const first = await say(hana, to, "Good morning", {
    at_items: [{ at_contact: "luis@acme.example", at_type: 1, start_position: 0, end_position: 4 }],
  });
  await sandbox.clock.advance(60_000);
  const reply = await say(luis, to, "Morning", { reply_main_message_id: first });
  expect(
    (await luis.post("/chat/users/me/messages", { ...to, message: "No", reply_main_message_id: reply })).body
      .code,
  ).toBe(5402);
  expect(await texts(luis, `to_channel=${to_channel}`)).toEqual(["Morning", "Good morning"]);
  expect(await texts(luis, `to_channel=${to_channel}&exclude_child_message=true`)).toEqual(["Good morning"]);
  const path = `/chat/users/me/messages/${first}`;
  expect((await luis.put(path, { ...to, message: "Mine" })).body.message).toBe(
    "Only the sender of this message can make updates.",
  );
  expect((await hana.put(path, { ...to, message: "Good day" })).status).toBe(204);
  const react = (by: Client, action: string) =>
    by.patch(`${path}/emoji_reactions`, { ...to, action, emoji: "U+1F600" });
  expect((await react(luis, "add")).status).toBe(204);
  await react(hana, "add");
  await react(hana, "remove");
  expect((await hana.get(`${path}?to_channel=${to_channel}`)).body).toMatchObject({
    ...{ message: "Good day", sender: "hana@acme.example", message_type: "plain_text_message" },
    reactions: [{ emoji: "U+1F600", total_count: 1, user_ids: [id["luis"]] }],
  });
  expect((await luis.patch(`${path}/status`, { ...to, action: "unread" })).status).toBe(204);
  const thread = await hana.get(`${path}/thread?to_channel=${to_channel}&from=2020-01-01T00:00:00Z`);
  expect(thread.body).toMatchObject({
    total: 1,
    messages: [
      { msg_id: first, is_reply: false },
      { msg_id: reply, is_reply: true },
    ],
  });
  expect(
    (await hana.get(`${path}/thread?to_channel=${to_channel}&from=2020-01-01T00:00:00Z&limit=101`)).body.code,
  ).toBe(4231);
  expect((await hana.delete(path)).body.code).toBe(300);
  expect((await hana.delete(`${path}?to_channel=${to_channel}`)).status).toBe(204);
  expect((await hana.get(`${path}?to_channel=${to_channel}`)).body.code).toBe(300);
  const whole = await hana.get(
    `/chat/users/me/messages?to_channel=${to_channel}&include_deleted_and_edited_message=true`,
  );
  expect(whole.body.messages.map((one: { status: string }) => one.status)).toEqual(["Normal", "Deleted"]);
  for (const event of ["sent", "replied", "updated", "deleted"])
    expect(sandbox.eventsOf(`chat_message.${event}`).at(-1)?.payload.object).toMatchObject({
      ...{ type: "to_channel", channel_id: to_channel, channel_name: "Talk", contact_id: "" },
    });
  expect(sandbox.eventsOf("chat_message.replied").at(-1)?.payload.object.parent_msg_id).toBe(first);
  for (const event of ["posted", "updated", "deleted"])
    expect(sandbox.eventsOf(`team_chat.channel_message_${event}`).length, event).toBeGreaterThan(0);
  expect(sandbox.eventsOf("team_chat.channel_reaction_removed")).toHaveLength(1);
});

test("two people have one conversation; histories page by time and search", async () => {
  const first = await say(hana, { to_contact: "mei@acme.example" }, "First for Mei");
  await sandbox.clock.advance(86_400_000);
  const zoom = { hana: await sandbox.as("hana@acme.example"), mei: await sandbox.as("mei@acme.example") };
  await say(zoom.mei, { to_contact: id["hana"] }, "Second");
  [hana, luis] = [zoom.hana, await sandbox.as("luis@acme.example")];
  expect(await texts(hana, `to_contact=${id["mei"]}`)).toEqual(["Second"]);
  const from = new Date(sandbox.clock.now().getTime() - 2 * 86_400_000).toISOString();
  expect(await texts(zoom.mei, `to_contact=${id["hana"]}&from=${from}`)).toEqual(["Second", "First for Mei"]);
  const page = await hana.get(`/chat/users/me/messages?to_contact=${id["mei"]}&from=${from}&page_size=1`);
  const next = `/chat/users/me/messages?to_contact=${id["mei"]}&from=${from}&page_size=1&next_page_token=${page.body.next_page_token}`;
  expect((await hana.get(next)).body.messages).toMatchObject([{ id: first }]);
  expect(await texts(zoom.mei, `search_type=message&search_key=for mei&from=${from}`)).toEqual([
    "First for Mei",
  ]);
  expect((await hana.get("/chat/users/me/messages")).body.message).toBe(
    "Must provide either contact or channel parameter.",
  );
  expect(
    (await hana.get(`/chat/users/me/messages?to_contact=${id["mei"]}&from=2020-01-01T00:00:00Z`)).body
      .message,
  ).toBe("Only provide past chat messages in recent 6 months.");
  await zoom.mei.patch(`/chat/users/me/messages/${first}/emoji_reactions`, {
    ...{ to_contact: id["hana"], action: "add", emoji: "U+1F44D" },
  });
  await zoom.mei.patch(`/chat/users/me/messages/${first}/emoji_reactions`, {
    ...{ to_contact: id["hana"], action: "remove", emoji: "U+1F44D" },
  });
  await hana.put(`/chat/users/me/messages/${first}`, { to_contact: id["mei"], message: "1" });
  await hana.delete(`/chat/users/me/messages/${first}?to_contact=${id["mei"]}`);
  for (const event of [
    "message_posted",
    "message_updated",
    "message_deleted",
    "reaction_added",
    "reaction_removed",
  ])
    expect(sandbox.eventsOf(`team_chat.dm_${event}`).length, event).toBeGreaterThan(0);
});

test("a scheduled message waits, shows in the list, and is sent when its time comes", async () => {
  const to_contact = "luis@acme.example";
  const at = (ms: number) =>
    new Date(sandbox.clock.now().getTime() + ms).toISOString().replace(/\.\d+Z/, "Z");
  const early = await hana.post("/chat/users/me/messages", {
    to_contact,
    message: "x",
    scheduled_time: at(60_000),
  });
  expect(early.body.message).toContain("send_time");
  const draft = await say(hana, { to_contact }, "Later", { scheduled_time: at(3_000_000) });
  const dropped = await say(hana, { to_contact }, "Never", { scheduled_time: at(3_000_000) });
  expect((await hana.get(`/chat/messages/schedule?to_contact=${to_contact}`)).body.messages).toMatchObject([
    { draft_id: draft, message: "Later" },
    { draft_id: dropped },
  ]);
  expect((await hana.delete(`/chat/messages/schedule/${dropped}?to_contact=${to_contact}`)).status).toBe(204);
  expect(await texts(hana, `to_contact=${to_contact}`)).toEqual([]);
  await sandbox.clock.advance(3_000_000);
  expect(await texts(hana, `to_contact=${to_contact}`)).toEqual(["Later"]);
});

test("pins, bookmarks, reminders and stars", async () => {
  const to_channel = await channel("Marks");
  const message_id = await say(hana, { to_channel }, "Keep this");
  const pin = (method: string) =>
    hana.patch("/chat/channel/message/events", { method, message_id, channel_id: to_channel });
  expect((await pin("pin")).status).toBe(204);
  expect((await pin("pin")).body.code).toBe(3216);
  expect((await luis.get(`/chat/channels/${to_channel}/pinned`)).body.messages).toMatchObject([
    { message_id, currently_pinned: true },
  ]);
  await pin("unpin");
  expect((await pin("unpin")).body.code).toBe(3217);
  expect((await luis.get(`/chat/channels/${to_channel}/pinned`)).body.messages).toEqual([]);
  expect(
    (await luis.get(`/chat/channels/${to_channel}/pinned?include_history=true`)).body.messages,
  ).toHaveLength(1);

  const bookmark = (action: string) =>
    luis.patch(`/chat/messages/bookmarks?message_id=${message_id}`, { action, to_channel });
  expect((await bookmark("add_bookmark")).status).toBe(204);
  expect((await luis.get("/chat/messages/bookmarks")).body.bookmarks).toMatchObject([
    { message_id, channel_name: "Marks" },
  ]);
  expect((await hana.get("/chat/messages/bookmarks")).body.bookmarks).toEqual([]);
  await bookmark("remove_bookmark");

  const reminder = `/chat/messages/${message_id}/reminder`;
  expect((await hana.post(reminder, { to_channel, delay_seconds: 10 })).body.code).toBe(300);
  expect((await hana.post(reminder, { to_channel })).body.code).toBe(4103);
  expect((await hana.post(reminder, { to_channel, delay_seconds: 600, reminder_note: "Do it" })).status).toBe(
    204,
  );
  expect((await hana.get("/chat/reminder")).body.reminders).toMatchObject([
    { message_id, reminder_note: "Do it", content: "Keep this" },
  ]);
  expect((await hana.delete(`${reminder}?to_channel=${to_channel}`)).status).toBe(204);
  expect((await hana.get("/chat/reminder")).body.reminders).toEqual([]);

  const star = (method: string, target_id: string, target_type: string) =>
    hana.patch("/chat/users/me/events", { method, params: { target_id, target_type } });
  expect((await star("star", to_channel, "channel")).status).toBe(204);
  expect((await star("star", "mei@acme.example", "contact")).status).toBe(204);
  expect((await star("unstar", to_channel, "channel")).status).toBe(204);
  expect((await star("unstar", to_channel, "channel")).body.code).toBe(5301);
  for (const event of [
    "channel_pin_added",
    "channel_pin_removed",
    "bookmark_added",
    "bookmark_removed",
    "starred",
    "unstarred",
  ])
    expect(sandbox.eventsOf(`team_chat.${event}`).length, event).toBeGreaterThan(0);
});

test("files are uploaded, sent, downloaded and deleted; emoji are the account's own", async () => {
  const form = (name: string, file: File, more: Record<string, string> = {}): FormData => {
    const made = new FormData();
    made.set(name, file);
    for (const [key, value] of Object.entries(more)) made.set(key, value);
    return made;
  };
  const file = new File(["Hello, file"], "note.txt", { type: "text/plain" });
  const up = await hana.post("/chat/users/me/files", form("file", file));
  expect(up.status).toBe(201);
  expect(await texts(hana, `to_contact=${id["hana"]}`)).toEqual([""]);
  const info = (await hana.get(`/chat/files/${up.body.id}`)).body;
  expect(info).toMatchObject({ file_name: "note.txt", length: 11 });
  expect(await (await fetch(info.download_url)).text()).toBe("Hello, file");
  const sent = await hana.post(
    "/chat/users/me/messages/files",
    form("files", file, { to_contact: "mei@acme.example" }),
  );
  expect(sent.status).toBe(201);
  const shown = (await hana.get(`/chat/users/me/messages/${sent.body.id}?to_contact=mei@acme.example`)).body;
  expect(shown.files).toMatchObject([{ file_name: "note.txt", file_size: 11 }]);
  await hana.delete(`/chat/users/me/messages/${sent.body.id}?to_contact=mei@acme.example`);
  expect((await luis.get(`/chat/files/${up.body.id}`)).status).toBe(403);
  expect((await hana.delete(`/chat/files/${up.body.id}`)).status).toBe(204);
  expect((await hana.get(`/chat/files/${up.body.id}`)).status).toBe(404);

  const smile = new File(["GIF89a"], "smile.gif", { type: "image/gif" });
  const added = await sandbox
    .again()
    .then((zoom) => zoom.post("/chat/emoji/files", form("file", smile, { name: "smile_1" })));
  expect(added.status).toBe(201);
  const zoom = await sandbox.again();
  expect((await zoom.post("/chat/emoji/files", form("file", smile, { name: "smile_1" }))).status).toBe(409);
  expect((await zoom.post("/chat/emoji/files", form("file", file, { name: "other" }))).body.code).toBe(400);
  expect((await zoom.get("/chat/emoji?search_key=smi")).body.emojis).toMatchObject([{ name: "smile_1" }]);
  expect((await zoom.get("/chat/emoji?search_key=s")).body.code).toBe(5333);
  expect((await zoom.delete(`/chat/emoji/${added.body.file_id}`)).status).toBe(204);
  for (const event of [
    "file_uploaded",
    "file_shared",
    "file_unshared",
    "file_deleted",
    "emoji_added",
    "emoji_removed",
  ])
    expect(sandbox.eventsOf(`team_chat.${event}`).length, event).toBeGreaterThan(0);
});

test("when a person is deleted, their channels go to another member and their messages stay", async () => {
  const to_channel = await channel("Heritage");
  await say(hana, { to_channel }, "I was here");
  const zoom = await sandbox.again();
  expect((await zoom.delete(`/users/${id["hana"]}?action=delete`)).status).toBe(204);
  expect((await luis.get(`/chat/channels/${to_channel}/members`)).body.members).toMatchObject([
    { email: "luis@acme.example", role: "owner" },
  ]);
  expect(await texts(luis, `to_channel=${to_channel}`)).toEqual(["I was here"]);
});
