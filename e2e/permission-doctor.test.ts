/** The permission doctor over real HTTP to the sandbox: what it says will be refused is refused, and mending it mends it. */
import { Secret } from "@greenroom/connector-kit";
import { zoom } from "@greenroom/zoom";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectPage } from "../tools/sandbox-browser.ts";
import { apiUser, appScopes, guidePrivileges } from "../tools/sandbox-owner.ts";
import { accountOwner, connectedEngines, failure } from "./connected-engines.test-kit.ts";

const roleScopes = ["role:read:list_roles:admin", "role:write:role:admin", "role:update:role:admin"];
const scopes = [
  ...[...appScopes, ...roleScopes, "role:write:member:admin", "user:read:list_permissions:admin"],
  ...["tracking_field:delete:tracking_field:admin", "group:read:list_groups:admin"],
];
const recipe = `
name: Tidy tracking fields
trigger: { use: zoom/meeting-ended, connection: zoom }
steps:
  - id: host
    use: zoom/get-meeting
    input: { meetingId: "{{ trigger.object.id }}" }
  - id: gone
    use: zoom/custom-action
    input: { method: DELETE, path: /tracking_fields/none }
`;

let stack: Awaited<ReturnType<typeof connectedEngines>>;
let id: string;

beforeAll(async () => {
  stack = await connectedEngines();
  const profile = await stack.newProfile("zoom-admin-oauth", "Admin app", scopes);
  const { connections, recipes } = stack.first;
  ({ id } = await connections.create({ name: "zoom", connector: "zoom", profileId: profile.id }));
  await stack.connect(id);
  await recipes.create(recipe);
});
afterAll(() => stack?.close());
beforeEach(() => setPrivileges(guidePrivileges));

/** At the portal's page of the role. */
async function setPrivileges(privileges: readonly string[]): Promise<void> {
  await stack.owner.get(`/portal/roles/${stack.roleId}`);
  expectPage(
    await stack.owner.post(`/portal/roles/${stack.roleId}/settings`, { privileges }),
    "Role Settings",
  );
}
const examine = (scope: Parameters<typeof stack.first.permissions.examine>[1] = "recipes") =>
  stack.first.permissions.examine(id, scope);
const missing = async () => (await examine()).missing.flatMap(({ names }) => names);
/** What the recipe's second step does. */
const deleteField = async () =>
  await failure(
    (await stack.first.connections.client(zoom, "zoom")).request("DELETE", "/tracking_fields/none"),
  );

describe("from the recipes that use a connection", () => {
  test("it computes the least scopes, classic and granular, and the least privileges", async () => {
    const { leastScopes, leastPrivileges, missing: lacks } = await examine();
    expect(leastScopes).toEqual({
      granular: [
        ...["meeting:read:meeting:admin", "tracking_field:delete:tracking_field:admin"],
        "user:read:user:admin",
      ],
      classic: ["meeting:read:admin", "tracking_fields:write:admin", "user:read:admin"],
    });
    expect(leastPrivileges.map(({ title }) => title)).toEqual([
      ...["Meetings: View", "Schedule tracking fields: Edit"],
    ]);
    expect(lacks).toEqual([]);
  });

  test("it names what is granted and not needed", async () => {
    const excess = (await examine()).excess.flatMap(({ names }) => names);
    expect(excess).toEqual(expect.arrayContaining(["group:read:list_groups:admin", "ZoomRooms:Edit"]));
    expect(excess).not.toEqual(expect.arrayContaining(["meeting:read:meeting:admin"]));
    expect(excess).not.toContain("ScheduleTrackingFields:Edit");
  });

  test("of a privilege taken away it says which call will fail and where to mend it; and that call fails", async () => {
    expect((await deleteField()).kind).toBe("not-found");
    await setPrivileges(guidePrivileges.filter((name) => name !== "ScheduleTrackingFields:Edit"));
    const [finding, ...others] = (await examine()).missing;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      ...{
        kind: "privilege",
        names: ["ScheduleTrackingFields:Edit"],
        title: "Schedule tracking fields: Edit",
      },
      blocks: [
        {
          operation: "DELETE /tracking_fields/{fieldId}",
          title: "Custom action",
          usedBy: ["Tidy tracking fields"],
        },
      ],
    });
    expect(finding?.mend.clicks).toEqual(expect.arrayContaining(["Roles", "Role Settings", "Save Changes"]));
    expect((await deleteField()).kind).toBe("forbidden");
  });

  test("it sets the role up by itself where the connected user may, and then the call goes through", async () => {
    await setPrivileges(guidePrivileges.filter((name) => name !== "ScheduleTrackingFields:Edit"));
    expect((await examine()).setUp.possible).toBe(true);
    const done = await stack.first.permissions.setUp(id, {
      ...{ scope: "recipes", roleName: "Greenroom least", apiUser: undefined },
    });
    expect(done).toEqual({
      ...{ roleName: "Greenroom least", email: apiUser },
      privileges: ["Meeting:Read", "ScheduleTrackingFields:Edit"],
    });
    expect(await missing()).toEqual([]);
    expect((await deleteField()).kind).toBe("not-found");
    const report = await examine();
    expect(report.excess.filter(({ kind }) => kind === "privilege")).toEqual([]);
    // The least role may not manage roles; so it does not claim to.
    expect(report.setUp.possible).toBe(false);
    expect((await stack.first.connections.test(id)).identity?.roleName).toBe("Greenroom least");
  });

  test("where the user may not, it says why and changes nothing", async () => {
    const error = await failure(
      stack.first.permissions.setUp(id, { scope: "everything", roleName: "More", apiUser: undefined }),
    );
    expect(error).toMatchObject({ kind: "forbidden", code: "cannot-set-up" });
    expect(error.message).toContain("Role management: Edit");
  });
});

