import { expect } from "vitest";
import { dataOf, idOf, type Rivet } from "./rivet.test-kit.ts";

const APART = {
  ...{ complete_phone_calls: false, file_transfer: false, im: false, in_meeting_chat: false },
  ...{ meeting: false, message_via_sms: false, recording: false, screen_share: false },
};

/** The account's settings, roles, barriers and dashboards. */
export async function driveAccounts(rivet: Rivet): Promise<void> {
  const { accounts, roles, informationBarriers, dashboards } = rivet.accounts.endpoints;
  const path = { accountId: "me" };
  await accounts.updateAccountSettings({ path, body: { in_meeting: { chat: false } } });
  expect(await dataOf(accounts.getAccountSettings({ path }))).toMatchObject({ in_meeting: { chat: false } });
  await accounts.updateLockedSettings({ path, body: { in_meeting: { chat: true } } });
  expect(await dataOf(accounts.getLockedSettings({ path }))).toMatchObject({ in_meeting: { chat: true } });
  expect((await dataOf(accounts.getAccountsManagedDomains({ path }))).domains).toEqual(expect.any(Array));
  expect(await dataOf(accounts.getAccountsTrustedDomains({ path }))).toBeDefined();
  expect(await dataOf(accounts.getAccountsWebinarRegistrationSettings({ path }))).toBeDefined();

  const roleId = await idOf(
    roles.createRole({
      body: { name: "Events", description: "Runs events", privileges: ["Webinar:Read"] },
    }),
  );
  const rolePath = { roleId };
  await roles.updateRoleInformation({ path: rolePath, body: { name: "Event team" } });
  await roles.assignRole({ path: rolePath, body: { members: [{ email: "mei@acme.example" }] } });
  const members = await dataOf(roles.listMembersInRole({ path: rolePath }));
  expect(members.members).toMatchObject([{ email: "mei@acme.example" }]);
  await roles.unassignRole({ path: { ...rolePath, memberId: members.members?.[0]?.id ?? "" } });
  expect((await dataOf(roles.getRoleInformation({ path: rolePath }))).name).toBe("Event team");
  expect((await dataOf(roles.listRoles({}))).roles?.map(({ name }) => name)).toContain("Event team");
  await roles.deleteRole({ path: rolePath });

  const groupsOf = rivet.users.endpoints.groups;
  const [one, other] = await Promise.all(
    ["Analysts", "Traders"].map(
      async (name) => (await dataOf(groupsOf.createGroup({ body: { name } }))).id ?? "",
    ),
  );
  const policy = await dataOf(
    informationBarriers.createInformationBarrierPolicy({
      body: {
        ...{ assigned_group_id: one ?? "", to_group_id: other ?? "", id: "", policy_name: "Wall" },
        ...{ settings: APART, status: 1, type: 1 },
      },
    }),
  );
  const policyPath = { policyId: policy.id ?? "" };
  expect(
    await dataOf(informationBarriers.getInformationBarrierPolicyByID({ path: policyPath })),
  ).toMatchObject({
    assigned_group_id: one,
  });
  expect((await dataOf(informationBarriers.listInformationBarrierPolicies({}))).policies).toHaveLength(1);
  await informationBarriers.removeInformationBarrierPolicy({ path: policyPath });

  const days = { from: new Date().toISOString().slice(0, 10), to: new Date().toISOString().slice(0, 10) };
  expect((await dataOf(dashboards.listMeetings({ query: { ...days, type: "past" } }))).meetings).toEqual([]);
  expect((await dataOf(dashboards.listWebinars({ query: { ...days, type: "past" } }))).webinars).toEqual([]);
  expect((await dataOf(dashboards.listZoomRooms({}))).zoom_rooms).toEqual([]);
  expect((await dataOf(dashboards.listClientVersions({}))).client_versions).toEqual(expect.any(Array));
}
