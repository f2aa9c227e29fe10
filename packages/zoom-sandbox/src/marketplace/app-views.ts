import { html } from "hono/html";
import type { Markup } from "../portal/layout.ts";
import type { App, AppKind, EventSubscription, Install } from "./app.ts";

/** The kinds of app as people read them. */
export const KINDS: Record<AppKind, string> = {
  user_managed: "General app, user-managed",
  admin_managed: "General app, admin-managed",
  server_to_server: "Server-to-server OAuth",
  webhook_only: "Webhook only",
};

const REASONS = [
  "I no longer need it",
  "It does not work as expected",
  "I have security concerns",
  "Another reason",
];

const token = (csrf: string): Markup => html`<input type="hidden" name="csrf" value="${csrf}" />`;

/** The form that creates an app. */
export function newApp(csrf: string): Markup {
  return html`<details class="card"><summary>Create app</summary><form method="post" action="/marketplace/apps">${token(csrf)}
    <label for="name">App name</label><input id="name" name="name" maxlength="50" required />
    <label for="kind">Kind</label><select id="kind" name="kind">${Object.entries(KINDS).map(
      ([value, label]) => html`<option value="${value}">${label}</option>`,
    )}</select>
    ${features()}<div class="actions"><button class="primary">Create</button></div></form></details>`;
}

function features(app?: App): Markup {
  return html`<label for="redirect_urls">Redirect URLs, one a line</label>
    <textarea id="redirect_urls" name="redirect_urls" rows="3">${app?.redirect_urls.join("\n") ?? ""}</textarea>
    <label for="scopes">Scopes, classic or granular, one a line</label>
    <textarea id="scopes" name="scopes" rows="6">${app?.scopes.join("\n") ?? ""}</textarea>
    <label for="deauthorization_url">Deauthorization notification URL (optional)</label>
    <input id="deauthorization_url" name="deauthorization_url" value="${app?.deauthorization_url ?? ""}" />`;
}

/** One app: credentials, features, event subscriptions. */
export function appPage(app: App, accountId: string, csrf: string): Markup {
  const path = `/marketplace/apps/${app.id}`;
  const credentials = [
    ["Client ID", app.client_id],
    ["Client secret", app.client_secret],
    ["Secret token", app.secret_token],
    ["Verification token", app.verification_token],
    ...(app.kind === "server_to_server" ? [["Account ID", accountId]] : []),
  ];
  return html`<h1>${app.name}</h1><p class="soft">${KINDS[app.kind]}</p>
    <section class="card"><h2>Credentials</h2><table><tbody>${credentials.map(
      ([name, value]) => html`<tr><th scope="row">${name}</th><td><code>${value}</code></td></tr>`,
    )}</tbody></table></section>
    <section class="card"><h2>Features</h2><form method="post" action="${path}">${token(csrf)}${features(app)}
      <div class="actions"><button class="primary">Save</button></div></form></section>
    <section class="card"><h2>Event subscriptions</h2>
      <table><thead><tr><th>Name</th><th>URL</th><th>Events</th><th>Validated</th><th>Action</th></tr></thead>
      <tbody>${app.subscriptions.map((subscription) => subscriptionRow(path, subscription, csrf))}</tbody></table>
      <form method="post" action="${path}/subscriptions">${token(csrf)}
        <label for="sub-name">Subscription name</label><input id="sub-name" name="name" value="Events" />
        <label for="url">Event notification endpoint URL</label><input id="url" name="url" required />
        <label for="events">Events, one a line, such as <code>meeting.ended</code></label><textarea id="events" name="events" rows="5" required></textarea>
        <div class="actions"><button class="primary">Validate and save</button></div></form></section>
    <div class="actions">
      <form method="post" action="${path}/activation">${token(csrf)}<button name="active" value="${app.active ? "false" : "true"}">${app.active ? "Deactivate" : "Activate"}</button></form>
      <form method="post" action="${path}/delete">${token(csrf)}<button class="danger">Delete this app</button></form></div>`;
}

function subscriptionRow(
  path: string,
  { id, name, url, events, validated_at }: EventSubscription,
  csrf: string,
): Markup {
  return html`<tr><td>${name}</td><td><code>${url}</code></td><td>${events.join(", ")}</td><td>${validated_at.slice(0, 16)}</td>
    <td><form class="inline" method="post" action="${path}/subscriptions/${id}/delete">${token(csrf)}<button aria-label="Delete subscription ${name}">Delete</button></form></td></tr>`;
}

/** Manage > Added Apps. */
export function addedApps(
  rows: readonly { readonly app: App; readonly install: Install }[],
  nameOf: (userId: string) => string,
): Markup {
  return html`<section class="card"><h1>Added apps</h1>${
    rows.length === 0
      ? html`<p class="soft">No app has been added.</p>`
      : html`<table><thead><tr><th>App</th><th>Added by</th><th>Reaches</th><th>Added</th><th>Action</th></tr></thead><tbody>${rows.map(
          ({ app, install }) =>
            html`<tr><td>${app.name}</td><td>${nameOf(install.user_id)}</td><td>${install.account_level ? "the account" : "one person"}</td>
          <td>${install.added_at.slice(0, 16)}</td><td><a href="/marketplace/added/${install.id}/remove" aria-label="Remove ${app.name}">Remove</a></td></tr>`,
        )}</tbody></table>`
  }</section>`;
}

/** The Remove App dialog. */
export function removeDialog(app: App, install: Install, csrf: string): Markup {
  return html`<section class="card narrow"><h1>Remove App</h1>
    <p>${app.name} will lose its access at once, and hears no more events.</p>
    <form method="post" action="/marketplace/added/${install.id}/remove">${token(csrf)}
      <fieldset><legend>Reason (optional)</legend>${REASONS.map(
        (reason) =>
          html`<label class="in"><input type="radio" name="reason" value="${reason}" /> ${reason}</label>`,
      )}</fieldset>
      <div class="actions"><button class="danger">Remove</button><a class="button" href="/marketplace/added">Cancel</a></div></form></section>`;
}
