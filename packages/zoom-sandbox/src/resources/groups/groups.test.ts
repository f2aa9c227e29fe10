import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["users/Groups"] });
  zoom = sandbox.owner;
});
afterAll(() => sandbox.finish());

const group = async (name: string) => (await zoom.post("/groups", { name })).body.id as string;

test("a group is made once, renamed and deleted, and its people are told apart by their primary group", async () => {
  const id = await group("Sales");
  const taken = await zoom.post("/groups", { name: "sales" });
  expect([taken.status, taken.body.code]).toEqual([409, 4132]);
  const added = await zoom.post(`/groups/${id}/members`, {
    members: [{ email: "hana@acme.example" }, { email: "ben@acme.example" }],
  });
  expect([added.status, added.body.ids.split(",").length, typeof added.body.added_at]).toEqual([
    201,
    2,
    "string",
  ]);
  expect((await zoom.get(`/groups/${id}`)).body).toEqual({ id, name: "Sales", total_members: 2 });
  expect((await zoom.get("/users/hana@acme.example")).body.group_ids).toEqual([id]);
  const other = await group("Partners");
  await zoom.post(`/groups/${other}/members`, { members: [{ email: "hana@acme.example" }] });
  expect(
    (await zoom.patch(`/groups/${other}/members/hana@acme.example`, { action: "set_primary" })).status,
  ).toBe(204);
  expect((await zoom.get("/users/hana@acme.example")).body.group_ids).toEqual([other, id]);
  expect(sandbox.eventsOf("user.updated").at(-1)?.payload).toMatchObject({
    ...{ object: { primary_group_id: other }, old_object: { primary_group_id: id } },
  });
  expect((await zoom.patch(`/groups/${id}/members/ben@acme.example`, { action: "move" })).body.code).toBe(
    300,
  );
  await zoom.patch(`/groups/${id}/members/ben@acme.example`, { action: "move", target_group_id: other });
  expect((await zoom.get(`/groups/${other}/members`)).body.total_records).toBe(2);
  expect((await zoom.delete(`/groups/${other}/members/ben@acme.example`)).status).toBe(204);
  expect((await zoom.delete(`/groups/${other}/members/ben@acme.example`)).body.code).toBe(4131);
  await zoom.patch(`/groups/${id}`, { name: "Field sales" });
  expect((await zoom.get("/groups")).body.groups).toMatchObject([
    { name: "Field sales" },
    { name: "Partners" },
  ]);
  expect((await zoom.delete(`/groups/${other}`)).status).toBe(204);
  expect((await zoom.get("/users/hana@acme.example")).body.group_ids).toEqual([id]);
  expect((await zoom.get(`/groups/${other}`)).body.code).toBe(4130);
  expect(
    ["created", "updated", "deleted", "member_added", "member_deleted"].map(
      (what) => sandbox.eventsOf(`group.${what}`).length > 0,
    ),
  ).toEqual(Array(5).fill(true));
});

test("somebody who is no user of the account cannot join a group", async () => {
  const id = await group("Strangers");
  const refused = await zoom.post(`/groups/${id}/members`, { members: [{ email: "x@elsewhere.example" }] });
  expect([refused.status, refused.body.code]).toEqual([400, 1010]);
});

test("a group has admins, settings, locks and registration settings of its own", async () => {
  const id = await group("Locked");
  const added = await zoom.post(`/groups/${id}/admins`, { admins: [{ email: "luis@acme.example" }] });
  expect(added.status).toBe(201);
  expect((await zoom.get(`/groups/${id}/admins`)).body.admins).toEqual([
    { email: "luis@acme.example", name: "Luis Lopez" },
  ]);
  expect((await zoom.delete(`/groups/${id}/admins/hana@acme.example`)).body.code).toBe(4138);
  expect((await zoom.delete(`/groups/${id}/admins/luis@acme.example`)).status).toBe(204);

  await zoom.patch(`/groups/${id}/settings`, { recording: { cloud_recording: true } });
  expect((await zoom.get(`/groups/${id}/settings`)).body.recording.cloud_recording).toBe(true);
  await zoom.patch(`/groups/${id}/lock_settings`, { recording: { cloud_recording: true } });
  expect((await zoom.get(`/groups/${id}/lock_settings`)).body.recording.cloud_recording).toBe(true);
  await zoom.patch(`/groups/${id}/settings/registration`, { approve_type: 1 });
  expect((await zoom.get(`/groups/${id}/settings/registration?type=webinar`)).body.approve_type).toBe(1);
  const body = new FormData();
  body.set("file", new File([Buffer.from("ffd8ff", "hex")], "wall.jpg", { type: "image/jpeg" }));
  const file = (await zoom.post(`/groups/${id}/settings/virtual_backgrounds`, body)).body;
  expect(file).toMatchObject({ name: "wall.jpg", size: 3 });
  expect((await zoom.delete(`/groups/${id}/settings/virtual_backgrounds?file_ids=${file.id}`)).status).toBe(
    204,
  );
});

test("a group is not made by somebody whose role may not", async () => {
  const hana = await sandbox.as("hana@acme.example");
  expect((await hana.post("/groups", { name: "Mine" })).status).toBe(400);
});

test("the channels that a group is in are listed with how many they hold", async () => {
  const id = await group("Chatters");
  await zoom.post(`/groups/${id}/members`, { members: [{ email: "mei@acme.example" }] });
  expect((await zoom.get(`/groups/${id}/channels`)).body).toEqual({ group_id: id, channels: [] });
  const { id: channel } = (await zoom.post("/chat/users/me/channels", { name: "Talk", type: 1 })).body;
  await zoom.post(`/chat/channels/${channel}/members/groups`, { groups: [{ group_id: id }] });
  expect((await zoom.get(`/groups/${id}/channels`)).body.channels).toEqual([
    { channel_id: channel, channel_name: "Talk", member_count: 2 },
  ]);
  expect((await zoom.get("/groups/none/channels")).body.code).toBe(4130);
});

test("a group that is deleted is named nowhere any more", async () => {
  const id = await group("Leavers");
  const member = (await zoom.get("/users/mei@acme.example")).body.id;
  await zoom.post(`/groups/${id}/members`, { members: [{ id: member }] });
  const { id: channel } = (await zoom.post("/chat/users/me/channels", { name: "Bye", type: 1 })).body;
  await zoom.post(`/chat/channels/${channel}/members/groups`, { groups: [{ group_id: id }] });
  const group_members = [
    { type: 2, id },
    { type: 1, id: member },
  ];
  const { group_id } = (await zoom.post("/contacts/groups", { group_name: "Known", group_members })).body;
  const wrong = await zoom.delete(`/groups/${id}/members/${member}?target_group_id=nowhere`);
  expect([wrong.body.code, (await zoom.get(`/groups/${id}/members`)).body.members.length]).toEqual([4130, 1]);

  expect((await zoom.delete(`/groups/${id}`)).status).toBe(204);
  expect((await zoom.get(`/users/${member}`)).body.group_ids).not.toContain(id);
  expect((await zoom.get(`/chat/channels/${channel}/members/groups`)).body.groups).toEqual([]);
  const left = (await zoom.get(`/contacts/groups/${group_id}/members`)).body.group_members;
  expect(left).toMatchObject([{ type: 1, id: member }]);
});
