import { html } from "hono/html";
import { PRIVILEGE_NAMES, PRIVILEGES } from "../privileges.ts";
import type { Role, User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Pages } from "./admin.ts";
import { withNotice } from "./admin.ts";
import type { Markup } from "./layout.ts";
import { page } from "./layout.ts";
import type { PortalParts } from "./portal-pages.ts";

const HERE = "/portal/roles";

/** User Management > Roles: list, add, settings by privilege, members. */
export function rolePages({ sandbox, sessions, roleChanges }: PortalParts, pages: Pages): void {
  const { users, roles } = sandbox;

  const named = (id = ""): Role => {
    const role = roles.find(id);
    if (role === undefined) throw zoomError(404, 1034, `There is no role ${id}.`);
    return role;
  };

  pages.get(HERE, "Role:Read", (c, user) =>
    c.html(
      page({
        title: "Roles",
        user,
        here: HERE,
        notice: c.req.query("notice"),
        body: html`<section class="card"><h1>Roles</h1>
          <table><thead><tr><th>Role</th><th>Description</th><th>Members</th></tr></thead><tbody>${roles
            .all()
            .map(
              (role) =>
                html`<tr><td><a href="${HERE}/${role.id}">${role.name}</a></td><td>${role.description}</td><td>${roleChanges.members(role.id).length}</td></tr>`,
            )}</tbody></table></section>
          <details class="card"><summary>Add a Role</summary><form method="post" action="${HERE}">
            <input type="hidden" name="csrf" value="${sessions.csrf(user)}" />
            <label for="name">Role name</label><input id="name" name="name" maxlength="128" required />
            <label for="description">Role description</label><input id="description" name="description" maxlength="256" />
            <div class="actions"><button class="primary">Add</button></div></form></details>`,
      }),
    ),
  );

  pages.post(HERE, "Role:Edit", (_, __, form) => {
    const role = roleChanges.create(form.text("name"), form.text("description"), []);
    return withNotice(`${HERE}/${role.id}`, `Added the role ${role.name}.`);
  });

  pages.get(`${HERE}/:id`, "Role:Read", (c, user) => {
    const role = named(c.req.param("id"));
    const csrf = sessions.csrf(user);
    return c.html(
      page({
        title: role.name,
        user,
        here: HERE,
        notice: c.req.query("notice"),
        body: html`<h1>${role.name}</h1>${settings(role, csrf)}${members(role, roleChanges.members(role.id), csrf)}
          ${
            role.id.startsWith("R")
              ? html`<form method="post" action="${HERE}/${role.id}/delete"><input type="hidden" name="csrf" value="${csrf}" /><button class="danger">Delete this role</button></form>`
              : ""
          }`,
      }),
    );
  });

  pages.post(`${HERE}/:id/settings`, "Role:Edit", (c, _, form) => {
    const role = named(c.req.param("id"));
    const given = form.list("privileges");
    // What the page has no box for stays as it was.
    const unshown = role.privileges.filter((name) => !SHOWN.has(name));
    roleChanges.update(role, {
      privileges: [...new Set([...unshown, ...given])],
      ...(form.has("name") ? { name: form.text("name") } : {}),
      ...(form.has("description") ? { description: form.text("description") } : {}),
    });
    return withNotice(`${HERE}/${role.id}`, "Saved the role's settings.");
  });

  pages.post(`${HERE}/:id/members`, "Role:Edit", (c, _, form) => {
    const role = named(c.req.param("id"));
    const emails = form
      .text("emails")
      .split(/[\s,;]+/)
      .filter(Boolean);
    const people = emails.map((email) => {
      const user = users.byEmail(email);
      if (user === undefined) throw zoomError(404, 1001, `${email} is not a user of this account.`);
      return user;
    });
    for (const user of people) roleChanges.assign(role, user);
    return withNotice(`${HERE}/${role.id}`, `Added ${emails.join(", ")}.`);
  });

  pages.post(`${HERE}/:id/members/:userId/remove`, "Role:Edit", (c) => {
    const role = named(c.req.param("id"));
    const user = users.named(c.req.param("userId") ?? "");
    roleChanges.unassign(role, user);
    return withNotice(`${HERE}/${role.id}`, `Removed ${user.email}.`);
  });

  pages.post(`${HERE}/:id/delete`, "Role:Edit", (c) => {
    const role = named(c.req.param("id"));
    roleChanges.delete(role);
    return withNotice(HERE, `Deleted the role ${role.name}.`);
  });
}

const SHOWN: ReadonlySet<string> = new Set(
  PRIVILEGES.flatMap(({ name }) => [`${name}:Read`, `${name}:Edit`]).filter((name) =>
    PRIVILEGE_NAMES.has(name),
  ),
);

function settings(role: Role, csrf: string): Markup {
  const fixed = role.id === "0";
  const box = (offered: boolean, value: string, label: string): Markup =>
    offered
      ? html`<input type="checkbox" name="privileges" value="${value}" aria-label="${label}" ${role.privileges.includes(value) ? "checked" : ""} ${fixed ? "disabled" : ""} />`
      : html``;
  return html`<section class="card"><h2>Role Settings</h2>
    <form method="post" action="${HERE}/${role.id}/settings"><input type="hidden" name="csrf" value="${csrf}" />
    <table><thead><tr><th>Privilege</th><th>View</th><th>Edit</th></tr></thead><tbody>${PRIVILEGES.map(
      ({ name, title, view, edit }) =>
        html`<tr><td>${title}</td><td>${box(view, `${name}:Read`, `View ${title}`)}</td><td>${box(edit, `${name}:Edit`, `Edit ${title}`)}</td></tr>`,
    )}</tbody></table>
    ${fixed ? html`<p class="soft">The owner's role is fixed.</p>` : html`<div class="actions"><button class="primary">Save Changes</button></div>`}
    </form></section>`;
}

function members(role: Role, people: readonly User[], csrf: string): Markup {
  const fixed = role.id === "0" || role.id === "2";
  return html`<section class="card"><h2>Role Members</h2>
    <table><thead><tr><th>Email</th><th>Name</th><th>Action</th></tr></thead><tbody>${people.map(
      (user) =>
        html`<tr><td>${user.email}</td><td>${user.display_name}</td><td>${
          fixed
            ? ""
            : html`<form class="inline" method="post" action="${HERE}/${role.id}/members/${user.id}/remove"><input type="hidden" name="csrf" value="${csrf}" /><button aria-label="Remove ${user.email}">Remove</button></form>`
        }</td></tr>`,
    )}</tbody></table>
    ${
      fixed
        ? html`<p class="soft">Members of this role are not added by hand.</p>`
        : html`<form method="post" action="${HERE}/${role.id}/members"><input type="hidden" name="csrf" value="${csrf}" />
          <label for="emails">Add members by email, separated by commas</label><input id="emails" name="emails" required />
          <div class="actions"><button>Add members</button></div></form>`
    }</section>`;
}
