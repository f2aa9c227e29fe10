import { html } from "hono/html";
import type { Group } from "../resources/groups/group-changes.ts";
import type { User } from "../sandbox.ts";
import { askButton } from "./confirmation.ts";
import { buttonForm, csrfField, type Markup, wide } from "./layout.ts";
import { settingsMatrix, type SettingValues } from "./settings-matrix.ts";
import { pageLinks, type Paged } from "./paged.ts";

const HERE = "/portal/groups";

/** A form's token, and whether the person may change what is shown. */
export interface Rights {
  readonly csrf: string;
  readonly mayEdit: boolean;
}

/** The groups with how many people are in them. */
export function groupList(
  groups: readonly Group[],
  counts: ReadonlyMap<string, number>,
  { mayEdit }: Rights,
): Markup {
  return html`<div class="head"><h1>Groups</h1>${
    mayEdit
      ? html`<div class="actions"><form action="${HERE}/new"><button class="primary">Add Group</button></form></div>`
      : ""
  }</div>
    <section class="card">${
      groups.length === 0
        ? html`<p class="soft">There is no group yet.</p>`
        : html`<table><thead><tr><th>Group</th><th>Description</th><th>Members</th><th>Admins</th></tr></thead><tbody>${groups.map(
            ({ id, name, description, admin_ids }) =>
              html`<tr><th scope="row"><a href="${HERE}/${id}">${name}</a></th><td>${description}</td><td>${(counts.get(id) ?? 0).toLocaleString("en")}</td><td>${admin_ids.length}</td></tr>`,
          )}</tbody></table>`
    }</section>`;
}

/** Add Group. */
export function addGroup(csrf: string): Markup {
  return html`<section class="card narrow"><h1>Add Group</h1><form method="post" action="${HERE}">${csrfField(csrf)}
    <label for="name">Group Name</label><input id="name" name="name" maxlength="128" required />
    <label for="description">Description</label><input id="description" name="description" maxlength="256" />
    <div class="actions"><button class="primary">Add</button><a class="button" href="${HERE}">Cancel</a></div></form></section>`;
}

/** What a group's page shows. */
export interface GroupPage extends Rights {
  readonly group: Group;
  readonly tab: string;
  readonly members: Paged<User>;
  readonly admins: readonly User[];
  readonly query: Readonly<Record<string, string>>;
  readonly settings: SettingValues;
}

const TABS = [
  ["members", "Members"],
  ["admins", "Group admins"],
  ["settings", "Settings"],
  ["profile", "Profile"],
] as const;

/** A group: its members, its admins, its name. */
export function groupPage(parts: GroupPage): Markup {
  const { group, tab, mayEdit } = parts;
  const path = `${HERE}/${group.id}`;
  return html`<div class="head"><div><h1>${group.name}</h1><p class="soft">${group.description}</p></div>${
    mayEdit ? askButton(`${path}/delete`, "Delete this group") : ""
  }</div>
    <nav class="tabs" aria-label="Parts of the group">${TABS.map(
      ([name, title]) =>
        html`<a href="${path}?tab=${name}" ${name === tab ? html`aria-current="page"` : ""}>${title}</a>`,
    )}</nav>${drawTab(parts, path)}`;
}

function drawTab(parts: GroupPage, path: string): Markup {
  const { tab, group, csrf, settings, mayEdit } = parts;
  if (tab === "admins") return adminsTab(parts, path);
  if (tab === "profile") return profileTab(parts, path);
  if (tab !== "settings") return membersTab(parts, path);
  return html`<p class="soft">What is on is meant for the group's members; the API tells what is locked.</p>
    ${settingsMatrix(`${path}/settings`, csrf, { values: settings, locks: group.lock_settings, mayEdit })}`;
}

function addByEmail(path: string, what: string, csrf: string): Markup {
  return html`<section class="card"><form method="post" action="${path}">${csrfField(csrf)}
    <label for="emails">Add ${what} by email <small>(several: separated by commas)</small></label><input id="emails" name="emails" required />
    <div class="actions"><button class="primary">Add ${what}</button></div></form></section>`;
}

function peopleTable(people: readonly User[], path: string, { csrf, mayEdit }: Rights): Markup {
  return wide(
    "People",
    html`<table><thead><tr><th>Email</th><th>Name</th><th>Action</th></tr></thead><tbody>${people.map(
      ({ id, email, display_name }) =>
        html`<tr><td>${email}</td><td>${display_name}</td><td>${mayEdit ? buttonForm(`${path}/${id}/remove`, csrf, "Remove", { about: email }) : ""}</td></tr>`,
    )}</tbody></table>`,
  );
}

function membersTab(parts: GroupPage, path: string): Markup {
  return html`${parts.mayEdit ? addByEmail(`${path}/members`, "members", parts.csrf) : ""}
    <section class="card">${peopleTable(parts.members.rows, `${path}/members`, parts)}${pageLinks(parts.members, path, parts.query)}</section>`;
}

function adminsTab(parts: GroupPage, path: string): Markup {
  return html`${parts.mayEdit ? addByEmail(`${path}/admins`, "admins", parts.csrf) : ""}
    <section class="card">${
      parts.admins.length === 0
        ? html`<p class="soft">The group has no admin of its own.</p>`
        : peopleTable(parts.admins, `${path}/admins`, parts)
    }</section>`;
}

function profileTab({ group, csrf, mayEdit }: GroupPage, path: string): Markup {
  const off = mayEdit ? "" : "disabled";
  return html`<section class="card narrow"><form method="post" action="${path}">${csrfField(csrf)}
    <label for="name">Group Name</label><input id="name" name="name" maxlength="128" value="${group.name}" required ${off} />
    <label for="description">Description</label><input id="description" name="description" maxlength="256" value="${group.description}" ${off} />
    ${mayEdit ? html`<div class="actions"><button class="primary">Save</button></div>` : ""}</form></section>`;
}
