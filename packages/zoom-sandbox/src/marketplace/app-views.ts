import { html } from "hono/html";
import { csrfField, type Markup } from "../portal/layout.ts";
import { type App, APP_KINDS, type Install } from "./app.ts";
import { featureFields } from "./feature-fields.ts";

const REASONS = [
  "I no longer need the app",
  "It does not work as expected",
  "It is too hard to use",
  "I have security or privacy concerns",
  "I use another app",
  "Another reason",
];

/** Develop > Created apps, with the form that builds one. */
export function createdApps(apps: readonly App[], csrf: string): Markup {
  return html`<h1>Created apps</h1><section class="card">${
    apps.length === 0
      ? html`<p class="soft">You have built no app yet.</p>`
      : html`<table><thead><tr><th>Name</th><th>Kind</th><th>Client ID</th><th>State</th></tr></thead><tbody>${apps.map(
          (app) =>
            html`<tr><td><a href="/marketplace/apps/${app.id}">${app.name}</a></td><td>${APP_KINDS[app.kind]}</td>
              <td><code>${app.kind === "webhook_only" ? "" : app.client_id}</code></td><td>${app.active ? "Active" : "Deactivated"}</td></tr>`,
        )}</tbody></table>`
  }</section>
    <details class="card" ${apps.length === 0 ? "open" : ""}><summary>Build app</summary>
      <form method="post" action="/marketplace/apps">${csrfField(csrf)}
      <label for="name">App name</label><input id="name" name="name" maxlength="50" required />
      <label for="kind">Kind of app</label><select id="kind" name="kind">${Object.entries(APP_KINDS).map(
        ([value, label]) => html`<option value="${value}">${label}</option>`,
      )}</select>
      ${featureFields()}
      <label for="scopes">Scopes, classic or granular, one a line <small>(or pick them afterwards)</small></label>
      <textarea id="scopes" name="scopes" rows="4"></textarea>
      <div class="actions"><button class="primary">Create</button></div></form></details>`;
}

/** An app with who added it. */
export interface AddedApp {
  readonly app: App;
  readonly install: Install;
}

/** Manage > Added Apps. */
export function addedApps(rows: readonly AddedApp[], nameOf: (userId: string) => string): Markup {
  return html`<h1>Added Apps</h1><section class="card">${
    rows.length === 0
      ? html`<p class="soft">No app has been added.</p>`
      : html`<table><thead><tr><th>App</th><th>Added by</th><th>Reaches</th><th>Added</th><th>Action</th></tr></thead><tbody>${rows.map(
          ({ app, install }) =>
            html`<tr><th scope="row">${app.name}</th><td>${nameOf(install.user_id)}</td><td>${install.account_level ? "the account" : "one person"}</td>
          <td>${day(install.added_at)}</td><td><a class="button danger" href="/marketplace/added/${install.id}/remove" aria-label="Remove ${app.name}, added by ${nameOf(install.user_id)}">Remove</a></td></tr>`,
        )}</tbody></table>`
  }</section>`;
}

/** The Remove App window. */
export function removeDialog({ app, install }: AddedApp, by: string, csrf: string): Markup {
  return html`<section class="card narrow"><h1>Remove App</h1>
    <p><strong>${app.name}</strong>, added by ${by}, will lose its access at once and hear no more events.</p>
    <form method="post" action="/marketplace/added/${install.id}/remove">${csrfField(csrf)}${reasons()}
      <div class="actions"><button class="primary">Remove</button><a class="button" href="/marketplace/added">Cancel</a></div></form></section>`;
}

/** The drop-down of reasons to remove an app. */
export function reasons(): Markup {
  return html`<label for="reason">Reason for removing this app <small>(optional)</small></label>
    <select id="reason" name="reason"><option value="">Choose a reason</option>${REASONS.map((reason) => html`<option>${reason}</option>`)}</select>`;
}

/** A moment as people read it in lists. */
export function day(iso: string | undefined): string {
  return iso === undefined ? "" : iso.slice(0, 16).replace("T", " ");
}
