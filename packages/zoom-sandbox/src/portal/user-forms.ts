import { html } from "hono/html";
import type { Group } from "../resources/groups/group-changes.ts";
import type { Role, User } from "../sandbox.ts";
import { askButton } from "./confirmation.ts";
import { buttonForm, csrfField, type Markup } from "./layout.ts";
import { peopleCount, USER_TYPES } from "./people-text.ts";
import { COLUMNS, EXPORT_ONLY } from "./user-csv.ts";
import { DETAILS, detailFields, groupChoice, MOST_CHARACTERS, typeChoice } from "./user-fields.ts";

const HERE = "/portal/users";

/** Add Users. */
export function addUsers(groups: readonly Group[] | undefined, csrf: string): Markup {
  return html`<section class="card narrow"><h1>Add Users</h1>
    <form method="post" action="${HERE}">${csrfField(csrf)}
      <label for="emails">Email addresses <small>(several: separated by commas)</small></label><textarea id="emails" name="emails" rows="2" required></textarea>
      ${typeChoice(1)}${detailFields()}${groupChoice(groups)}
      <div class="actions"><button class="primary">Add</button><a class="button" href="${HERE}">Cancel</a></div>
    </form></section>`;
}

/** What the page of one person offers. */
export interface UserPage {
  /** The roles to choose from; without them the role is shown only. */
  readonly choices: readonly Role[] | undefined;
  readonly role: Role | undefined;
  /** The groups to choose from; without them they are shown only. */
  readonly groups: readonly Group[] | undefined;
  readonly csrf: string;
}

const STATES = { active: "active", pending: "invited", inactive: "deactivated" } as const;

function standingOf({ display_name, status, last_login_time }: User): Markup {
  const last = last_login_time ? `, last signed in ${last_login_time.slice(0, 10)}` : "";
  return html`<p class="soft">${display_name}, ${STATES[status]}${last}</p>`;
}

/** One person, for who may look at people only. */
export function seeUser(row: User, role: Role | undefined, groups: readonly Group[]): Markup {
  const inGroups = groups.filter(({ id }) => row.group_ids.includes(id)).map(({ name }) => name);
  const rows: readonly (readonly [string, string])[] = [
    ...[["User Type", USER_TYPES[row.type] ?? ""] as const, ["User Role", role?.name ?? ""] as const],
    ...DETAILS.map(([name, title]) => [title, row[name]] as const),
    ["User Groups", inGroups.join(", ")],
  ];
  return html`<section class="card narrow"><h1>${row.email}</h1>${standingOf(row)}
    <dl>${rows.map(([title, value]) => html`<dt>${title}</dt><dd>${value || "N/A"}</dd>`)}</dl></section>`;
}

/** Edit one person. */
export function editUser(row: User, { choices, role, groups, csrf }: UserPage): Markup {
  const path = `${HERE}/${row.id}`;
  return html`<section class="card narrow"><h1>Edit ${row.email}</h1>
    ${standingOf(row)}
    <form method="post" action="${path}">${csrfField(csrf)}
      <div class="pair"><div><label for="first_name">First name</label><input id="first_name" name="first_name" maxlength="${MOST_CHARACTERS}" value="${row.first_name}" /></div>
      <div><label for="last_name">Last name</label><input id="last_name" name="last_name" maxlength="${MOST_CHARACTERS}" value="${row.last_name}" /></div></div>
      ${typeChoice(row.type)}
      ${
        choices === undefined
          ? html`<h3>User Role</h3><p class="soft">${role?.name}</p>`
          : html`<label for="role_id">User Role</label><select id="role_id" name="role_id">${choices.map(
              ({ id, name }) =>
                html`<option value="${id}" ${id === row.role_id ? "selected" : ""}>${name}</option>`,
            )}</select>`
      }
      ${detailFields(row)}${groupChoice(groups, row.group_ids)}
      <div class="actions"><button class="primary">Save</button><a class="button" href="${HERE}">Cancel</a></div>
    </form></section>
    ${row.role_id === "0" ? "" : standing(row, path, csrf)}`;
}

