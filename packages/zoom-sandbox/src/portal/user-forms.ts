import { html } from "hono/html";
import type { Group } from "../resources/groups/group-changes.ts";
import type { Role, User } from "../sandbox.ts";
import { buttonForm, csrfField, type Markup } from "./layout.ts";
import { COLUMNS } from "./user-csv.ts";
import { detailFields, groupChoice, typeChoice } from "./user-fields.ts";

const HERE = "/portal/users";

/** Add Users. */
export function addUsers(groups: readonly Group[], csrf: string): Markup {
  return html`<section class="card narrow"><h1>Add Users</h1>
    <form method="post" action="${HERE}">${csrfField(csrf)}
      <label for="emails">Email addresses <small>(several: separated by commas)</small></label><textarea id="emails" name="emails" rows="2" required></textarea>
      ${typeChoice(1)}${detailFields()}${groupChoice(groups)}
      <div class="actions"><button class="primary">Add</button><a class="button" href="${HERE}">Cancel</a></div>
    </form></section>`;
}

/** Edit one person. */
export function editUser(
  row: User,
  {
    roles,
    groups,
    csrf,
  }: { readonly roles: readonly Role[]; readonly groups: readonly Group[]; readonly csrf: string },
): Markup {
  const choices = roles.filter(({ id }) => (row.role_id === "0" ? id === "0" : id !== "0"));
  const path = `${HERE}/${row.id}`;
  return html`<section class="card narrow"><h1>Edit ${row.email}</h1>
    <p class="soft">${row.display_name}, ${row.status === "active" ? "active" : row.status === "pending" ? "invited" : "deactivated"}${row.last_login_time ? `, last signed in ${row.last_login_time.slice(0, 10)}` : ""}</p>
    <form method="post" action="${path}">${csrfField(csrf)}
      <div class="pair"><div><label for="first_name">First name</label><input id="first_name" name="first_name" maxlength="64" value="${row.first_name}" /></div>
      <div><label for="last_name">Last name</label><input id="last_name" name="last_name" maxlength="64" value="${row.last_name}" /></div></div>
      ${typeChoice(row.type)}
      <label for="role_id">User Role</label><select id="role_id" name="role_id">${choices.map(
        ({ id, name }) =>
          html`<option value="${id}" ${id === row.role_id ? "selected" : ""}>${name}</option>`,
      )}</select>
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
    <form action="${path}/delete"><button class="danger" aria-label="Unlink or delete ${about}">Unlink or delete…</button></form></div></section>`;
}

const TRANSFERS = [
  ["transfer_meetings", "Meetings to come"],
  ["transfer_webinars", "Webinars to come"],
  ["transfer_recordings", "Cloud recordings"],
  ["transfer_whiteboards", "Whiteboards"],
] as const;

/** Unlink or delete a person, and who gets what was theirs. */
export function deleteUser(row: User, csrf: string): Markup {
  return html`<section class="card narrow"><h1>Unlink or delete ${row.email}</h1>
    <p>Unlinked, the person keeps an account of their own, outside this one. Deleted, it is gone. What is not transferred is deleted with them.</p>
    <form method="post" action="${HERE}/${row.id}/delete">${csrfField(csrf)}
      <fieldset><legend>Transfer to another person</legend>${TRANSFERS.map(
        ([name, title]) =>
          html`<label class="in"><input type="checkbox" name="${name}" value="true" checked /> ${title}</label>`,
      )}
        <label for="transfer_email">Email of who gets it <small>(empty: nothing is transferred)</small></label><input id="transfer_email" name="transfer_email" type="email" /></fieldset>
      <div class="actions"><button class="danger">Delete</button><button formaction="${HERE}/${row.id}/unlink">Unlink</button><a class="button" href="${HERE}/${row.id}">Cancel</a></div>
    </form></section>`;
}

/** Import people from CSV. */
export function importUsers(csrf: string): Markup {
  return html`<section class="card narrow"><h1>Import users</h1>
    <p>The first line names the columns. Only Email is needed; the order is free.</p><p><code>${COLUMNS.filter((name) => name !== "User Role" && name !== "Status").join(",")}</code></p>
    <p class="soft">Who is in the account already is updated; others are invited. Roles are given on the page of a person or a role.</p>
    <form method="post" action="${HERE}/import" enctype="multipart/form-data">${csrfField(csrf)}
      <label for="file">CSV file</label><input id="file" name="file" type="file" accept=".csv,text/csv" />
      <label for="csv">Or paste it</label><textarea id="csv" name="csv" rows="6"></textarea>
      <div class="actions"><button class="primary">Import</button><a class="button" href="${HERE}">Cancel</a></div></form></section>`;
}
