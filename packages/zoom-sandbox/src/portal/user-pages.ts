import { html } from "hono/html";
import type { Role, User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Pages } from "./admin.ts";
import { withNotice } from "./admin.ts";
import type { Form } from "./form.ts";
import type { Markup } from "./layout.ts";
import { page } from "./layout.ts";
import type { PortalParts } from "./portal-pages.ts";

const HERE = "/portal/users";
const TYPES: Record<number, string> = { 1: "Basic", 2: "Licensed", 4: "Unassigned", 99: "None" };

/** User Management > Users: list, add, edit with role, deactivate, delete, unlink, accept an invitation. */
export function userPages({ sandbox, sessions, userChanges, roleChanges }: PortalParts, pages: Pages): void {
  const { users, roles } = sandbox;

  const named = (id: string): User => {
    const user = users.find(id);
    if (user === undefined) throw zoomError(404, 1001, `User does not exist: ${id}.`);
    return user;
  };

  pages.get(HERE, "User:Read", (c, user) => {
    const all = users.all();
    const csrf = sessions.csrf(user);
    return c.html(
      page({
        title: "Users",
        user,
        here: HERE,
        notice: c.req.query("notice"),
        body: html`<section class="card"><h1>Users</h1>
          <table><thead><tr><th>Email</th><th>Name</th><th>Type</th><th>Role</th><th>Department</th><th>Status</th><th>Action</th></tr></thead>
          <tbody>${all
            .filter((row) => row.status !== "pending")
            .map((row) => listRow(row, roles.find(row.role_id)))}</tbody></table></section>
          <section class="card"><h2>Pending</h2>${pendingList(
            all.filter((row) => row.status === "pending"),
            csrf,
          )}</section>
          ${addUsers(csrf)}`,
      }),
    );
  });

  pages.post(HERE, "User:Edit", (_, user, form) => {
    const emails = form
      .text("emails")
      .split(/[\s,;]+/)
      .filter(Boolean);
    if (emails.length === 0) throw zoomError(400, 300, "Enter at least one email address.");
    for (const email of emails) {
      if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
        throw zoomError(400, 300, `${email} is not an email address.`);
      if (users.byEmail(email) !== undefined) throw zoomError(409, 1005, `${email} has already been used.`);
    }
    const fields = { type: typeOf(form), ...details(form) };
    for (const email of emails) userChanges.create("create", { email, ...fields }, user);
    return withNotice(HERE, `Invited ${emails.join(", ")}.`);
  });

  pages.get(`${HERE}/:id`, "User:Read", (c, user) => {
    const row = named(c.req.param("id") ?? "");
    return c.html(
      page({
        title: row.email,
        user,
        here: HERE,
        notice: c.req.query("notice"),
        body: editUser(row, roles.all(), sessions.csrf(user)),
      }),
    );
  });

  pages.post(`${HERE}/:id`, "User:Edit", (c, user, form) => {
    const row = named(c.req.param("id") ?? "");
    const roleId = form.text("role_id");
    if (roleId !== "" && roleId !== row.role_id) assignRole(row, roleId, user);
    const given = { first_name: form.text("first_name"), last_name: form.text("last_name") };
    const names = form.has("first_name") ? given : {};
    userChanges.update(
      row,
      { ...(form.has("type") ? { type: typeOf(form) } : {}), ...names, ...details(form) },
      user,
    );
    return withNotice(HERE, `Saved ${row.email}.`);
  });

  function assignRole(row: User, roleId: string, by: User): void {
    const role = roles.find(roleId);
    if (role === undefined) throw zoomError(400, 1034, "Choose a role of this account.");
    // Zoom: only the owner may promote to Admin (zoom-api.md 4.8).
    if (!roles.allows(by, "Role:Edit") || (role.id === "1" && by.role_id !== "0")) {
      throw zoomError(
        400,
        200,
        role.id === "1" ? "Only the owner may make an admin." : "Your role may not edit roles.",
      );
    }
    const current = roles.find(row.role_id);
    if (role.id !== "2") roleChanges.assign(role, row);
    else if (current !== undefined) roleChanges.unassign(current, row);
  }

  const act = (name: string, says: string, run: (row: User, by: User) => void): void =>
    pages.post(`${HERE}/:id/${name}`, "User:Edit", (c, user) => {
      const row = named(c.req.param("id") ?? "");
      run(row, user);
      return withNotice(HERE, `${says} ${row.email}.`);
    });
  act("activate", "Activated", (row, by) => userChanges.setStatus(row, "active", by));
  act("deactivate", "Deactivated", (row, by) => userChanges.setStatus(row, "inactive", by));
  act("delete", "Deleted", (row, by) =>
    userChanges.remove(row, row.status === "pending" ? "disassociate" : "delete", by),
  );
  act("unlink", "Unlinked", (row, by) => userChanges.remove(row, "disassociate", by));
  // The invited person would follow a link in an email; in the sandbox an admin may do it for them.
  act("accept", "Accepted the invitation of", (row) => userChanges.acceptInvitation(row));
}

