import { html } from "hono/html";
import type { TrackingField } from "../resources/tracking-fields/tracking-fields.ts";
import { checkTrackingField, renameTracked } from "../resources/tracking-fields/tracking-fields.ts";
import { zoomError } from "../sandbox.ts";
import { type Pages, withNotice } from "./admin.ts";
import type { Form } from "./form.ts";
import { askButton } from "./confirmation.ts";
import { csrfField, type Markup, wide } from "./layout.ts";
import type { PortalParts } from "./portal-pages.ts";

const HERE = "/portal/tracking-fields";
const READ = "ScheduleTrackingFields:Read";
const EDIT = "ScheduleTrackingFields:Edit";

/** Account Management > Tracking fields: list, add, change, delete. */
export function trackingPages({ sandbox, sessions }: PortalParts, pages: Pages): void {
  const { table, ids, roles } = sandbox;
  const fields = table<TrackingField>("tracking_fields");

  const named = (id = ""): TrackingField => {
    const field = fields.get(id);
    if (field === undefined) throw zoomError(404, 5110, `Tracking field does not exist: ${id}.`);
    return field;
  };
  const given = (form: Form): Omit<TrackingField, "id"> => ({
    field: form.text("field"),
    recommended_values: form
      .text("recommended_values")
      .split(/\r?\n/)
      .map((text) => text.trim())
      .filter(Boolean),
    required: form.text("required") === "true",
    visible: form.text("visible") === "true",
  });

  pages.get(HERE, READ, (c, user) => {
    const mayEdit = roles.allows(user, EDIT);
    const all = fields.all();
    const body = html`<div class="head"><h1>Tracking fields</h1>${
      mayEdit
        ? html`<div class="actions"><form action="${HERE}/new"><button class="primary">Add Tracking Field</button></form></div>`
        : ""
    }</div>
      <section class="card">${
        all.length === 0
          ? html`<p class="soft">There is no tracking field.</p>`
          : wide(
              "Tracking fields",
              html`<table><thead><tr><th>Field</th><th>Values</th><th>Required</th><th>Shown in invitations</th></tr></thead><tbody>${all.map(
                ({ id, field, recommended_values, required, visible }) =>
                  html`<tr><th scope="row">${mayEdit ? html`<a href="${HERE}/${id}">${field}</a>` : field}</th><td>${recommended_values.join(", ")}</td><td>${required ? "Yes" : "No"}</td><td>${visible ? "Yes" : "No"}</td></tr>`,
              )}</tbody></table>`,
            )
      }</section>`;
    return pages.show(c, user, { title: "Tracking fields", here: HERE, body });
  });

  pages.get(`${HERE}/new`, EDIT, (c, user) => {
    const body = fieldForm(HERE, sessions.csrf(user));
    return pages.show(c, user, { title: "Add Tracking Field", here: HERE, body });
  });
  pages.post(HERE, EDIT, (_, __, form) => {
    const row: TrackingField = { id: ids.key(), ...given(form) };
    checkTrackingField(fields.all(), row.field);
    fields.set(row.id, row);
    return withNotice(HERE, `Added ${row.field}.`);
  });

  pages.get(`${HERE}/:id`, EDIT, (c, user) => {
    const row = named(c.req.param("id"));
    const body = fieldForm(`${HERE}/${row.id}`, sessions.csrf(user), row);
    return pages.show(c, user, { title: row.field, here: HERE, body });
  });
  pages.post(`${HERE}/:id`, EDIT, (c, _, form) => {
    const row = named(c.req.param("id"));
    const change = given(form);
    checkTrackingField(fields.all(), change.field, row);
    const { field } = row;
    Object.assign(row, change);
    renameTracked({ table }, field, row.field);
    return withNotice(HERE, `Saved ${row.field}.`);
  });
  pages.confirmed(
    `${HERE}/:id/delete`,
    EDIT,
    (c) => {
      const { id, field } = named(c.req.param("id"));
      const what = "What meetings and webinars say of it is deleted with it and cannot be had back.";
      const back = `${HERE}/${id}`;
      return { title: `Delete the tracking field ${field}`, what, label: "Delete", here: HERE, back };
    },
    (c) => {
      const row = named(c.req.param("id"));
      fields.delete(row.id);
      renameTracked({ table }, row.field, undefined);
      return withNotice(HERE, `Deleted ${row.field}.`);
    },
  );
}

function fieldForm(action: string, csrf: string, row?: TrackingField): Markup {
  const flag = (name: "required" | "visible", title: string): Markup =>
    html`<label class="in"><input type="checkbox" name="${name}" value="true" ${row?.[name] ? "checked" : ""} /> ${title}</label>`;
  return html`<section class="card narrow"><h1>${row?.field ?? "Add Tracking Field"}</h1><form method="post" action="${action}">${csrfField(csrf)}
      <label for="field">Field</label><input id="field" name="field" maxlength="128" value="${row?.field ?? ""}" required />
      <label for="recommended_values">Values to offer, one a line</label><textarea id="recommended_values" name="recommended_values" rows="5">${row?.recommended_values.join("\n") ?? ""}</textarea>
      ${flag("required", "Must be filled in to schedule a meeting")}${flag("visible", "Shown in invitations")}
      <div class="actions"><button class="primary">${row ? "Save" : "Add"}</button><a class="button" href="${HERE}">Cancel</a></div></form></section>
    ${row ? html`<section class="card narrow">${askButton(`${HERE}/${row.id}/delete`, "Delete this field")}</section>` : ""}`;
}