test("for everything it asks for what the guide lists", async () => {
  const { leastPrivileges } = await examine("everything");
  expect(leastPrivileges.map(({ name }) => name)).toEqual(expect.arrayContaining([...guidePrivileges]));
});

test("for a chosen set it looks at that alone", async () => {
  const report = await examine([{ kind: "action", id: "list-meetings" }]);
  expect(report.leastScopes.granular).toEqual(["meeting:read:list_meetings:admin", "user:read:user:admin"]);
});

describe("scopes", () => {
  test("of a missing scope it says the operation that will be refused, and that call is refused", async () => {
    const profile = await stack.newProfile("zoom-admin-oauth", "Small app", ["user:read:user:admin"]);
    const { connections, permissions } = stack.first;
    const small = await connections.create({ name: "small", connector: "zoom", profileId: profile.id });
    await stack.connect(small.id, accountOwner);
    const report = await permissions.examine(small.id, [{ kind: "action", id: "create-meeting" }]);
    expect(report.missing).toMatchObject([
      {
        ...{ kind: "scope", names: ["meeting:write:meeting:admin", "meeting:write:admin"] },
        blocks: [{ operation: "POST /users/{userId}/meetings", title: "Create meeting" }],
      },
    ]);
    expect(report.unknown.join()).toContain("user:read:list_permissions:admin");
    const client = await connections.client(zoom, "small");
    const refused = await failure(client.request("POST", "/users/me/meetings", { body: { topic: "T" } }));
    expect(refused).toMatchObject({ kind: "forbidden", code: "zoom.4711" });
  });

  test("one person's connection needs no role, and is told what only an account's can do", async () => {
    const profile = await stack.newProfile("zoom-user-oauth", "User app", [
      ...["user:read:user", "meeting:read:list_meetings"],
    ]);
    const { connections, permissions } = stack.first;
    const own = await connections.create({ name: "own", connector: "zoom", profileId: profile.id });
    await stack.connect(own.id);
    const fine = await permissions.examine(own.id, [{ kind: "action", id: "list-meetings" }]);
    expect(fine).toMatchObject({ missing: [], leastPrivileges: [], setUp: { possible: false } });
    const tracking = { kind: "action", id: "custom-action", usedBy: "a recipe" } as const;
    const kind = zoom.connections?.find((one) => one.id === "zoom-user-oauth");
    if (!kind || !zoom.permissions) throw new Error("there is no user OAuth");
    const report = await zoom.permissions.examine({
      ...{ kind, scopes: fine.leastScopes.granular, client: await connections.client(zoom, "own") },
      profile: { client_id: "x", client_secret: new Secret("y") },
      uses: [{ ...tracking, input: { method: "GET", path: "/tracking_fields" } }],
    });
    expect(report.missing).toMatchObject([
      { kind: "connection-kind", blocks: [{ operation: "GET /tracking_fields" }] },
    ]);
  });
});

describe("a chatbot", () => {
  const uses = [
    { kind: "action", id: "send-chatbot-message" },
    { kind: "action", id: "list-users" },
  ] as const;

  test("needs its one scope and no role, and is told what only another connection can do", async () => {
    const profile = await stack.newProfile("zoom-chatbot", "Bot");
    const { connections, permissions } = stack.first;
    const bot = await connections.create({ name: "bot", connector: "zoom", profileId: profile.id });
    const { state, identity } = await stack.connect(bot.id);
    expect([state, identity?.displayName]).toEqual(["connected", expect.stringContaining("@xmpp.zoom.us")]);
    expect((await connections.test(bot.id)).testedAt).toBeDefined();
    const report = await permissions.examine(bot.id, uses);
    expect(report).toMatchObject({
      ...{ leastScopes: { classic: ["imchat:bot"], granular: [] }, leastPrivileges: [], excess: [] },
      missing: [{ kind: "connection-kind", blocks: [{ operation: "GET /users" }] }],
      setUp: { possible: false, reason: expect.stringContaining("chatbot") },
    });
    const all = await permissions.examine(bot.id, "everything");
    expect([all.missing, all.leastScopes.classic]).toEqual([[], ["imchat:bot"]]);
    expect((await connections.disconnect(bot.id)).reason).toContain("was disconnected");
  });

  test("is what an account's connection is sent to for a bot's messages", async () => {
    const { missing: lacks } = await examine([uses[0]]);
    expect(lacks).toMatchObject([
      { kind: "connection-kind", names: ["zoom-chatbot"], blocks: [{ operation: "POST /im/chat/messages" }] },
    ]);
    expect((await examine("everything")).missing.flatMap(({ names }) => names)).not.toContain("imchat:bot");
  });
});
