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
export type Detail = (typeof DETAILS)[number][0];

const NAMES = [
  ["first_name", "First name"],
  ["last_name", "Last name"],
] as const;

/** How long a name or a detail may be. */
export const MOST_CHARACTERS = 128;

/** The names and details that a form gives. @throws {ZoomError} */
export function textsOf(form: Form): Partial<Record<Detail | "first_name" | "last_name", string>> {
  return Object.fromEntries(
    [...NAMES, ...DETAILS].flatMap(([name, title]) => {
      if (!form.has(name)) return [];
      const text = form.text(name);
      if (text.length > MOST_CHARACTERS) {
        const message = `has ${text.length} characters; enter at most ${MOST_CHARACTERS}.`;
        throw zoomError(400, 300, `${title} ${message}`, [{ field: name, message }]);
      }
      return [[name, text]];
    }),
  );
}

// Zoom: None is for people who come by single sign-on alone (zoom-api.md 4.5).
const CHOSEN_BY_HAND: ReadonlySet<string> = new Set(["1", "2", "4"]);

/** The types to choose from; one that a person has already stays. */
function offeredTypes(present: number | undefined): string[] {
  const names = Object.keys(USER_TYPES);
  return names.filter((type) => CHOSEN_BY_HAND.has(type) || Number(type) === present);
}

/** The type that a form gives. @throws {ZoomError} */
export function typeOf(form: Form, present?: number): number {
  const type = form.text("type") || "1";
  const offered = offeredTypes(present);
  if (!offered.includes(type)) {
    const message = `must be one of ${offered.map((one) => `${one} (${USER_TYPES[Number(one)]})`).join(", ")}.`;
    throw zoomError(400, 300, `User Type ${message}`, [{ field: "type", message }]);
  }
  return Number(type);
}

/** The choice of type. */
export function typeChoice(chosen: number): Markup {
  return html`<label for="type">User Type</label><select id="type" name="type">${offeredTypes(chosen).map(
    (value) =>
      html`<option value="${value}" ${Number(value) === chosen ? "selected" : ""}>${USER_TYPES[Number(value)]}</option>`,
  )}</select>`;
}

/** The fields of the details, filled from a person's record. */
export function detailFields(row?: User): Markup {
  return html`<div class="pair">${DETAILS.map(
    ([name, label]) =>
      html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" maxlength="${MOST_CHARACTERS}" value="${row?.[name] ?? ""}" /></div>`,
  )}</div>`;
}

/** The groups to choose; `chosen` are those the person is in. Without groups, as the role edits none, there is no choice. */
export function groupChoice(groups: readonly Group[] | undefined, chosen: readonly string[] = []): Markup {
  if (groups === undefined)
    return html`<h3>User Groups</h3><p class="soft">Your role may not edit groups.</p>`;
  if (groups.length === 0)
    return html`<h3>User Groups</h3><p class="soft">N/A: the account has no groups.</p>`;
  return html`<fieldset><legend>User Groups</legend><input type="hidden" name="group_ids" value="" />${groups.map(
    ({ id, name }) =>
      html`<label class="in"><input type="checkbox" name="group_ids" value="${id}" ${chosen.includes(id) ? "checked" : ""} /> ${name}</label>`,
  )}</fieldset>`;
}
