import type { Group } from "../resources/groups/group-changes.ts";
import type { Role } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Pages } from "./admin.ts";
import { withNotice } from "./admin.ts";
import { paged } from "./paged.ts";
import { emailsIn } from "./people-text.ts";
import type { PortalParts } from "./portal-pages.ts";
import { addRole, roleList, roleMembers, rolePage, roleSettings, SHOWN_PRIVILEGES } from "./role-views.ts";

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
    const csrf = sessions.csrf(user);
    const query = c.req.query();
    const tab = query["tab"] === "members" ? "members" : "settings";
    const body =
      tab === "members"
        ? roleMembers(role, paged(roleChanges.members(role.id), query["page"]), csrf, query)
        : roleSettings(role, csrf, table<Group>("groups").all());
    return pages.show(c, user, { title: role.name, here: HERE, body: rolePage(role, tab, csrf, body) });
  });

  pages.post(`${HERE}/:id/settings`, "Role:Edit", (c, _, form) => {
    const role = named(c.req.param("id"));
    const given = form.list("privileges");
    // What the page has no box for stays as it was.
    const unshown = role.privileges.filter((name) => !SHOWN_PRIVILEGES.has(name));
    const group_ids = form.list("user_groups").filter((id) => id !== "");
    const privilege_scopes =
      group_ids.length === 0 ? [] : USER_PRIVILEGES.map((permission_id) => ({ permission_id, group_ids }));
    roleChanges.update(role, {
      ...(form.has("user_groups") ? { privilege_scopes } : {}),
      privileges: [...new Set([...unshown, ...given])],
      ...(form.has("name") ? { name: form.text("name") } : {}),
      ...(form.has("description") ? { description: form.text("description") } : {}),
    });
    return withNotice(`${HERE}/${role.id}`, "Saved the role's settings.");
  });

  const members = (role: Role): string => `${HERE}/${role.id}?tab=members`;

  pages.post(`${HERE}/:id/members`, "Role:Edit", (c, by, form) => {
    const role = named(c.req.param("id"));
    // Zoom: only the owner may promote to Admin (zoom-api.md 4.8).
    if (role.id === "1" && by.role_id !== "0") throw zoomError(400, 200, "Only the owner may make an admin.");
    const emails = emailsIn(form.text("emails"));
    const people = emails.map((email) => {
      const user = users.byEmail(email);
      if (user === undefined) throw zoomError(404, 1001, `${email} is not a user of this account.`);
      return user;
    });
    roleChanges.assign(role, people);
    return withNotice(members(role), `Added ${emails.join(", ")}.`);
  });

  pages.post(`${HERE}/:id/members/:userId/remove`, "Role:Edit", (c) => {
    const role = named(c.req.param("id"));
    const user = users.named(c.req.param("userId") ?? "");
    roleChanges.unassign(role, user);
    return withNotice(members(role), `Removed ${user.email}.`);
  });

  pages.post(`${HERE}/:id/delete`, "Role:Edit", (c) => {
    const role = named(c.req.param("id"));
    roleChanges.delete(role);
    return withNotice(HERE, `Deleted the role ${role.name}.`);
  });
}
