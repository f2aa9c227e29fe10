import { IANAZone } from "luxon";
import type { Plan } from "../../options.ts";
import { DAILY_LIMIT } from "../../rate-limits.ts";
import type { Sandbox, User } from "../../sandbox.ts";
import { invalidField, zoomError } from "../../sandbox.ts";
import type { CreateAction, NewPerson, UserChanges } from "./user-changes.ts";
import type { Group, GroupChanges } from "../groups/group-changes.ts";
import type { Room } from "../rooms/room-rows.ts";
import { pictureUrl } from "./user-picture.ts";
import { listItem, profile } from "./user-views.ts";

interface FeaturesBody {
  readonly feature_type: string;
  readonly feature_value: string;
  readonly users: readonly { readonly id?: string; readonly email?: string }[];
}

interface NewUserBody {
  readonly action: CreateAction;
  readonly user_info: NewPerson;
}

// Zoom: inviting people has a daily quota of its own (OpenAPI file).
const CREATES_A_DAY: Readonly<Record<Plan, number>> = { free: 50, pro: 1_500, business: 10_000 };

const TRANSFERS = ["meeting", "webinar", "recording", "whiteboard"] as const;

/**
 * People of the account: list, get, create, update, delete with transfer, status, permissions, licences.
 *
 * Not emulated: limits of licences by number, managed domains, Zoom United and Zoom One plans beyond being kept.
 */
