/** The permission doctor: asks Zoom what is held, reports, and sets up the role where the connected user may. */
import {
  type Client,
  ConnectorError,
  expectAnswer,
  type PermissionContext,
  type PermissionDoctor,
  type Use,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { actions } from "../actions.gen.ts";
import { chatbotKind } from "../auth/zoom-chatbot.ts";
import { addressOf } from "../auth/zoom-profile.ts";
import { zoomOperation } from "../facts/operations.ts";
import { everythingPrivileges, holds, privilegeTitle } from "../facts/privileges.ts";
import { triggers } from "../triggers.gen.ts";
import { type Need, needsOf } from "./permission-needs.ts";
import { isForBot, type Permissions, reportOf, required } from "./permission-report.ts";

const catalogue = { actions, triggers };

/** Every action and trigger, as if one recipe used them all. */
const everything: readonly Use[] = [
  ...Object.keys(actions).map((id) => ({ kind: "action", id }) as const),
  ...Object.keys(triggers).map((id) => ({ kind: "trigger", id }) as const),
].map((use) => ({ ...use, input: {}, usedBy: "everything" }));

/** What Greenroom itself asks of Zoom: it cannot connect without the first, and the doctor looks with the rest. */
const ownNeeds: readonly Need[] = (
  [
    ["GET", "/users/me", "Who we are", required],
    ["GET", "/users/me/permissions", "The user's privileges", "the permission doctor"],
    ["GET", "/roles", "The account's roles", "the permission doctor"],
    ["POST", "/roles", "Make a role", "the permission doctor"],
    ["PATCH", "/roles/{roleId}", "Change a role", "the permission doctor"],
    ["POST", "/roles/{roleId}/members", "Give a role", "the permission doctor"],
  ] as const
).flatMap(([method, path, title, usedBy]) => {
  const operation = zoomOperation(method, path);
  const { name, scopes } = operation ?? {};
  return name && scopes ? [{ operation: name, title, usedBy, scopes, privilege: undefined }] : [];
});

const permissionsAnswer = z.looseObject({ permissions: z.array(z.string()).default([]) });
const rolesAnswer = z.looseObject({ roles: z.array(z.looseObject({ id: z.string(), name: z.string() })) });
const roleAnswer = z.looseObject({ id: z.string() });
const meAnswer = z.looseObject({ id: z.string(), email: z.string(), role_id: z.string().optional() });

/** Zoom: the stock role of the account's owner. */
const ownerRole = "0";

/** Looks at a Zoom connection's permissions. */
export const permissionDoctor: PermissionDoctor = {
  async examine(context) {
    const { privileges, why } = await privilegesOf(context);
    return {
      ...reportOf(permissionsOf(context, privileges)),
      unknown: why === undefined ? [] : [why],
      setUp: maySetUp(context, privileges),
    };
  },

  async setUp({ roleName, apiUser, ...context }) {
    const { client } = context;
    const { privileges: held } = await privilegesOf(context);
    const { possible, reason } = maySetUp(context, held);
    if (!possible) throw new ConnectorError("forbidden", "cannot-set-up", reason, { hint: byHand });
    const { email, member } = await memberOf(client, apiUser);
    const privileges = reportOf(permissionsOf(context, held)).leastPrivileges.map(({ name }) => name);
    const { roles } = expectAnswer(rolesAnswer, await client.request("GET", "/roles"));
    const existing = roles.find(({ name }) => name === roleName);
    const body = { name: roleName, description: "What Greenroom needs, and nothing else.", privileges };
    const roleId =
      existing?.id ?? expectAnswer(roleAnswer, await client.request("POST", "/roles", { body })).id;
    if (existing) await client.request("PATCH", "/roles/{roleId}", { path: { roleId }, body });
    await client.request("POST", "/roles/{roleId}/members", {
      path: { roleId },
      body: { members: [member] },
    });
    return { roleName, email, privileges };
  },
};

const byHand = "Let the account's owner or an admin follow the steps of the report by hand.";

/** Who gets the role. @throws {ConnectorError} where that is the account's owner, whose role cannot be changed. */
async function memberOf(client: Client, apiUser: string | undefined) {
  if (apiUser !== undefined) return { email: apiUser, member: { email: apiUser } };
  const me = expectAnswer(meAnswer, await client.request("GET", "/users/me"));
  if (me.role_id !== ownerRole) return { email: me.email, member: { id: me.id } };
  throw new ConnectorError(
    "conflict",
    "owner-has-no-other-role",
    `${me.email} owns the account, and an owner's role cannot be changed.`,
    {
      fields: [{ field: "apiUser", message: "name the e-mail address of the API user who gets the role" }],
      hint: "Name an API user, give it the role, then reconnect as that user.",
    },
  );
}

function reachOf({ kind }: PermissionContext): Permissions["reach"] {
  if (kind.id === chatbotKind) return "bot";
  return kind.id === "zoom-user-oauth" ? "person" : "account";
}

function permissionsOf(context: PermissionContext, held: readonly string[] | undefined): Permissions {
  const { uses, scopes, profile } = context;
  const site = addressOf(profile, "oauth_url");
  const reach = reachOf(context);
  const needs =
    uses === "everything"
      ? // What a bot does and what others do is never done by one connection.
        needsOf(everything, catalogue).filter((need) => isForBot(need.scopes) === (reach === "bot"))
      : needsOf(uses, catalogue);
  return {
    ...{ reach, needs },
    ...{ privileges: uses === "everything" ? everythingPrivileges : [] },
    ownNeeds: reach === "bot" ? [] : ownNeeds,
    ...{ scopesHeld: scopes, privilegesHeld: held },
    site: /^https:\/\/zoom(?:gov)?\.(?:us|com)$/.test(site) ? site : undefined,
  };
}

async function privilegesOf(context: PermissionContext) {
  if (reachOf(context) !== "account") return { privileges: undefined, why: undefined };
  try {
    const answer = await context.client.request("GET", "/users/{userId}/permissions", {
      path: { userId: "me" },
    });
    return { privileges: expectAnswer(permissionsAnswer, answer).permissions, why: undefined };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== "forbidden") throw error;
    const why = `The role's privileges cannot be read: ${error.message} Add user:read:list_permissions:admin to the app and reconnect, and the doctor looks at them too.`;
    return { privileges: undefined, why };
  }
}

function maySetUp(context: PermissionContext, held: readonly string[] | undefined) {
  const no = (reason: string) => ({ possible: false, reason });
  const reach = reachOf(context);
  if (reach === "person") return no("The connection acts for one person and needs no role.");
  if (reach === "bot") return no("A chatbot acts for itself and needs no role.");
  if (held === undefined) return no("The connected user's privileges are not known.");
  if (!holds(new Set(held), "Role:Edit"))
    return no(`The connected user's role lacks “${privilegeTitle("Role:Edit")}”.`);
  const token = new Set(context.scopes);
  const lacking = ownNeeds.filter(
    ({ operation, scopes }) =>
      / \/roles/.test(operation) &&
      ![...scopes.classic, ...scopes.granular].some((scope) => token.has(scope)),
  );
  if (lacking.length === 0) return { possible: true, reason: "The connected user may manage roles." };
  const names = lacking.map(({ scopes }) => scopes.granular.find((scope) => scope.endsWith(":admin")) ?? "");
  return no(`The app lacks the scopes to manage roles: ${[...new Set(names)].join(", ")}.`);
}
