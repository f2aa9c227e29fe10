import { html } from "hono/html";
import type { Group } from "../resources/groups/group-changes.ts";
import type { Role, User } from "../sandbox.ts";
import { askButton } from "./confirmation.ts";
import { buttonForm, csrfField, type Markup } from "./layout.ts";
import { pageLinks, type Paged } from "./paged.ts";
import { USER_TYPES } from "./people-text.ts";

const HERE = "/portal/users";
const TABS = [
  ["users", "Users"],
  ["pending", "Pending"],
  ["advanced", "Advanced"],
] as const;

/** What the list shows. */
export interface UserList {
  readonly list: Paged<User>;
  readonly pending: number;
  readonly roles: readonly Role[];
  readonly groups: readonly Group[];
  readonly query: Readonly<Record<string, string>>;
  readonly csrf: string;
  readonly mayEdit: boolean;
  readonly mayGroup: boolean;
}

/** The rows that the query asks for: its tab, its words, its role, type and group. */
export function matching(people: readonly User[], query: Readonly<Record<string, string>>): User[] {
  const words = (query["q"] ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const { role, type, group } = query;
  const pending = query["tab"] === "pending";
  return people.filter((user) => {
    if ((user.status === "pending") !== pending) return false;
    if (role && user.role_id !== role) return false;
    if (type && user.type !== Number(type)) return false;
    if (group && !user.group_ids.includes(group)) return false;
    if (words.length === 0) return true;
    const text = `${user.display_name} ${user.email} ${user.dept} ${user.job_title}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The Users page with its tabs Users, Pending and Advanced. */
export function userList(parts: UserList): Markup {
  const tab = parts.query["tab"] ?? "users";
  return html`<div class="head"><h1>Users</h1>${
    parts.mayEdit
      ? html`<div class="actions"><form action="${HERE}/import"><button>Import</button></form>
          <form action="${HERE}/export.csv"><button>Export</button></form>
          <form action="${HERE}/new"><button class="primary">Add Users</button></form></div>`
      : ""
  }</div>
    <nav class="tabs" aria-label="Users">${TABS.map(
      ([name, title]) =>
        html`<a href="${HERE}?tab=${name}" ${name === tab ? html`aria-current="page"` : ""}>${title}${name === "pending" ? ` (${parts.pending})` : ""}</a>`,
    )}</nav>
    ${tab === "pending" ? pendingTab(parts) : tab === "advanced" ? advancedTab(parts) : usersTab(parts)}`;
}

function search({ query, roles, groups }: UserList, tab: string): Markup {
  const choice = (name: string, title: string, options: readonly (readonly [string, string])[]): Markup =>
    html`<div><label for="${name}">${title}</label><select id="${name}" name="${name}"><option value="">All</option>${options.map(
      ([value, text]) =>
        html`<option value="${value}" ${query[name] === value ? "selected" : ""}>${text}</option>`,
    )}</select></div>`;
  return html`<form class="search" method="get" role="search"><input type="hidden" name="tab" value="${tab}" />
    <div><label for="q">Search</label><input id="q" name="q" type="search" value="${query["q"] ?? ""}" placeholder="Name, email, department" /></div>
    ${choice(
      "role",
      "Role",
      roles.map(({ id, name }) => [id, name] as const),
    )}
    ${choice("type", "Type", Object.entries(USER_TYPES))}
    ${
      groups.length > 0
        ? choice(
            "group",
            "Group",
            groups.map(({ id, name }) => [id, name] as const),
          )
        : ""
    }
    <button>Search</button></form>`;
}

function usersTab(parts: UserList): Markup {
  const { list, roles, groups, csrf, mayEdit, mayGroup } = parts;
  const roleName = new Map(roles.map(({ id, name }) => [id, name]));
  const groupName = new Map(groups.map(({ id, name }) => [id, name]));
  const row = (user: User): Markup => html`<tr>
    ${mayEdit ? html`<td><input type="checkbox" name="ids" value="${user.id}" aria-label="Choose ${user.email}" /></td>` : ""}
    <td>${user.email}</td><td>${user.display_name}</td><td>${USER_TYPES[user.type]}</td><td>${roleName.get(user.role_id) ?? ""}</td>
    <td>${user.dept}</td>${groups.length > 0 ? html`<td>${user.group_ids.map((id) => groupName.get(id) ?? "").join(", ")}</td>` : ""}<td>${user.status === "active" ? "Active" : "Deactivated"}</td>
    <td><a href="${HERE}/${user.id}" aria-label="${mayEdit ? "Edit" : "See"} ${user.email}">${mayEdit ? "Edit" : "See"}</a></td></tr>`;
  const columns = ["Email", "Name", "Type", "Role", "Department", "Groups", "Status", "Action"].filter(
    (title) => title !== "Groups" || groups.length > 0,
  );
  const body = html`<div class="scroll"><table><thead><tr>${mayEdit ? html`<th>Choose</th>` : ""}${columns.map(
    (title) => html`<th>${title}</th>`,
  )}</tr></thead><tbody>${list.rows.map(row)}</tbody></table></div>${list.total === 0 ? html`<p class="soft">Nobody fits.</p>` : ""}`;
  return html`${search(parts, "users")}<section class="card">${
    mayEdit
      ? html`<form method="post" action="${HERE}/bulk">${csrfField(csrf)}${body}
          <div class="actions"><label for="action" style="margin:0">With the chosen</label><select id="action" name="action" style="width:auto">
            <option value="activate">Activate</option><option value="deactivate">Deactivate</option><option value="unlink">Unlink</option><option value="delete">Delete</option>
            ${[1, 2].map((type) => html`<option value="type:${type}">Make ${USER_TYPES[type]}</option>`)}
            ${mayGroup ? groups.map(({ id, name }) => html`<option value="group:${id}">Add to group ${name}</option>`) : ""}</select>
          <button>Apply</button></div></form>`
      : body
  }${pageLinks(list, HERE, parts.query)}</section>`;
}

function pendingTab(parts: UserList): Markup {
  const { list, csrf, mayEdit } = parts;
  if (list.total === 0 && !parts.query["q"])
    return html`<section class="card"><p class="soft">Nobody is invited.</p></section>`;
  return html`<section class="card"><p class="soft">An invitation ends after 30 days. In this sandbox nobody gets mail: an admin accepts for them.</p>
    <table><thead><tr><th>Email</th><th>Type</th><th>Invitation ends</th><th>Actions</th></tr></thead><tbody>${list.rows.map(
      (
        user,
      ) => html`<tr><td>${user.email}</td><td>${USER_TYPES[user.type]}</td><td>${user.invitation_expires_at?.slice(0, 10)}</td>
        <td>${
          mayEdit
            ? html`<div class="row">${buttonForm(`${HERE}/${user.id}/accept`, csrf, "Accept invitation", { about: `of ${user.email}` })}
                ${buttonForm(`${HERE}/${user.id}/resend`, csrf, "Resend", { about: user.email })}
                ${askButton(`${HERE}/${user.id}/delete`, "Delete", user.email)}</div>`
            : ""
        }</td></tr>`,
    )}</tbody></table>${pageLinks(list, HERE, parts.query)}</section>`;
}

function advancedTab({ roles, mayEdit }: UserList): Markup {
  return html`<section class="card"><h2>Many at once</h2>
      <p><a href="${HERE}/export.csv">Export all users as CSV</a>${mayEdit ? html`, or <a href="${HERE}/import">import users from CSV</a>` : ""}.</p></section>
    <section class="card"><h2>By role</h2><ul>${roles.map(
      ({ id, name }) => html`<li><a href="${HERE}?role=${id}">${name}</a></li>`,
    )}</ul></section>`;
}
