import { html } from "hono/html";
import type { Group } from "../resources/groups/group-changes.ts";
import type { User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Form } from "./form.ts";
import type { Markup } from "./layout.ts";
import { USER_TYPES } from "./people-text.ts";

/** What a person's record says besides the name. */
export const DETAILS = [
  ["dept", "Department"],
  ["manager", "Manager"],
  ["job_title", "Job Title"],
  ["location", "Location"],
] as const;

/** Name of a detail. */
type Detail = (typeof DETAILS)[number][0];

/** The details that a form gives. */
export function detailsOf(form: Form): Partial<Record<Detail, string>> {
  return Object.fromEntries(DETAILS.flatMap(([name]) => (form.has(name) ? [[name, form.text(name)]] : [])));
}

/** The type that a form gives. @throws {ZoomError} */
export function typeOf(form: Form): number {
  const type = Number(form.text("type") || "1");
  if (!(type in USER_TYPES)) throw zoomError(400, 300, "type: must be 1 (Basic), 2 (Licensed), 4 or 99.");
  return type;
}

/** The choice of type. */
export function typeChoice(chosen: number): Markup {
  return html`<label for="type">User Type</label><select id="type" name="type">${Object.entries(
    USER_TYPES,
  ).map(
    ([value, label]) =>
      html`<option value="${value}" ${Number(value) === chosen ? "selected" : ""}>${label}</option>`,
  )}</select>`;
}

/** The fields of the details, filled from a person's record. */
export function detailFields(row?: User): Markup {
  return html`<div class="pair">${DETAILS.map(
    ([name, label]) =>
      html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" maxlength="128" value="${row?.[name] ?? ""}" /></div>`,
  )}</div>`;
}

/** The groups to choose; `chosen` are those the person is in. */
export function groupChoice(groups: readonly Group[], chosen: readonly string[] = []): Markup {
  if (groups.length === 0)
    return html`<h3>User Groups</h3><p class="soft">N/A: the account has no groups.</p>`;
  return html`<fieldset><legend>User Groups</legend><input type="hidden" name="group_ids" value="" />${groups.map(
    ({ id, name }) =>
      html`<label class="in"><input type="checkbox" name="group_ids" value="${id}" ${chosen.includes(id) ? "checked" : ""} /> ${name}</label>`,
  )}</fieldset>`;
}
