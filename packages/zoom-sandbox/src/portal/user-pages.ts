import type { Group } from "../resources/groups/group-changes.ts";
import type { Transfer, User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Pages } from "./admin.ts";
import { withNotice } from "./admin.ts";
import type { Form } from "./form.ts";
import { paged } from "./paged.ts";
import { emailsIn, isEmail } from "./people-text.ts";
import type { PortalParts } from "./portal-pages.ts";
import { exportCsv, importCsv } from "./user-csv.ts";
import { detailsOf, typeOf } from "./user-fields.ts";
import { addUsers, deleteUser, editUser, importUsers } from "./user-forms.ts";
import { matching, userList } from "./user-list.ts";

const HERE = "/portal/users";
const INVITATION_MS = 30 * 86_400_000;

/** User Management > Users: list, add, edit with role and groups, deactivate, delete, unlink, invitations, CSV. */
export function userPages(parts: PortalParts, pages: Pages): void {
  const { sandbox, sessions, userChanges, roleChanges, groupChanges } = parts;
  const { users, roles, clock, table } = sandbox;
  const groups = table<Group>("groups");

  const named = (id = ""): User => {
    const user = users.find(id);
    if (user === undefined) throw zoomError(404, 1001, `User does not exist: ${id}.`);
    return user;
  };
  const groupNamed = (id: string): Group => {
    const group = groups.get(id);
    if (group === undefined) throw zoomError(404, 4130, `A group with this ${id} does not exist.`);
    return group;
  };

  pages.get(HERE, "User:Read", (c, user) => {
    const query = c.req.query();
    const all = users.all();
    const list = paged(matching(all, query), query["page"]);
    const body = userList({
      ...{ list, roles: roles.all(), groups: groups.all(), query, csrf: sessions.csrf(user) },
      pending: all.reduce((count, { status }) => count + (status === "pending" ? 1 : 0), 0),
      mayEdit: roles.allows(user, "User:Edit"),
    });
    return pages.show(c, user, { title: "Users", here: HERE, body });
  });

  pages.get(`${HERE}/new`, "User:Edit", (c, user) => {
    const body = addUsers(groups.all(), sessions.csrf(user));
    return pages.show(c, user, { title: "Add Users", here: HERE, body });
  });

  pages.post(HERE, "User:Edit", (_, user, form) => {
    const emails = emailsIn(form.text("emails"));
    if (emails.length === 0) throw zoomError(400, 300, "Enter at least one email address.");
    for (const email of emails) {
      if (!isEmail(email)) throw zoomError(400, 300, `${email} is not an email address.`);
      if (users.byEmail(email) !== undefined) throw zoomError(409, 1005, `${email} has already been used.`);
    }
    const fields = { type: typeOf(form), ...detailsOf(form) };
    const chosen = form.list("group_ids").filter(Boolean).map(groupNamed);
    const made = emails.map((email) => userChanges.create("create", { email, ...fields }, user));
    for (const group of chosen) groupChanges.addMembers(group, made, user);
    return withNotice(`${HERE}?tab=pending`, `Invited ${emails.join(", ")}.`);
  });

  pages.get(`${HERE}/export.csv`, "User:Read", (c) => {
    c.header("content-type", "text/csv; charset=utf-8");
    c.header("content-disposition", 'attachment; filename="users.csv"');
    return c.body(exportCsv(users.all(), roles.all(), groups.all()));
  });

  pages.get(`${HERE}/import`, "User:Edit", (c, user) =>
    pages.show(c, user, { title: "Import users", here: HERE, body: importUsers(sessions.csrf(user)) }),
  );

  pages.post(`${HERE}/import`, "User:Edit", async (_, user, form) => {
    const rows = importCsv((await form.file("file")) || form.text("csv"));
    if (rows.length === 0) throw zoomError(400, 300, "The file names nobody.");
    const known = new Map(users.all().map((one) => [one.email.toLowerCase(), one]));
    let invited = 0;
    for (const { email, first_name, last_name, type, group, details } of rows) {
      const before = known.get(email.toLowerCase());
      const given = { type, ...details, ...(first_name && { first_name }), ...(last_name && { last_name }) };
      if (before !== undefined) userChanges.update(before, given, user);
      const person = before ?? userChanges.create("create", { email, ...given }, user);
      if (before === undefined) invited += 1;
      known.set(email.toLowerCase(), person);
      const into = groups.find(({ name }) => name.toLowerCase() === group.toLowerCase());
      if (into !== undefined) groupChanges.addMembers(into, [person], user);
    }
    return withNotice(HERE, `Invited ${invited} and updated ${rows.length - invited} people.`);
  });

  pages.post(`${HERE}/bulk`, "User:Edit", (_, user, form) => {
    const chosen = form.list("ids").map(named);
    if (chosen.length === 0) throw zoomError(400, 300, "Choose at least one person.");
    const [action = "", value = ""] = form.text("action").split(":");
    const run = bulk(action, value, user);
    for (const row of chosen) run(row);
    return withNotice(
      HERE,
      `Done for ${chosen.length === 1 ? chosen[0]?.email : `${chosen.length} people`}.`,
    );
  });

  function bulk(action: string, value: string, by: User): (row: User) => void {
    switch (action) {
      case "activate":
        return (row) => userChanges.setStatus(row, "active", by);
      case "deactivate":
        return (row) => userChanges.setStatus(row, "inactive", by);
      case "unlink":
        return (row) => userChanges.remove(row, "disassociate", by);
      case "delete":
        return (row) => userChanges.remove(row, "delete", by);
      case "type":
        return (row) => userChanges.update(row, { type: Number(value) === 2 ? 2 : 1 }, by);
      case "group": {
        const group = groupNamed(value);
        return (row) => groupChanges.addMembers(group, [row], by);
      }
      default:
        throw zoomError(400, 300, `There is no action ${action}.`);
    }
  }

  pages.get(`${HERE}/:id`, "User:Read", (c, user) => {
    const row = named(c.req.param("id"));
    const body = editUser(row, { roles: roles.all(), groups: groups.all(), csrf: sessions.csrf(user) });
    return pages.show(c, user, { title: row.email, here: HERE, body });
  });

  pages.post(`${HERE}/:id`, "User:Edit", (c, user, form) => {
    const row = named(c.req.param("id"));
    const roleId = form.text("role_id");
    if (roleId !== "" && roleId !== row.role_id) assignRole(row, roleId, user);
    const names = form.has("first_name")
      ? { first_name: form.text("first_name"), last_name: form.text("last_name") }
      : {};
    const type = form.has("type") ? { type: typeOf(form) } : {};
    userChanges.update(row, { ...type, ...names, ...detailsOf(form) }, user);
    if (form.has("group_ids")) putInGroups(row, form.list("group_ids").filter(Boolean), user);
    return withNotice(HERE, `Saved ${row.email}.`);
  });

  function putInGroups(row: User, wanted: readonly string[], by: User): void {
    for (const id of row.group_ids) {
      const group = groups.get(id);
      if (group !== undefined && !wanted.includes(id)) groupChanges.removeMember(group, row, by);
    }
    for (const id of wanted) groupChanges.addMembers(groupNamed(id), [row], by);
  }

  function assignRole(row: User, roleId: string, by: User): void {
    const role = roles.find(roleId);
    if (role === undefined) throw zoomError(400, 1034, "Choose a role of this account.");
    // Zoom: only the owner may promote to Admin (zoom-api.md 4.8).
    if (role.id === "1" && by.role_id !== "0") throw zoomError(400, 200, "Only the owner may make an admin.");
    if (!roles.allows(by, "Role:Edit")) throw zoomError(400, 200, "Your role may not edit roles.");
    const current = roles.find(row.role_id);
    if (role.id !== "2") roleChanges.assign(role, [row]);
    else if (current !== undefined) roleChanges.unassign(current, row);
  }

  pages.get(`${HERE}/:id/delete`, "User:Edit", (c, user) => {
    const row = named(c.req.param("id"));
    const body = deleteUser(row, sessions.csrf(user));
    return pages.show(c, user, { title: `Delete ${row.email}`, here: HERE, body });
  });

  function transferOf(row: User, form: Form): Transfer {
    const email = form.text("transfer_email");
    if (email === "") return {};
    const to = users.byEmail(email);
    if (to === undefined || to.id === row.id || to.status !== "active")
      throw zoomError(404, 1001, `${email} is no other active user of this account.`);
    return Object.fromEntries(
      ["meetings", "webinars", "recordings", "whiteboards"].flatMap((what) =>
        form.text(`transfer_${what}`) === "true" ? [[what, to]] : [],
      ),
    );
  }

  const act = (name: string, says: string, run: (row: User, by: User, form: Form) => void): void =>
    pages.post(`${HERE}/:id/${name}`, "User:Edit", (c, user, form) => {
      const row = named(c.req.param("id"));
      const back = row.status === "pending" ? `${HERE}?tab=pending` : HERE;
      run(row, user, form);
      return withNotice(back, `${says} ${row.email}.`);
    });
  act("activate", "Activated", (row, by) => userChanges.setStatus(row, "active", by));
  act("deactivate", "Deactivated", (row, by) => userChanges.setStatus(row, "inactive", by));
  act("delete", "Deleted", (row, by, form) => {
    const action = row.status === "pending" ? "disassociate" : "delete";
    userChanges.remove(row, action, by, transferOf(row, form));
  });
  act("unlink", "Unlinked", (row, by, form) =>
    userChanges.remove(row, "disassociate", by, transferOf(row, form)),
  );
  // The invited person would follow a link in an email; in the sandbox an admin may do it for them.
  act("accept", "Accepted the invitation of", (row) => userChanges.acceptInvitation(row));
  act("resend", "Sent the invitation again to", (row) => {
    if (row.status !== "pending") throw zoomError(400, 1120, "Invitation not found.");
    row.invitation_expires_at = new Date(clock.now().getTime() + INVITATION_MS).toISOString();
    sandbox.mail(row.email, "You are invited to a Zoom account", `Sign in at ${sandbox.origin()}/signin.`);
  });
}