function standing(row: User, path: string, csrf: string): Markup {
  const about = row.email;
  return html`<section class="card narrow"><h2>Membership</h2><div class="actions">
    ${
      row.status === "active"
        ? buttonForm(`${path}/deactivate`, csrf, "Deactivate", { about })
        : row.status === "pending"
          ? buttonForm(`${path}/accept`, csrf, "Accept invitation", { about: `of ${about}` })
          : buttonForm(`${path}/activate`, csrf, "Activate", { about })
    }
    ${askButton(`${path}/delete`, row.status === "pending" ? "Take back the invitation" : "Unlink or delete", row.status === "pending" ? `of ${about}` : about)}</div></section>`;
}

const TRANSFERS = [
  ["transfer_meetings", "Meetings to come"],
  ["transfer_webinars", "Webinars to come"],
  ["transfer_recordings", "Cloud recordings"],
  ["transfer_whiteboards", "Whiteboards"],
] as const;

function transferFields(): Markup {
  return html`<fieldset><legend>Transfer to another person</legend>${TRANSFERS.map(
    ([name, title]) =>
      html`<label class="in"><input type="checkbox" name="${name}" value="true" checked /> ${title}</label>`,
  )}
    <label for="transfer_email">Email of who gets it <small>(empty: nothing is transferred)</small></label><input id="transfer_email" name="transfer_email" type="email" /></fieldset>`;
}

const UNLINKED = "Unlinked, people keep an account of their own, outside this one.";
const DELETED = "Deleted, their account is gone.";
const LEFT = "What is not transferred is deleted with them.";

/** Unlink or delete many people at once, and who gets what was theirs. */
export function removeUsers(action: "unlink" | "delete", rows: readonly User[], csrf: string): Markup {
  const verb = action === "unlink" ? "Unlink" : "Delete";
  return html`<section class="card narrow"><h1>${verb} ${peopleCount(rows.length)}?</h1>
    <p>${action === "unlink" ? UNLINKED : DELETED} ${LEFT}</p>
    <ul>${rows.map(({ email }) => html`<li>${email}</li>`)}</ul>
    <form method="post" action="${HERE}/bulk">${csrfField(csrf)}<input type="hidden" name="action" value="${action}" /><input type="hidden" name="confirmed" value="true" />
      ${rows.map(({ id }) => html`<input type="hidden" name="ids" value="${id}" />`)}${transferFields()}
      <div class="actions"><button class="danger">${verb}</button><a class="button" href="${HERE}">Cancel</a></div></form></section>`;
}

/** Unlink or delete a person, and who gets what was theirs. */
export function deleteUser(row: User, csrf: string): Markup {
  return html`<section class="card narrow"><h1>Unlink or delete ${row.email}</h1>
    <p>${UNLINKED} ${DELETED} ${LEFT}</p>
    <form method="post" action="${HERE}/${row.id}/delete">${csrfField(csrf)}${transferFields()}
      <div class="actions"><button class="danger">Delete</button><button formaction="${HERE}/${row.id}/unlink">Unlink</button><a class="button" href="${HERE}/${row.id}">Cancel</a></div>
    </form></section>`;
}

/** Import people from CSV. */
export function importUsers(csrf: string): Markup {
  return html`<section class="card narrow"><h1>Import users</h1>
    <p>The first line names the columns. Only Email is needed; the order is free.</p><p><code>${COLUMNS.filter((name) => !EXPORT_ONLY.has(name)).join(",")}</code></p>
    <p class="soft">Who is in the account already is updated, and an empty cell changes nothing; others are invited. Several groups of a person are separated by semicolons. Roles are given on the page of a person or a role.</p>
    <form method="post" action="${HERE}/import" enctype="multipart/form-data">${csrfField(csrf)}
      <label for="file">CSV file</label><input id="file" name="file" type="file" accept=".csv,text/csv" />
      <label for="csv">Or paste it</label><textarea id="csv" name="csv" rows="6"></textarea>
      <div class="actions"><button class="primary">Import</button><a class="button" href="${HERE}">Cancel</a></div></form></section>`;
}
