import { expect } from "vitest";
import { dataOf, idOf, type Rivet } from "./rivet.test-kit.ts";

/** People, groups, contact groups and divisions, each from making to deleting. */
export async function driveUsers({ users: { endpoints } }: Rivet): Promise<void> {
  await people(endpoints);
  await someGroups(endpoints);
  await someContactGroups(endpoints);
  await someDivisions(endpoints);
}

type Endpoints = Rivet["users"]["endpoints"];

async function people({ users }: Endpoints): Promise<void> {
  const email = "ada@acme.example";
  const made = await dataOf(
    users.createUsers({
      body: { action: "autoCreate", user_info: { email, first_name: "Ada", last_name: "Ackers", type: 2 } },
    }),
  );
  const path = { userId: made.id ?? "" };
  await users.updateUser({ path, body: { dept: "Sales" } });
  expect(await dataOf(users.getUser({ path }))).toMatchObject({ email, dept: "Sales" });
  const list = await dataOf(users.listUsers({ query: { page_size: 300 } }));
  expect(list.users?.map((one) => one.email)).toContain(email);
  expect((await dataOf(users.checkUserEmail({ query: { email } }))).existed_email).toBe(true);
  expect(await dataOf(users.getUserSummary({}))).toBeDefined();
  expect((await dataOf(users.getUserPermissions({ path }))).permissions).toEqual(expect.any(Array));
  await users.updateUserSettings({ path, body: { in_meeting: { chat: false } } });
  expect(await dataOf(users.getUserSettings({ path }))).toMatchObject({ in_meeting: { chat: false } });
  expect((await dataOf(users.getUsersToken({ path, query: { type: "zak" } }))).token).not.toBe("");
  expect((await dataOf(users.getUsersZAK({}))).token).not.toBe("");

  await users.addAssistants({ path, body: { assistants: [{ email: "hana@acme.example" }] } });
  const assistants = await dataOf(users.listUserAssistants({ path }));
  expect(assistants.assistants?.map((one) => one.email)).toEqual(["hana@acme.example"]);
  const hana = { userId: "hana@acme.example" };
  expect((await dataOf(users.listUserSchedulers({ path: hana }))).schedulers).toHaveLength(1);
  await users.deleteScheduler({ path: { ...hana, schedulerId: path.userId } });
  expect((await dataOf(users.listUserAssistants({ path }))).assistants).toEqual([]);
  await users.addAssistants({ path, body: { assistants: [{ email: "hana@acme.example" }] } });
  await users.deleteUserAssistants({ path });
  await users.deleteUserSchedulers({ path });

  await users.updateUsersPresenceStatus({ path, body: { status: "Do_No_Disturb", duration: 30 } });
  expect((await dataOf(users.getUserPresenceStatus({ path }))).status).toBe("Do_No_Disturb");
  await users.updateUsersEmail({ path, body: { email: "ada.ackers@acme.example" } });
  await users.updateUserStatus({ path, body: { action: "deactivate" } });
  expect((await dataOf(users.getUser({ path }))).status).toBe("inactive");
  await users.updateUserStatus({ path, body: { action: "activate" } });
  await users.revokeUsersSSOToken({ path });
  await users.deleteUser({ path, query: { action: "delete" } });
  await expect(users.getUser({ path })).rejects.toThrow("[404/1001]");
}

async function someGroups({ groups, users }: Endpoints): Promise<void> {
  const groupId = await idOf(groups.createGroup({ body: { name: "Support" } }));
  const path = { groupId };
  await groups.updateGroup({ path, body: { name: "Customer support" } });
  await groups.addGroupMembers({ path, body: { members: [{ email: "hana@acme.example" }] } });
  const members = await dataOf(groups.listGroupMembers({ path }));
  expect(members.members).toMatchObject([{ email: "hana@acme.example" }]);
  await groups.addGroupAdmins({ path, body: { admins: [{ email: "adam@acme.example" }] } });
  const { admins } = await dataOf(groups.listGroupAdmins({ path }));
  expect(admins).toMatchObject([{ email: "adam@acme.example" }]);
  const adam = await dataOf(users.getUser({ path: { userId: "adam@acme.example" } }));
  await groups.deleteGroupAdmin({ path: { ...path, userId: adam.id ?? "" } });
  await groups.updateGroupsSettings({ path, body: { schedule_meeting: { host_video: false } } });
  expect(await dataOf(groups.getGroupsSettings({ path }))).toMatchObject({
    schedule_meeting: { host_video: false },
  });
  await groups.updateLockedSettings({ path, body: { schedule_meeting: { host_video: true } } });
  expect(await dataOf(groups.getLockedSettings({ path }))).toMatchObject({
    schedule_meeting: { host_video: true },
  });
  expect(await dataOf(groups.getGroup({ path }))).toMatchObject({
    name: "Customer support",
    total_members: 1,
  });
  await groups.deleteGroupMember({ path: { ...path, memberId: members.members?.[0]?.id ?? "" } });
  expect((await dataOf(groups.listGroups({}))).groups?.map(({ name }) => name)).toContain("Customer support");
  await groups.deleteGroup({ path });
  expect((await dataOf(groups.listGroups({}))).groups).toEqual([]);
}

async function someContactGroups({ contactGroups, users }: Endpoints): Promise<void> {
  const made = await dataOf(
    contactGroups.createContactGroup({
      body: { group_name: "Board", group_privacy: 2, description: "Who decides" },
    }),
  );
  const path = { groupId: made.group_id ?? "" };
  await contactGroups.updateContactGroup({ path, body: { name: "The board" } });
  const hana = await dataOf(users.getUser({ path: { userId: "hana@acme.example" } }));
  const luis = await dataOf(users.getUser({ path: { userId: "luis@acme.example" } }));
  await contactGroups.addContactGroupMembers({
    path,
    body: {
      group_members: [
        { type: 1, id: hana.id ?? "" },
        { type: 1, id: luis.id ?? "" },
      ],
    },
  });
  const members = await dataOf(contactGroups.listContactGroupMembers({ path }));
  expect(members.group_members).toHaveLength(2);
  await contactGroups.removeMembersInContactGroup({ path, query: { member_ids: hana.id ?? "" } });
  expect((await dataOf(contactGroups.getContactGroup({ path }))).group_name).toBe("The board");
  expect((await dataOf(contactGroups.listContactGroups({}))).groups).toHaveLength(1);
  await contactGroups.deleteContactGroup({ path });
}

async function someDivisions({ divisions }: Endpoints): Promise<void> {
  const made = await dataOf(
    divisions.createDivision({
      body: { division_name: "EMEA", division_description: "Europe" },
    }),
  );
  const path = { divisionId: made.division_id ?? "" };
  await divisions.updateDivision({ path, body: { division_name: "Europe" } });
  await divisions.assignDivision({ path, body: { users: [{ user_email: "hana@acme.example" }] } });
  expect((await dataOf(divisions.listDivisionMembers({ path }))).users).toHaveLength(1);
  expect((await dataOf(divisions.getDivision({ path }))).division_name).toBe("Europe");
  expect((await dataOf(divisions.listDivisions({}))).divisions?.length).toBeGreaterThan(0);
}
