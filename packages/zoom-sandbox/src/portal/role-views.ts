import { html } from "hono/html";
import { PRIVILEGE_NAMES, PRIVILEGES } from "../privileges.ts";
import type { Role, User } from "../sandbox.ts";
import { askButton } from "./confirmation.ts";
import { buttonForm, csrfField, type Markup, wide } from "./layout.ts";
import { pageLinks, type Paged } from "./paged.ts";

const HERE = "/portal/roles";

/** The privileges that the matrix has boxes for. */
export const SHOWN_PRIVILEGES: ReadonlySet<string> = new Set(
  PRIVILEGES.flatMap(({ name }) => [`${name}:Read`, `${name}:Edit`]).filter((name) =>
    PRIVILEGE_NAMES.has(name),
  ),
);

/** The roles with how many hold them. */
export function roleList(
  roles: readonly Role[],
  counts: ReadonlyMap<string, number>,
  form: { readonly csrf: string; readonly mayEdit: boolean },
): Markup {
  return html`<div class="head"><h1>Roles</h1>${
    form.mayEdit
      ? html`<div class="actions"><form action="${HERE}/new"><button class="primary">Add Role</button></form></div>`
      : ""
  }</div>
    <section class="card"><table><thead><tr><th>Role</th><th>Description</th><th>Members</th><th>Action</th></tr></thead><tbody>${roles.map(
      ({ id, name, description }) =>
        html`<tr><th scope="row">${name}</th><td>${description}</td><td>${(counts.get(id) ?? 0).toLocaleString("en")}</td>
          <td><a href="${HERE}/${id}" aria-label="${form.mayEdit ? "Edit" : "See"} the role ${name}">${form.mayEdit ? "Edit" : "See"}</a></td></tr>`,
    )}</tbody></table></section>`;
}

/** Add Role. */
export function addRole(csrf: string): Markup {
  return html`<section class="card narrow"><h1>Add Role</h1><form method="post" action="${HERE}">${csrfField(csrf)}
    <label for="name">Role Name</label><input id="name" name="name" maxlength="128" required />
    <label for="description">Description</label><input id="description" name="description" maxlength="256" />
    <div class="actions"><button class="primary">Add</button><a class="button" href="${HERE}">Cancel</a></div></form></section>`;
}

/** A form's token, and what of the role the person may change. */
export interface RoleRights {
  readonly csrf: string;
  readonly settings: boolean;
  readonly members: boolean;
  readonly remove: boolean;
}

/** A role with its tabs Role Settings and Role Members. */
export function rolePage(role: Role, tab: string, rights: RoleRights, body: Markup): Markup {
  const path = `${HERE}/${role.id}`;
  const link = (name: string, title: string): Markup =>
    html`<a href="${path}?tab=${name}" ${name === tab ? html`aria-current="page"` : ""}>${title}</a>`;
  return html`<div class="head"><div><h1>${role.name}</h1><p class="soft">${role.description}</p></div>${
    rights.remove ? askButton(`${path}/delete`, "Delete this role") : ""
  }</div>
    <nav class="tabs" aria-label="Parts of the role">${link("settings", "Role Settings")}${link("members", "Role Members")}</nav>${body}`;
}

/** Role Settings: name, description, the matrix of privileges and whose people it reaches. */
export function roleSettings(
  role: Role,
  rights: RoleRights,
  groups: readonly { readonly id: string; readonly name: string }[],
): Markup {
  const { csrf, settings } = rights;
  const off = settings ? "" : "disabled";
  const box = (offered: boolean, value: string, label: string): Markup =>
    offered
      ? html`<input type="checkbox" name="privileges" value="${value}" aria-label="${label}" ${role.id === "0" || role.privileges.includes(value) ? "checked" : ""} ${off} />`
      : html`<span class="soft" aria-hidden="true">–</span>`;
  const names = html`<div class="pair"><div><label for="name">Role Name</label><input id="name" name="name" maxlength="128" value="${role.name}" required ${off} /></div>
    <div><label for="description">Description</label><input id="description" name="description" maxlength="256" value="${role.description}" ${off} /></div></div>`;
  const reached = new Set(role.privilege_scopes?.flatMap(({ group_ids }) => group_ids));
  // The empty value says that the form was sent with no group chosen: the privilege reaches everybody.
  const reach = html`<fieldset><legend>Users: only people of these groups <small>(none chosen: everybody)</small></legend>
    <input type="hidden" name="user_groups" value="" />${groups.map(
      ({ id, name }) =>
        html`<label class="in"><input type="checkbox" name="user_groups" value="${id}" ${reached.has(id) ? "checked" : ""} ${off} /> ${name}</label>`,
    )}</fieldset>`;
  return html`<section class="card"><form method="post" action="${HERE}/${role.id}/settings">${csrfField(csrf)}
    ${role.id.startsWith("R") ? names : ""}
    <table class="matrix"><thead><tr><th>Privilege</th><th>View</th><th>Edit</th></tr></thead><tbody>${PRIVILEGES.map(
      ({ name, title, view, edit }) =>
        html`<tr><th scope="row">${title}</th><td>${box(view, `${name}:Read`, `View ${title}`)}</td><td>${box(edit, `${name}:Edit`, `Edit ${title}`)}</td></tr>`,
    )}</tbody></table>
    ${role.id.startsWith("R") && groups.length > 0 ? reach : ""}
    ${settings ? html`<div class="actions"><button class="primary">Save Changes</button></div>` : html`<p class="soft">${FIXED[role.id] ?? "Your role may look at roles, and not change them."}</p>`}
    </form></section>`;
}

/** Why the settings of these cannot be changed here. */
const FIXED: Readonly<Record<string, string>> = {
  "0": "The owner's role is fixed: it may do everything.",
  "1": "Only the account's owner changes what admins may do.",
};

/** Why nobody is added to these here. */
const NOT_BY_HAND: Readonly<Record<string, string>> = {
  "0": "An account has one owner.",
  "1": "Only the account's owner makes people admins, and members again.",
  "2": "Everybody without another role is a member: nobody is added by hand.",
};

/** Role Members: add by email, remove. */
export function roleMembers(
  role: Role,
  people: Paged<User>,
  rights: RoleRights,
  query: Readonly<Record<string, string>>,
): Markup {
  const { csrf, members } = rights;
  const says = NOT_BY_HAND[role.id] ?? "Your role may look at who has this one, and not change it.";
  const path = `${HERE}/${role.id}`;
  return html`<section class="card">${
    !members
      ? html`<p class="soft">${says}</p>`
      : html`<form method="post" action="${path}/members">${csrfField(csrf)}
          <label for="emails">Add members by email <small>(several: separated by commas)</small></label><input id="emails" name="emails" required />
          <div class="actions"><button class="primary">Add members</button></div></form>`
  }</section>
    <section class="card">${wide(
      "Members",
      html`<table><thead><tr><th>Email</th><th>Name</th><th>Action</th></tr></thead><tbody>${people.rows.map(
        ({ id, email, display_name }) =>
          html`<tr><td>${email}</td><td>${display_name}</td><td>${!members ? "" : buttonForm(`${path}/members/${id}/remove`, csrf, "Remove", { about: email })}</td></tr>`,
      )}</tbody></table>`,
    )}${pageLinks(people, path, query)}</section>`;
}
