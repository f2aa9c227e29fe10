import type { Group } from "../resources/groups/group-changes.ts";
import type { Role, User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Pages } from "./admin.ts";
import { withNotice } from "./admin.ts";
import type { Form } from "./form.ts";
import { paged } from "./paged.ts";
import { emailsIn, isEmail } from "./people-text.ts";
import type { PortalParts } from "./portal-pages.ts";
import { userActs } from "./user-acts.ts";
import { exportCsv, importCsv } from "./user-csv.ts";
import { textsOf, typeOf } from "./user-fields.ts";
import { addUsers, editUser, importUsers, seeUser } from "./user-forms.ts";
import { matching, userList } from "./user-list.ts";
import { createUserReach } from "./user-reach.ts";

const HERE = "/portal/users";

/** User Management > Users: list, add, edit with role and groups, CSV; what is done to people is beside it. */
export function userPages(parts: PortalParts, pages: Pages): void {
  const { sandbox, sessions, userChanges, roleChanges, groupChanges } = parts;
  const { users, roles, table } = sandbox;
  const groups = table<Group>("groups");
  const reach = createUserReach(sandbox);

  const mayGroup = (by: User): boolean => roles.allows(by, "Group:Edit");
  const groupsFor = (by: User): Group[] | undefined => (mayGroup(by) ? groups.all() : undefined);

  pages.get(HERE, "User:Read", (c, user) => {
    const query = c.req.query();
    const all = reach.all(user, "User:Read");
    const list = paged(matching(all, query), query["page"]);
    const body = userList({
      ...{ list, roles: roles.all(), groups: groups.all(), query, csrf: sessions.csrf(user) },
      pending: all.reduce((count, { status }) => count + (status === "pending" ? 1 : 0), 0),
      ...{ mayEdit: roles.allows(user, "User:Edit"), mayGroup: mayGroup(user) },
    });
    return pages.show(c, user, { title: "Users", here: HERE, body });
  });

  pages.get(`${HERE}/new`, "User:Edit", (c, user) => {
    const body = addUsers(groupsFor(user), sessions.csrf(user));
    return pages.show(c, user, { title: "Add Users", here: HERE, body });
  });

  pages.post(HERE, "User:Edit", (_, user, form) => {
    const emails = emailsIn(form.text("emails"));
    if (emails.length === 0) throw zoomError(400, 300, "Enter at least one email address.");
    for (const email of emails) {
      if (!isEmail(email)) throw zoomError(400, 300, `${email} is not an email address.`);
      if (users.byEmail(email) !== undefined) throw zoomError(409, 1005, `${email} has already been used.`);
    }
    const fields = { type: typeOf(form), ...textsOf(form) };
    const chosen = chosenGroups(form, user);
    const made = emails.map((email) => userChanges.create("create", { email, ...fields }, user));
    for (const group of chosen) groupChanges.addMembers(group, made, user);
    return withNotice(`${HERE}?tab=pending`, `Invited ${emails.join(", ")}.`);
  });

  pages.get(`${HERE}/export.csv`, "User:Read", (c, user) => {
    c.header("content-type", "text/csv; charset=utf-8");
    c.header("content-disposition", 'attachment; filename="users.csv"');
    return c.body(exportCsv(reach.all(user, "User:Read"), roles.all(), groups.all()));
  });

  pages.get(`${HERE}/import`, "User:Edit", (c, user) =>
    pages.show(c, user, { title: "Import users", here: HERE, body: importUsers(sessions.csrf(user)) }),
  );

  pages.post(`${HERE}/import`, "User:Edit", async (_, user, form) => {
    const rows = importCsv((await form.file("file")) || form.text("csv"), groups.all());
    if (rows.length === 0) throw zoomError(400, 300, "The file names nobody.");
    for (const { email, groups: into } of rows) {
      const before = users.byEmail(email);
      if (before !== undefined) reach.check(user, before);
      if (into.some(({ id }) => before?.group_ids.includes(id) !== true)) checkGroups(user);
    }
    let invited = 0;
    for (const { email, fields, type, groups: into } of rows) {
      const before = users.byEmail(email);
      const given = { ...fields, ...(type !== undefined && { type }) };
      if (before !== undefined) userChanges.update(before, given, user);
      const person = before ?? userChanges.create("create", { email, ...given }, user);
      if (before === undefined) invited += 1;
      for (const group of into) groupChanges.addMembers(group, [person], user);
    }
    return withNotice(HERE, `Invited ${invited} and updated ${rows.length - invited} people.`);
  });

  userActs(parts, pages);

  pages.get(`${HERE}/:id`, "User:Read", (c, user) => {
    const row = reach.named(user, c.req.param("id"), "User:Read");
    const role = roles.find(row.role_id);
    const page = { csrf: sessions.csrf(user), groups: groupsFor(user), choices: choicesOf(row, user), role };
    const body = roles.allows(user, "User:Edit") ? editUser(row, page) : seeUser(row, role, groups.all());
    return pages.show(c, user, { title: row.email, here: HERE, body });
  });

  /** The roles that the person may give; none where their own may not edit roles, or nobody gives that one. */
  function choicesOf(row: User, by: User): Role[] | undefined {
    const isAdmins = (id: string): boolean => id === "1" && by.role_id !== "0";
    if (row.role_id === "0" || isAdmins(row.role_id) || !roles.allows(by, "Role:Edit")) return undefined;
    return roles.all().filter(({ id }) => id !== "0" && !isAdmins(id));
  }

  pages.post(`${HERE}/:id`, "User:Edit", (c, user, form) => {
    const row = reach.named(user, c.req.param("id"));
    const texts = textsOf(form);
    const type = form.has("type") ? { type: typeOf(form, row.type) } : {};
    const wanted = form.has("group_ids") ? chosenGroups(form, user) : undefined;
    const role = newRole(row, form.text("role_id"), user);
    // All of it is right: from here on it is saved.
    if (role?.id === "2") roleChanges.unassign(roles.find(row.role_id) ?? role, row, user);
    else if (role !== undefined) roleChanges.assign(role, [row], user);
    userChanges.update(row, { ...type, ...texts }, user);
    if (wanted !== undefined) putInGroups(row, wanted, user);
    return withNotice(HERE, `Saved ${row.email}.`);
  });

  /** The role to give, when it is another one. @throws {ZoomError} */
  function newRole(row: User, roleId: string, by: User): Role | undefined {
    if (roleId === "" || roleId === row.role_id) return undefined;
    const refuse = (says: string) =>
      zoomError(400, 200, `User Role: ${says}`, [{ field: "role_id", message: says }]);
    const role = roles.find(roleId);
    if (role === undefined) throw refuse("choose a role of this account.");
    if (role.id === "0" || row.role_id === "0") throw refuse("an account has one owner, who stays it.");
    // Zoom: only the owner may promote to Admin (zoom-api.md 4.8).
    if ([role.id, row.role_id].includes("1") && by.role_id !== "0")
      throw refuse("only the owner may make an admin, or take that role away.");
    if (!roles.allows(by, "Role:Edit")) throw refuse("your role may not edit roles.");
    return role;
  }

  function checkGroups(by: User): void {
    if (!mayGroup(by)) {
      const message = "your role may not edit groups.";
      throw zoomError(400, 200, `User Groups: ${message}`, [{ field: "group_ids", message }]);
    }
  }

  /** @throws {ZoomError} */
  function chosenGroups(form: Form, by: User): Group[] {
    const ids = form.list("group_ids").filter(Boolean);
    if (form.has("group_ids")) checkGroups(by);
    return ids.map((id) => {
      const group = groups.get(id);
      if (group === undefined) throw zoomError(404, 4130, `A group with this ${id} does not exist.`);
      return group;
    });
  }

  function putInGroups(row: User, wanted: readonly Group[], by: User): void {
    for (const id of row.group_ids) {
      const group = groups.get(id);
      if (group !== undefined && !wanted.includes(group)) groupChanges.removeMember(group, row, by);
    }
    for (const group of wanted) groupChanges.addMembers(group, [row], by);
  }
}
