/** Forms whose fields are the body of what people do in a session. */
import { html } from "hono/html";
import type { Participant } from "../people/session-rows.ts";
import type { Form } from "./form.ts";
import { buttonForm, csrfField, type Markup } from "./layout.ts";

/** Where the forms of a page go. */
export interface Desk {
  /** Of the meeting or webinar, such as `/portal/meetings/1`. */
  readonly path: string;
  readonly tab: string;
  readonly csrf: string;
}

/** A form that is one button: something that is done. */
export function doButton(
  desk: Desk,
  action: string,
  label: string,
  more: {
    readonly about?: string;
    readonly look?: "primary" | "danger";
    readonly fields?: Readonly<Record<string, string>>;
  } = {},
): Markup {
  const { fields = {}, ...rest } = more;
  return buttonForm(to(desk, action), desk.csrf, label, {
    ...rest,
    fields: html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`,
  });
}

/** A form with fields and a button. */
export function doForm(desk: Desk, action: string, label: string, fields: Markup): Markup {
  return html`<form method="post" action="${to(desk, action)}">${csrfField(desk.csrf)}${fields}<div class="actions"><button class="primary">${label}</button></div></form>`;
}

/** A card that opens to a form. */
export function formCard(desk: Desk, title: string, action: string, label: string, fields: Markup): Markup {
  return html`<details class="card"><summary>${title}</summary>${doForm(desk, action, label, fields)}</details>`;
}

/** A labelled text field; `prefix` keeps the ids of a page apart. */
export function textField(
  prefix: string,
  name: string,
  title: string,
  more: { readonly value?: string; readonly type?: string; readonly needed?: boolean } = {},
): Markup {
  const { value = "", type = "text", needed = false } = more;
  const id = `${prefix}-${name.replace(/\W/g, "-")}`;
  return html`<div><label for="${id}">${title}</label><input id="${id}" name="${name}" type="${type}" value="${value}" ${needed ? "required" : ""} /></div>`;
}

/** A labelled choice. */
export function choiceField(
  prefix: string,
  name: string,
  title: string,
  options: readonly (readonly [value: string, text: string])[],
): Markup {
  const id = `${prefix}-${name.replace(/\W/g, "-")}`;
  return html`<div><label for="${id}">${title}</label><select id="${id}" name="${name}">${options.map(
    ([value, text]) => html`<option value="${value}">${text}</option>`,
  )}</select></div>`;
}

/** A choice of who is in. */
export function personField(
  prefix: string,
  title: string,
  present: readonly Participant[],
  name = "user_id",
  first: readonly (readonly [string, string])[] = [],
): Markup {
  const people = present.map((stay) => [stay.user_id, stay.name] as const);
  return choiceField(prefix, name, title, [...first, ...people]);
}

/**
 * The body that the fields say: `to.email` is a field within a field; a name that ends in `?` is yes or no, in `#` a
 * number, in `[]` a list with one entry a line. Empty fields are left out.
 */
export function bodyOf(form: Form): object {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(form.all())) {
    // Names of other kinds are none of these forms' fields.
    if (!/^[a-z]/.test(name) || /\._/.test(name) || name === "csrf" || value.trim() === "") continue;
    const path = name.replace(/(\?|#|\[\])$/, "").split(".");
    put(body, path, typed(name, value.trim()));
  }
  return body;
}

function typed(name: string, value: string): unknown {
  if (name.endsWith("?")) return value === "true";
  if (name.endsWith("#")) return Number(value);
  if (!name.endsWith("[]")) return value;
  return value
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

function put(
  target: Record<string, unknown>,
  [first = "", ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = (target[first] ??= /^\d+$/.test(rest[0] ?? "") ? [] : {});
  // Lists and objects take a key alike.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  put(inner as Record<string, unknown>, rest, value);
}

function to({ path, tab }: Desk, action: string): string {
  return `${path}/do/${action}?tab=${tab}`;
}
