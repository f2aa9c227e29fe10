import type { Group } from "../resources/groups/group-changes.ts";
import type { User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import { type Pages, withNotice } from "./admin.ts";
import { addGroup, groupList, groupPage, type Rights } from "./group-views.ts";
import { paged } from "./paged.ts";
import { peopleNamed } from "./people-named.ts";
import { peopleCount } from "./people-text.ts";
import type { PortalParts } from "./portal-pages.ts";
import { changedSettings, settingsBefore } from "./settings-matrix.ts";

const HERE = "/portal/groups";

/** User Management > Groups: list, add, members, admins, settings and locks. */
export function groupPages(parts: PortalParts, pages: Pages): void {
  const { sandbox, sessions, groupChanges } = parts;
  const settings = parts.settingDocuments.groupSettings;
  const { users, roles, table } = sandbox;
  const groups = table<Group>("groups");

  const named = (id = ""): Group => {
    const group = groups.get(id);
    if (group === undefined) throw zoomError(404, 4130, `A group with this ${id} does not exist.`);
    return group;
  };
  const rights = (user: User): Rights => ({
    csrf: sessions.csrf(user),
    mayEdit: roles.allows(user, "Group:Edit"),
  });

  pages.get(HERE, "Group:Read", (c, user) => {
    const counts = new Map<string, number>();
    for (const { group_ids } of users.all())
      for (const id of group_ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    return pages.show(c, user, {
      ...{ title: "Groups", here: HERE, body: groupList(groups.all(), counts, rights(user)) },
    });
  });

  pages.get(`${HERE}/new`, "Group:Edit", (c, user) =>
    pages.show(c, user, { title: "Add Group", here: HERE, body: addGroup(sessions.csrf(user)) }),
  );

  pages.post(HERE, "Group:Edit", (_, user, form) => {
    const group = groupChanges.create(form.text("name"), form.text("description"), user);
    return withNotice(`${HERE}/${group.id}`, `Added the group ${group.name}.`);
  });

  pages.get(`${HERE}/:id`, "Group:Read", (c, user) => {
    const group = named(c.req.param("id"));
    const query = c.req.query();
    const body = groupPage({
      ...{ group, query, tab: query["tab"] ?? "members" },
      ...rights(user),
      settings: settings.read(group.id),
      members: paged(groupChanges.members(group.id), query["page"]),
      admins: group.admin_ids.flatMap((id) => users.find(id) ?? []),
    });
    return pages.show(c, user, { title: group.name, here: HERE, body });
  });

  pages.post(`${HERE}/:id`, "Group:Edit", (c, user, form) => {
    const group = named(c.req.param("id"));
    groupChanges.update(group, { name: form.text("name"), description: form.text("description") }, user);
    return withNotice(`${HERE}/${group.id}?tab=profile`, "Saved the group.");
  });

  pages.post(`${HERE}/:id/settings`, "Group:Edit", (c, user, form) => {
    const group = named(c.req.param("id"));
    const { id } = group;
    const change = changedSettings(form, "on", settings.read(id));
    if (Object.keys(change).length > 0) {
      settings.change(id, change);
      sandbox.emit("group.settings_updated", {
        ...{ operator: user.email, operator_id: user.id, time_stamp: sandbox.clock.now().getTime() },
        ...{ object: { id, settings: change }, old_object: { id, settings: settingsBefore(change) } },
      });
    }
    const locks = changedSettings(form, "locked", group.lock_settings);
    if (Object.keys(locks).length > 0) groupChanges.lock(group, locks, user);
    return withNotice(`${HERE}/${id}?tab=settings`, "Saved the group's settings.");
  });

  pages.confirmed(
    `${HERE}/:id/delete`,
    "Group:Edit",
    (c) => {
      const { id, name } = named(c.req.param("id"));
      const { length } = groupChanges.members(id);
      const what = `${peopleCount(length)} in it stay in the account and lose the group's settings. It cannot be had back.`;
      return { title: `Delete the group ${name}`, what, label: "Delete", here: HERE, back: `${HERE}/${id}` };
    },
    (c, user) => {
      const group = named(c.req.param("id"));
      groupChanges.delete(group, user);
      return withNotice(HERE, `Deleted the group ${group.name}.`);
    },
  );

  const list = (
    tab: "members" | "admins",
    add: (group: Group, people: User[], by: User) => void,
    remove: (group: Group, user: User, by: User) => void,
  ): void => {
    pages.post(`${HERE}/:id/${tab}`, "Group:Edit", (c, user, form) => {
      const group = named(c.req.param("id"));
      const people = peopleNamed(users, form);
      add(group, people, user);
      return withNotice(
        `${HERE}/${group.id}?tab=${tab}`,
        `Added ${people.map(({ email }) => email).join(", ")}.`,
      );
    });
    pages.post(`${HERE}/:id/${tab}/:userId/remove`, "Group:Edit", (c, user) => {
      const group = named(c.req.param("id"));
      const person = users.named(c.req.param("userId") ?? "");
      remove(group, person, user);
      return withNotice(`${HERE}/${group.id}?tab=${tab}`, `Removed ${person.email}.`);
    });
  };
  list("members", groupChanges.addMembers, groupChanges.removeMember);
  list("admins", groupChanges.addAdmins, groupChanges.removeAdmin);
}
