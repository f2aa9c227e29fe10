import type { Role, Sandbox, User } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";

/** A group of people. Table `groups`; who is in it stands in `group_ids` of the people, their primary group first. */
export interface Group {
  id: string;
  name: string;
  description: string;
  admin_ids: string[];
  settings: Record<string, Record<string, unknown>>;
  lock_settings: Record<string, Record<string, unknown>>;
}

/** Changes to groups, with their events; the API and the portal share them. */
export interface GroupChanges {
  readonly create: (name: string, description: string, by: User) => Group;
  readonly update: (group: Group, change: { name?: string; description?: string }, by: User) => void;
  readonly delete: (group: Group, by: User) => void;
  readonly members: (groupId: string) => User[];
  readonly addMembers: (group: Group, people: readonly User[], by: User) => void;
  readonly removeMember: (group: Group, user: User, by: User) => void;
  /** Zoom: told as a change of the person. */
  readonly setPrimary: (group: Group, user: User, by: User) => void;
  readonly addAdmins: (group: Group, people: readonly User[], by: User) => void;
  readonly removeAdmin: (group: Group, user: User, by: User) => void;
  /** Locks, or leaves to the members, settings of the account. */
  readonly lock: (group: Group, locks: Record<string, Record<string, unknown>>, by: User) => void;
}

type GroupParts = Pick<Sandbox, "clock" | "ids" | "table" | "users" | "emit">;

// Zoom: zoom-api.md 3.3 and 4.5.
const MAX_ADMINS = 10;

/** Makes the changes to groups. */
export function createGroupChanges({ clock, ids, table, users, emit }: GroupParts): GroupChanges {
  const groups = table<Group>("groups");

  const tell = (event: string, by: User, object: object, old_object?: object): void =>
    emit(event, {
      ...{ operator: by.email, operator_id: by.id, object },
      ...(old_object && { old_object }),
      time_stamp: clock.now().getTime(),
    });
  const members = (groupId: string): User[] => users.all().filter((user) => user.group_ids.includes(groupId));
  const named = (people: readonly User[]) => people.map(({ id, email }) => ({ id, email }));

  function checkName(name: string, self?: Group): void {
    if (name.trim() === "")
      throw zoomError(400, 300, "Validation Failed.", [{ field: "name", message: "Enter a name." }]);
    const taken = groups.find((one) => one !== self && one.name.toLowerCase() === name.toLowerCase());
    if (taken !== undefined) throw zoomError(409, 4132, `Group name ${name} is already in use.`);
  }

  /** Takes it out of everything that names it beside its people. */
  function forget(groupId: string): void {
    for (const channel of table<{ group_ids: string[] }>("chat_channels").all())
      channel.group_ids = channel.group_ids.filter((id) => id !== groupId);
    for (const contacts of table<{ members: { type: number; id: string }[] }>("contact_groups").all())
      contacts.members = contacts.members.filter(({ type, id }) => type !== 2 || id !== groupId);
    for (const role of table<Role>("roles").all())
      role.privilege_scopes = role.privilege_scopes?.map((scope) => ({
        ...scope,
        group_ids: scope.group_ids.filter((id) => id !== groupId),
      }));
  }

  return {
    members,
    create: (name, description, by) => {
      checkName(name);
      const group: Group = {
        ...{ id: ids.key(), name: name.trim(), description, admin_ids: [] },
        ...{ settings: {}, lock_settings: {} },
      };
      groups.set(group.id, group);
      tell("group.created", by, { id: group.id, name: group.name });
      return group;
    },
    update: (group, change, by) => {
      if (change.name !== undefined) checkName(change.name, group);
      const { id, name } = group;
      Object.assign(group, change);
      if (name === group.name) return;
      tell("group.updated", by, { id, name: group.name }, { id, name });
    },
    delete: (group, by) => {
      const barred = table<{ assigned_group_id: string; to_group_id: string }>("information_barriers").find(
        (policy) => policy.assigned_group_id === group.id || policy.to_group_id === group.id,
      );
      if (barred) {
        const message =
          "Group cannot be deleted. Information Barriers policies have been applied to this group.";
        throw zoomError(400, 200, message);
      }
      forget(group.id);
      for (const user of members(group.id)) user.group_ids = user.group_ids.filter((id) => id !== group.id);
      groups.delete(group.id);
      tell("group.deleted", by, { id: group.id, name: group.name });
    },
    addMembers: (group, people, by) => {
      const fresh = people.filter((user) => !user.group_ids.includes(group.id));
      for (const user of fresh) user.group_ids = [...user.group_ids, group.id];
      if (fresh.length > 0) tell("group.member_added", by, { id: group.id, members: named(fresh) });
    },
    removeMember: (group, user, by) => {
      if (!user.group_ids.includes(group.id))
        throw zoomError(404, 4131, `Member does not exist: ${user.id}.`);
      user.group_ids = user.group_ids.filter((id) => id !== group.id);
      tell("group.member_deleted", by, { id: group.id, members: named([user]) });
    },
    setPrimary: (group, user, by) => {
      const [before] = user.group_ids;
      if (before === group.id) return;
      user.group_ids = [group.id, ...user.group_ids.filter((one) => one !== group.id)];
      const { id } = user;
      emit(
        "user.updated",
        {
          ...{ operator: by.email, operator_id: by.id, time_stamp: clock.nowMs() },
          ...{ object: { id, primary_group_id: group.id }, old_object: { id, primary_group_id: before } },
        },
        { userId: id },
      );
    },
    addAdmins: (group, people, by) => {
      const fresh = people.filter(({ id }) => !group.admin_ids.includes(id));
      if (group.admin_ids.length + fresh.length > MAX_ADMINS)
        throw zoomError(400, 300, `A group has at most ${MAX_ADMINS} admins.`);
      group.admin_ids.push(...fresh.map(({ id }) => id));
      if (fresh.length > 0) tell("group.admin_added", by, { id: group.id, admins: named(fresh) });
    },
    removeAdmin: (group, user, by) => {
      group.admin_ids = group.admin_ids.filter((id) => id !== user.id);
      tell("group.admin_deleted", by, { id: group.id, admins: named([user]) });
    },
    lock: (group, locks, by) => {
      const { id } = group;
      const old = structuredClone(group.lock_settings);
      for (const [section, values] of Object.entries(locks))
        group.lock_settings[section] = { ...group.lock_settings[section], ...values };
      tell("group.lock_settings_updated", by, { id, settings: locks }, { id, settings: old });
    },
  };
}
