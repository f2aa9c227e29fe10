/**
 * Groups of people: members, admins, settings and locks.
 *
 * @see https://developers.zoom.us/docs/api/users/#tag/groups
 */
import type { Call } from "../../call.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { registrationDefaults } from "../accounts/registration-defaults.ts";
import { SETTING_DEFAULTS } from "../accounts/setting-defaults.ts";
import { document, type Documents } from "../document.ts";
import { settingsDocument } from "../settings.ts";
import { virtualBackgrounds } from "../virtual-backgrounds.ts";
import type { Group, GroupChanges } from "./group-changes.ts";

interface PersonRef {
  readonly id?: string;
  readonly email?: string;
}

// Zoom: zoom-api.md 3.5.
const MOST_GROUPS = 5_000;
const GROUPS_A_DAY = 100;

/** The groups' operations. */
export function groups(sandbox: Sandbox, changes: GroupChanges): { readonly settings: Documents } {
  const { api, clock, limits, table, users, account } = sandbox;
  const rows = table<Group>("groups");

  const named = (id: string): Group => {
    const group = rows.get(id);
    if (!group) throw zoomError(404, 4130, `A group with this ${id} does not exist.`);
    return group;
  };
  const ofPath = (call: Call): Group => named(call.params["groupId"] ?? "");
  const by = (call: Call): User => call.caller.user;
  const view = ({ id, name }: Group) => ({ id, name, total_members: changes.members(id).length });
  const peopleOf = (refs: readonly PersonRef[]): User[] =>
    refs.map(({ id, email }) => {
      const user = users.find(id ?? email ?? "");
      if (!user) throw zoomError(400, 1010, `User not belong to this account:${account.id}.`);
      return user;
    });
  // Zoom: the ids are one comma text (zoom-api.md 8.7).
  const added = (people: readonly User[]) => ({
    ...{ ids: people.map(({ id }) => id).join(","), added_at: clock.now().toISOString() },
  });
  const member = (group: Group, key: string): User => {
    const user = users.find(key);
    if (!user?.group_ids.includes(group.id)) throw zoomError(404, 4131, "Group member does not exist.");
    return user;
  };

  api.on("GET /groups", (call) => {
    const { rows: shown, ...page } = call.page(rows.all());
    return { ...page, groups: shown.map(view) };
  });
  api.on("POST /groups", (call) => {
    const { name = "" } = call.body<{ name?: string }>();
    if (rows.size() >= MOST_GROUPS) {
      const message = "It has reached the maximum number of groups. You can clean up some groups then add.";
      throw zoomError(400, 300, message);
    }
    limits.daily("groups", account.id, GROUPS_A_DAY, `You can create at most ${GROUPS_A_DAY} groups a day.`);
    return view(changes.create(name, "", by(call)));
  });
  api.on("GET /groups/{groupId}", (call) => view(ofPath(call)));
  api.on("PATCH /groups/{groupId}", (call) => {
    changes.update(ofPath(call), call.body<{ name?: string }>(), by(call));
  });
  api.on("DELETE /groups/{groupId}", (call) => {
    changes.delete(ofPath(call), by(call));
  });

  api.on("GET /groups/{groupId}/members", (call) => {
    const { rows: members, ...page } = call.page(changes.members(ofPath(call).id));
    return { ...page, members };
  });
  api.on("POST /groups/{groupId}/members", (call) => {
    const group = ofPath(call);
    const people = peopleOf(call.body<{ members?: PersonRef[] }>().members ?? []);
    changes.addMembers(group, people, by(call));
    return added(people);
  });
  api.on("PATCH /groups/{groupId}/members/{memberId}", (call) => {
    const group = ofPath(call);
    const user = member(group, call.params.memberId);
    const { action, target_group_id = "" } = call.body<{ action: string; target_group_id?: string }>();
    if (action === "set_primary") {
      changes.setPrimary(group, user, by(call));
      return;
    }
    if (target_group_id === "") throw zoomError(400, 300, "The target_group_id can not be empty.");
    const target = named(target_group_id);
    changes.removeMember(group, user, by(call));
    changes.addMembers(target, [user], by(call));
  });
  api.on("DELETE /groups/{groupId}/members/{memberId}", (call) => {
    const group = ofPath(call);
    const user = member(group, call.params.memberId);
    const targetId = call.query("target_group_id");
    const target = targetId ? named(targetId) : undefined;
    changes.removeMember(group, user, by(call));
    if (target) changes.addMembers(target, [user], by(call));
  });

  api.on("GET /groups/{groupId}/admins", (call) => {
    const admins = ofPath(call).admin_ids.flatMap((id) => users.find(id) ?? []);
    const { rows: shown, ...page } = call.page(admins);
    return { ...page, admins: shown.map(({ email, display_name }) => ({ email, name: display_name })) };
  });
  api.on("POST /groups/{groupId}/admins", (call) => {
    const group = ofPath(call);
    const people = peopleOf(call.body<{ admins?: PersonRef[] }>().admins ?? []);
    changes.addAdmins(group, people, by(call));
    return added(people);
  });
  api.on("DELETE /groups/{groupId}/admins/{userId}", (call) => {
    const group = ofPath(call);
    const user = users.find(call.params.userId);
    if (!user || !group.admin_ids.includes(user.id)) {
      throw zoomError(400, 4138, `That user is not an administrator for the group: "${group.id}".`);
    }
    changes.removeAdmin(group, user, by(call));
  });

  const idOf = (call: Call) => ofPath(call).id;
  const settings = settingsDocument(sandbox, {
    ...{ name: "group settings", get: "GET /groups/{groupId}/settings", ownerOf: idOf },
    defaults: () => SETTING_DEFAULTS,
    update: "PATCH /groups/{groupId}/settings",
    onUpdated: (id, change, before, call) =>
      sandbox.emit("group.settings_updated", {
        ...{ ...call.operator, time_stamp: clock.now().getTime() },
        ...{ object: { id, settings: change }, old_object: { id, settings: before } },
      }),
  });
  settingsDocument(sandbox, {
    ...{ name: "group locks", get: "GET /groups/{groupId}/lock_settings", ownerOf: idOf },
    defaults: (id) => named(id).lock_settings,
  });
  api.on("PATCH /groups/{groupId}/lock_settings", (call) => {
    const group = ofPath(call);
    changes.lock(group, call.body<Group["lock_settings"]>(), by(call));
  });
  document(sandbox, {
    ...{ name: "group registration", get: "GET /groups/{groupId}/settings/registration", ownerOf: idOf },
    ...{ update: "PATCH /groups/{groupId}/settings/registration", defaults: registrationDefaults },
  });
  virtualBackgrounds(sandbox, {
    upload: "POST /groups/{groupId}/settings/virtual_backgrounds",
    remove: "DELETE /groups/{groupId}/settings/virtual_backgrounds",
    ownerOf: idOf,
  });

  sandbox.onUserRemoved(({ id }) => {
    for (const group of rows.all()) group.admin_ids = group.admin_ids.filter((admin) => admin !== id);
  });
  return { settings };
}
