import type { Group } from "../resources/groups/group-changes.ts";
import { mayChange } from "../resources/roles/role-changes.ts";
import type { Role, User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Pages } from "./admin.ts";
import { withNotice } from "./admin.ts";
import { paged } from "./paged.ts";
import { peopleNamed } from "./people-named.ts";
import { peopleCount } from "./people-text.ts";
import type { PortalParts } from "./portal-pages.ts";
import {
  addRole,
  roleList,
  roleMembers,
  rolePage,
  type RoleRights,
  roleSettings,
  SHOWN_PRIVILEGES,
} from "./role-views.ts";

const HERE = "/portal/roles";

/** The privileges that the page narrows to groups. */
const USER_PRIVILEGES = ["User:Read", "User:Edit"];

/** User Management > Roles: list, add, settings by privilege, members. */
export function rolePages({ sandbox, sessions, roleChanges }: PortalParts, pages: Pages): void {
  const { users, roles, table } = sandbox;

  const named = (id = ""): Role => {
    const role = roles.find(id);
    if (role === undefined) throw zoomError(404, 1034, `There is no role ${id}.`);
    return role;
  };

  const rightsOf = (user: User, role: Role): RoleRights => {
    const { id } = role;
    const edits = roles.allows(user, "Role:Edit") && mayChange(role, user);
    return {
      csrf: sessions.csrf(user),
      settings: edits && id !== "0",
      members: edits && id !== "0" && id !== "2",
      remove: edits && id.startsWith("R"),
    };
  };

  pages.get(HERE, "Role:Read", (c, user) => {
    const counts = roleChanges.counts();
    const form = { csrf: sessions.csrf(user), mayEdit: roles.allows(user, "Role:Edit") };
    return pages.show(c, user, { title: "Roles", here: HERE, body: roleList(roles.all(), counts, form) });
  });

  pages.get(`${HERE}/new`, "Role:Edit", (c, user) =>
    pages.show(c, user, { title: "Add Role", here: HERE, body: addRole(sessions.csrf(user)) }),
  );

  pages.post(HERE, "Role:Edit", (_, __, form) => {
    const role = roleChanges.create(form.text("name"), form.text("description"), []);
    return withNotice(`${HERE}/${role.id}`, `Added the role ${role.name}. Now choose what it may do.`);
  });

  pages.get(`${HERE}/:id`, "Role:Read", (c, user) => {
    const role = named(c.req.param("id"));
    const rights = rightsOf(user, role);
    const query = c.req.query();
    const tab = query["tab"] === "members" ? "members" : "settings";
    const body =
      tab === "members"
        ? roleMembers(role, paged(roleChanges.members(role.id), query["page"]), rights, query)
        : roleSettings(role, rights, table<Group>("groups").all());
    return pages.show(c, user, { title: role.name, here: HERE, body: rolePage(role, tab, rights, body) });
  });

  pages.post(`${HERE}/:id/settings`, "Role:Edit", (c, by, form) => {
    const role = named(c.req.param("id"));
    const given = form.list("privileges");
    // What the page has no box for stays as it was.
    const unshown = role.privileges.filter((name) => !SHOWN_PRIVILEGES.has(name));
    const group_ids = form.list("user_groups").filter((id) => id !== "");
    const privilege_scopes =
      group_ids.length === 0 ? [] : USER_PRIVILEGES.map((permission_id) => ({ permission_id, group_ids }));
    roleChanges.update(
      role,
      {
        ...(form.has("user_groups") ? { privilege_scopes } : {}),
        privileges: [...new Set([...unshown, ...given])],
        ...(form.has("name") ? { name: form.text("name") } : {}),
        ...(form.has("description") ? { description: form.text("description") } : {}),
      },
      by,
    );
    return withNotice(`${HERE}/${role.id}`, "Saved the role's settings.");
  });

  const members = (role: Role): string => `${HERE}/${role.id}?tab=members`;

  pages.post(`${HERE}/:id/members`, "Role:Edit", (c, by, form) => {
    const role = named(c.req.param("id"));
    const people = peopleNamed(users, form);
    roleChanges.assign(role, people, by);
    return withNotice(members(role), `Added ${people.map(({ email }) => email).join(", ")}.`);
  });

  pages.post(`${HERE}/:id/members/:userId/remove`, "Role:Edit", (c, by) => {
    const role = named(c.req.param("id"));
    const user = users.named(c.req.param("userId") ?? "");
    roleChanges.unassign(role, user, by);
    return withNotice(members(role), `Removed ${user.email}.`);
  });

  pages.confirmed(
    `${HERE}/:id/delete`,
    "Role:Edit",
    (c) => {
      const { id, name } = named(c.req.param("id"));
      const { length } = roleChanges.members(id);
      const what = `${peopleCount(length)} with this role become members, and apps that act for them may do what members may. It cannot be had back.`;
      return { title: `Delete the role ${name}`, what, label: "Delete", here: HERE, back: `${HERE}/${id}` };
    },
    (c, by) => {
      const role = named(c.req.param("id"));
      roleChanges.delete(role, by);
      return withNotice(HERE, `Deleted the role ${role.name}.`);
    },
  );
}