const DETAILS = [
  ["dept", "Department"],
  ["manager", "Manager"],
  ["job_title", "Job title"],
  ["location", "Location"],
] as const;

function details(form: Form): Partial<Record<(typeof DETAILS)[number][0], string>> {
  return Object.fromEntries(DETAILS.flatMap(([name]) => (form.has(name) ? [[name, form.text(name)]] : [])));
}

function typeOf(form: Form): number {
  const type = Number(form.text("type") || "1");
  if (!(type in TYPES)) throw zoomError(400, 300, "type: must be 1 (Basic), 2 (Licensed), 4 or 99.");
  return type;
}

function listRow(row: User, role: Role | undefined): Markup {
  return html`<tr>
    <td>${row.email}</td><td>${row.display_name}</td><td>${TYPES[row.type]}</td><td>${role?.name}</td>
    <td>${row.dept}</td><td>${row.status}</td>
    <td><a href="${HERE}/${row.id}" aria-label="Edit ${row.email}">Edit</a></td>
  </tr>`;
}

function pendingList(rows: readonly User[], csrf: string): Markup {
  if (rows.length === 0) return html`<p class="soft">Nobody is invited.</p>`;
  return html`<table><thead><tr><th>Email</th><th>Invitation ends</th><th>Action</th></tr></thead><tbody>${rows.map(
    (row) => html`<tr><td>${row.email}</td><td>${row.invitation_expires_at?.slice(0, 10)}</td>
      <td>${button(`${HERE}/${row.id}/accept`, "Accept invitation", row.email, csrf)} ${button(`${HERE}/${row.id}/delete`, "Delete", row.email, csrf)}</td></tr>`,
  )}</tbody></table>`;
}

function button(action: string, label: string, about: string, csrf: string): Markup {
  return html`<form class="inline" method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}" /><button aria-label="${label}: ${about}">${label}</button></form>`;
}

function typeChoice(chosen: number): Markup {
  return html`<label for="type">User type</label><select id="type" name="type">${Object.entries(TYPES).map(
    ([value, label]) =>
      html`<option value="${value}" ${Number(value) === chosen ? "selected" : ""}>${label}</option>`,
  )}</select>`;
}

function detailFields(row?: User): Markup {
  return html`${DETAILS.map(
    ([name, label]) =>
      html`<label for="${name}">${label}</label><input id="${name}" name="${name}" value="${row?.[name] ?? ""}" />`,
  )}`;
}

function addUsers(csrf: string): Markup {
  return html`<details class="card"><summary>Add Users</summary>
    <form method="post" action="${HERE}">
      <input type="hidden" name="csrf" value="${csrf}" />
      <label for="emails">Email addresses, separated by commas</label><textarea id="emails" name="emails" rows="2" required></textarea>
      ${typeChoice(1)}${detailFields()}
      <div class="actions"><button class="primary">Add</button></div>
    </form></details>`;
}

function editUser(row: User, roles: readonly Role[], csrf: string): Markup {
  const choices =
    row.role_id === "0" ? roles.filter(({ id }) => id === "0") : roles.filter(({ id }) => id !== "0");
  const status = row.status === "active" ? "deactivate" : "activate";
  return html`<section class="card narrow"><h1>Edit ${row.email}</h1>
    <form method="post" action="${HERE}/${row.id}">
      <input type="hidden" name="csrf" value="${csrf}" />
      <label for="first_name">First name</label><input id="first_name" name="first_name" value="${row.first_name}" />
      <label for="last_name">Last name</label><input id="last_name" name="last_name" value="${row.last_name}" />
      ${typeChoice(row.type)}
      <label for="role_id">User role</label><select id="role_id" name="role_id">${choices.map(
        (role) =>
          html`<option value="${role.id}" ${role.id === row.role_id ? "selected" : ""}>${role.name}</option>`,
      )}</select>
      ${detailFields(row)}
      <div class="actions"><button class="primary">Save</button></div>
    </form>
    <div class="actions">${button(`${HERE}/${row.id}/${status}`, status === "activate" ? "Activate" : "Deactivate", row.email, csrf)}
      ${button(`${HERE}/${row.id}/unlink`, "Unlink", row.email, csrf)} ${button(`${HERE}/${row.id}/delete`, "Delete", row.email, csrf)}</div>
  </section>`;
}