export function users(sandbox: Sandbox, changes: UserChanges, groupChanges: GroupChanges): void {
  const { api, users: people, roles, account, limits, table } = sandbox;
  const shownProfile = (user: User) =>
    profile(user, account, roles.find(user.role_id), pictureUrl(sandbox, user.id));

  api.on("GET /users", (call) => {
    const wanted = call.query("status");
    // Zoom: an unknown status answers the default set (live, 2026-09-08).
    const status = wanted === "inactive" || wanted === "pending" ? wanted : "active";
    const roleId = call.query("role_id");
    const { caller } = call;
    const reach = roles.reach(caller.user, caller.operation.privilege);
    const all = people.withStatus(status);
    const rows =
      caller.admin && !reach && roleId === undefined
        ? all
        : all.filter(
            (user) =>
              (roleId === undefined || user.role_id === roleId) &&
              (user.id === caller.user.id ||
                (caller.admin && (!reach || user.group_ids.some((id) => reach.has(id))))),
          );
    const { rows: shown, ...page } = call.page(rows);
    const more = call.query("include_fields")?.split(",") ?? [];
    return {
      ...page,
      users: shown.map((user) => ({
        ...listItem(user),
        ...(more.includes("host_key") && { host_key: user.host_key }),
        ...(more.includes("custom_attributes") && { custom_attributes: user.custom_attributes ?? [] }),
      })),
    };
  });

  api.on("POST /users", (call) => {
    const { caller } = call;
    if (!roles.allows(caller.user, "User:Edit")) throw zoomError(400, 200, "No permission.");
    const { action, user_info } = call.body<NewUserBody>();
    if (user_info === undefined) {
      const errors = [{ field: "user_info", message: "This field is required." }];
      throw zoomError(400, 300, "Validation Failed.", errors);
    }
    // Zoom: people who are invited are counted, no others (OpenAPI file).
    if (action === "create")
      limits.daily("user create", account.id, CREATES_A_DAY[account.plan], DAILY_LIMIT);
    if (action === "ssoCreate" && account.plan === "free") {
      throw zoomError(
        400,
        2002,
        "SSO has not been enabled for this account. Contact the Zoom support team to enable this option.",
      );
    }
    const { id, email, first_name, last_name, type } = changes.create(action, user_info, caller.user);
    return { id, email, first_name, last_name, type };
  });

  api.on("GET /users/email", (call) => ({
    existed_email: people.byEmail(call.query("email") ?? "") !== undefined,
  }));
  api.on("GET /users/vanity_name", (call) => {
    const name = call.query("vanity_name");
    return { existed: people.all().some(({ vanity_name }) => vanity_name === name) };
  });
  api.on("GET /users/summary", () => {
    const all = people.all();
    const count = (fits: (user: User) => boolean) => all.filter(fits).length;
    return {
      licensed_users_count: count(({ type }) => type === 2),
      basic_users_count: count(({ type }) => type === 1),
      ...{ on_prem_users_count: 0, room_users_count: table("rooms").size() },
      pending_users_count: count(({ status }) => status === "pending"),
      ...{ join_only_users_count: 0, total_users_count: all.length },
    };
  });
  api.on("POST /users/features", (call) => {
    const { feature_type, feature_value, users: given } = call.body<FeaturesBody>();
    // Zoom: here a person is made Basic or Licensed, nothing else (OpenAPI file).
    if (feature_type === "user_type" && !["1", "2"].includes(feature_value)) {
      throw invalidField("feature_value");
    }
    const success_user_ids: string[] = [];
    const missing: string[] = [];
    for (const { id, email } of given) {
      const user = people.find(id ?? email ?? "");
      if (!user) missing.push(id ?? email ?? "");
      else {
        if (feature_type === "user_type")
          changes.update(user, { type: Number(feature_value) }, call.caller.user);
        else user.features = { ...user.features, [feature_type]: feature_value };
        success_user_ids.push(user.id);
      }
    }
    const fail_details = missing.length > 0 ? [{ user_ids: missing, reason: "Users not found" }] : [];
    return { success_user_ids, fail_details };
  });

  api.on("GET /users/{userId}", (call) =>
    shownProfile(acting(people.named(call.params.userId, call.caller))),
  );

  api.on("PATCH /users/{userId}", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    const { group_id, ...change } = call.body<Partial<User> & { group_id?: string }>();
    const taken = people
      .all()
      .some((one) => one !== user && change.vanity_name && one.vanity_name === change.vanity_name);
    if (taken) {
      const message =
        'User is already taken by another user from your account. Choose another "Personal Link Name".';
      throw zoomError(400, 4100, message);
    }
    if (change.timezone !== undefined && !IANAZone.isValidZone(change.timezone)) {
      throw invalidField("timezone");
    }
    if (group_id !== undefined && !table("groups").has(group_id)) {
      throw invalidField("group_id");
    }
    const incomplete = change.custom_attributes?.findIndex(({ key, value }) => !key || value === undefined);
    if (incomplete !== undefined && incomplete !== -1) {
      throw invalidField(`custom_attributes[${incomplete}]`);
    }
    const custom_attributes = change.custom_attributes?.map(({ key, name = key, value }) => ({
      ...{ key, name, value },
    }));
    changes.update(user, { ...change, ...(custom_attributes && { custom_attributes }) }, call.caller.user);
    const group = group_id === undefined ? undefined : table<Group>("groups").get(group_id);
    if (group) groupChanges.addMembers(group, [user], call.caller.user);
  });

  api.on("DELETE /users/{userId}", (call) => {
    const user = people.named(call.params.userId, call.caller);
    const action = call.query("action") ?? "disassociate";
    if (action !== "disassociate" && action !== "delete") {
      throw invalidField("action");
    }
    const email = call.query("transfer_email");
    const heir = email ? people.named(email) : undefined;
    if (heir?.id === user.id) {
      const message =
        "The transfer-to email address cannot be the same as the unlinked or deleted user's email address.";
      throw zoomError(400, 300, message);
    }
    const transfer = Object.fromEntries(
      TRANSFERS.filter((kind) => heir && call.query(`transfer_${kind}`) === "true").map((kind) => [
        `${kind}s`,
        heir,
      ]),
    );
    changes.remove(user, action, call.caller.user, transfer);
  });

  api.on("PUT /users/{userId}/status", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    const { action } = call.body<{ action: string }>();
    if (action === "activate") changes.setStatus(user, "active", call.caller.user);
    if (action === "deactivate") changes.setStatus(user, "inactive", call.caller.user);
  });

  api.on("GET /users/{userId}/permissions", (call) => {
    const user = acting(people.named(call.params.userId, call.caller));
    return { permissions: roles.find(user.role_id)?.privileges ?? [] };
  });

  // Rooms of the person are the devices they may collaborate with.
  const devicesOf = (user: User) =>
    table<Room>("rooms")
      .filter(({ user_id }) => user_id === user.id)
      .map(({ id, name, room_id, status }) => ({
        ...{ id, device_name: name, room_name: name, room_user_id: room_id },
        status: status === "Offline" ? "Offline" : "Online",
      }));
  api.on("GET /users/{userId}/collaboration_devices", (call) => {
    const devices = devicesOf(people.named(call.params.userId, call.caller));
    return { total_records: devices.length, collaboration_devices: devices };
  });
  api.on("GET /users/{userId}/collaboration_devices/{collaborationDeviceId}", (call) => {
    const { userId, collaborationDeviceId: wanted } = call.params;
    const device = devicesOf(people.named(userId, call.caller)).find(({ id }) => id === wanted);
    if (!device) throw zoomError(404, 1238, `Collaboration Device does not exist: ${wanted}.`);
    return device;
  });
}

/** The person, unless they have not come yet. @throws {ZoomError} 400/1120 */
export function acting(user: User): User {
  // Zoom: a person who has not accepted the invitation has no usable profile (zoom-api.md 4.5).
  if (user.status === "pending") throw zoomError(400, 1120, "Invitation not found.");
  return user;
}
