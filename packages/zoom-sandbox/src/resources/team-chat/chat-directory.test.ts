import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
let zoom: Client;
let hana: Client;
let mei: string;
beforeAll(async () => {
  sandbox = await checkedSandbox({
    covers: [
      ...["team-chat/Chat Channel Mention Group", "team-chat/Contacts", "team-chat/IM Groups"],
      ...["team-chat/Chat Sessions", "team-chat/IM Chat", "team-chat/Invitations", "team-chat/Reports"],
    ],
  });
  zoom = sandbox.owner;
  hana = await sandbox.as("hana@acme.example");
  mei = (await zoom.get("/users/mei@acme.example")).body.id;
});
afterAll(() => sandbox.finish());

test("a mention group holds people of its channel, under a name of its own", async () => {
  const made = await zoom.post("/chat/users/me/channels", {
    ...{
      name: "Mentions",
      type: 1,
      members: [{ email: "mei@acme.example" }, { email: "hana@acme.example" }],
    },
  });
  const path = `/chat/channels/${made.body.id}/mention_group`;
  const create = (identifiers: string[], mention_group_name = "Editors") =>
    zoom.post(path, { mention_group_name, identifiers });
  const { mention_group_id } = (await create([mei])).body;
  expect((await create([mei])).body.message).toBe("Duplicate mention group name");
  expect((await create(["ben@acme.example"], "Others")).status).toBe(403);
  const one = `${path}/${mention_group_id}`;
  expect((await zoom.post(`${one}/members`, { identifiers: ["hana@acme.example"] })).status).toBe(201);
  expect((await zoom.post(`${one}/members`, { identifiers: [mei] })).body.code).toBe(5511);
  expect((await zoom.get(`${one}/members?page_size=1`)).body).toMatchObject({
    ...{ has_more: true, members: [{ user_id: mei, email: "mei@acme.example" }] },
  });
  expect((await zoom.delete(`${one}/members?identifiers=${mei}`)).status).toBe(204);
  expect((await zoom.delete(`${one}/members?identifiers=${mei}`)).body.code).toBe(5510);
  expect((await zoom.patch(one, { mention_group_name: "Writers" })).status).toBe(204);
  expect((await zoom.get(path)).body.mention_group_list).toMatchObject([{ mention_group_name: "Writers" }]);
  expect((await zoom.delete(one)).status).toBe(204);
  expect((await zoom.delete(one)).body.code).toBe(5508);
  expect((await zoom.get("/chat/channels/none/mention_group")).body.code).toBe(4130);
});

test("contacts are the people of the company, found by name; their presence tells when asked", async () => {
  const all = (await hana.get("/chat/users/me/contacts")).body.contacts;
  expect(all).toHaveLength(5);
  expect((await hana.get("/chat/users/me/contacts?type=external")).body.contacts).toEqual([]);
  const one = await hana.get("/chat/users/me/contacts/mei@acme.example?query_presence_status=true");
  expect(one.body).toMatchObject({ id: mei, presence_status: "Offline" });
  expect((await hana.get("/chat/users/me/contacts/nobody@acme.example")).body.code).toBe(1001);
  expect((await zoom.get("/contacts?search_key=mei")).body.contacts).toMatchObject([
    { id: mei, contact_type: 1, user_status: "active" },
  ]);
  expect((await zoom.get("/contacts?search_key=mei&contact_types=7")).body.contacts).toEqual([]);
  expect((await hana.post("/chat/users/me/invitations", { email: "friend@elsewhere.example" })).status).toBe(
    204,
  );
  const mails = await (await fetch(`${sandbox.url}/_sandbox/mails`)).text();
  expect(mails).toContain("friend@elsewhere.example");
});

test("conversations are listed by their last message, starred ones when asked, and reported to admins", async () => {
  const sent = await hana.post("/im/users/me/chat/messages?chat_user=mei@acme.example", { message: "Hello" });
  expect(sent.status).toBe(201);
  const edited = await hana.put(`/chat/users/me/messages/${sent.body.id}`, {
    to_contact: mei,
    message: "Hi",
  });
  expect(edited.status).toBe(204);
  const sessions = await hana.get("/chat/users/me/sessions");
  expect(sessions.body.sessions).toMatchObject([{ type: "1:1", peer_contact_user_id: mei }]);
  expect((await hana.get("/chat/users/me/sessions?type=groupchat")).body.sessions).toEqual([]);
  expect((await hana.get("/chat/users/me/sessions?search_star=true")).body.sessions).toEqual([]);
  await hana.patch("/chat/users/me/events", {
    method: "star",
    params: { target_id: mei, target_type: "contact" },
  });
  expect((await hana.get("/chat/users/me/sessions?search_star=true")).body.sessions).toMatchObject([
    { peer_contact_user_id: mei },
  ]);
  const day = sandbox.clock.now().toISOString().slice(0, 10);
  const report = await zoom.get(`/report/chat/sessions?from=${day}&to=${day}`);
  expect(report.body.sessions).toMatchObject([{ type: "1:1", status: "active" }]);
  const path = `/report/chat/sessions/${report.body.sessions[0].id}?from=${day}&to=${day}`;
  expect((await zoom.get(`${path}&include_fields=edited_messages`)).body).toMatchObject({
    messages: [{ message: "Hi", sender: "hana@acme.example", receiver: "mei@acme.example" }],
    edited_messages: [{ message: "Hello" }],
  });
  await hana.delete(`/chat/users/me/messages/${sent.body.id}?to_contact=${mei}`);
  expect((await zoom.get(`${path}&include_fields=deleted_messages`)).body).toMatchObject({
    ...{ messages: [], deleted_messages: [{ message: "Hi" }] },
  });
});

test("IM groups are made, changed, filled and deleted", async () => {
  const made = await zoom.post("/im/groups", { name: "Sales", search_by_account: true });
  expect([made.status, made.body]).toMatchObject([201, { name: "Sales", total_members: 0 }]);
  expect((await zoom.post("/im/groups", { name: "Sales" })).status).toBe(409);
  const one = `/im/groups/${made.body.id}`;
  expect((await zoom.post(`${one}/members`, { members: [{ email: "mei@acme.example" }] })).body.ids).toBe(
    mei,
  );
  expect((await zoom.get(`${one}/members`)).body.members).toMatchObject([{ id: mei }]);
  expect((await zoom.patch(one, { name: "Selling" })).status).toBe(204);
  expect((await zoom.get(one)).body.id).toBe(made.body.id);
  expect((await zoom.get("/im/groups")).body.total_records).toBe(1);
  expect((await zoom.delete(`${one}/members/${mei}`)).status).toBe(204);
  expect((await zoom.get(`${one}/members`)).body.members).toEqual([]);
  expect((await zoom.delete(one)).status).toBe(204);
  expect((await zoom.get(one)).body.code).toBe(4130);
});
