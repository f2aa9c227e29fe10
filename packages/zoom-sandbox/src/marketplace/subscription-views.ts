import { html } from "hono/html";
import { askButton } from "../portal/confirmation.ts";
import { buttonForm, csrfField, type Markup } from "../portal/layout.ts";
import { events as EVENTS, scopesAllowEvent } from "../webhooks/events.ts";
import type { App, EventSubscription, WebhookAuthentication } from "./app.ts";

/** How an address is shown who calls, as people read it. */
export const AUTHENTICATIONS: Readonly<Record<WebhookAuthentication["kind"], string>> = {
  default: "Default header (verification token)",
  basic: "Basic authentication",
  oauth: "OAuth token, by client credentials",
  custom: "Custom header",
};

interface Parts {
  readonly app: App;
  readonly origin: string;
  readonly csrf: string;
  readonly query: Readonly<Record<string, string>>;
}

/** An app's event subscriptions: the list, and the form that adds or changes one. */
export function subscriptionsTab({ app, origin, csrf, query }: Parts): Markup {
  const edited = app.subscriptions.find(({ id }) => id === query["edit"]);
  return html`<section class="card"><h2>Event subscriptions</h2>
      ${
        app.subscriptions.length === 0
          ? html`<p class="soft">None yet.</p>`
          : html`<div class="scroll"><table><thead><tr><th>Name</th><th>Where to</th><th>Events</th><th>State</th><th>Actions</th></tr></thead>
            <tbody>${app.subscriptions.map((one) => row(app, one, origin, csrf))}</tbody></table></div>`
      }</section>
    ${subscriptionForm({ app, csrf }, edited)}`;
}

function row(app: App, one: EventSubscription, origin: string, csrf: string): Markup {
  const path = `/marketplace/apps/${app.id}/subscriptions/${one.id}`;
  const socket = `${origin.replace(/^http/, "ws")}/ws?subscriptionId=${one.id}`;
  const state =
    one.disabled === true
      ? "Disabled after failed validations"
      : `Validated ${one.validated_at.slice(0, 16).replace("T", " ")}`;
  const isSocket = one.method === "websocket";
  return html`<tr><td>${one.name}</td><td><code>${isSocket ? socket : one.url}</code>${
    one.authentication === undefined || one.authentication.kind === "default"
      ? ""
      : html`<br /><span class="soft">${AUTHENTICATIONS[one.authentication.kind]}</span>`
  }</td>
    <td>${one.events.slice(0, 6).join(", ")}${one.events.length > 6 ? ` and ${one.events.length - 6} more` : ""}</td>
    <td>${isSocket ? "WebSocket" : state}</td>
    <td><div class="row"><a class="button" href="/marketplace/apps/${app.id}?tab=events&amp;edit=${one.id}#edit" aria-label="Edit subscription ${one.name}">Edit</a>
      ${isSocket ? "" : buttonForm(`${path}/validate`, csrf, "Validate", { about: `subscription ${one.name}` })}
      ${askButton(`${path}/delete`, "Delete", `subscription ${one.name}`)}</div></td></tr>`;
}

function subscriptionForm({ app, csrf }: Pick<Parts, "app" | "csrf">, edited?: EventSubscription): Markup {
  const path = `/marketplace/apps/${app.id}/subscriptions`;
  const authentication = edited?.authentication ?? { kind: "default" };
  const method = edited?.method ?? "webhook";
  const chosen = edited?.events ?? [];
  const radio = (value: string, title: string): Markup =>
    html`<label class="in"><input type="radio" name="method" value="${value}" ${value === method ? "checked" : ""} /> ${title}</label>`;
  return html`<section class="card" id="edit"><h2>${edited ? `Edit ${edited.name}` : "Add event subscription"}</h2>
    <form method="post" action="${edited ? `${path}/${edited.id}` : path}">${csrfField(csrf)}
      <label for="sub-name">Subscription name</label><input id="sub-name" name="name" value="${edited?.name ?? "Events"}" />
      <fieldset><legend>Method</legend>${radio("webhook", "Webhook")}${radio("websocket", "WebSocket")}</fieldset>
      <label for="url">Event notification endpoint URL <small>(for a webhook)</small></label>
      <input id="url" name="url" type="url" value="${edited?.url ?? ""}" />
      <details ${authentication.kind === "default" ? "" : "open"}><summary>Authentication header</summary>${authenticationFields(authentication)}</details>
      ${eventPicker(app, chosen)}
      <label for="events">Or name events, one a line, such as <code>meeting.ended</code></label><textarea id="events" name="events" rows="3"></textarea>
      <div class="actions"><button class="primary">${edited ? "Save" : "Validate and save"}</button>
        <button formaction="${path}/validate" formnovalidate>Validate</button>
        ${edited ? html`<a class="button" href="/marketplace/apps/${app.id}?tab=events">Cancel</a>` : ""}</div></form></section>`;
}

function authenticationFields(given: WebhookAuthentication): Markup {
  const values: Readonly<Record<string, string>> = { ...given };
  const field = (name: string, title: string, value = "", type = "text"): Markup =>
    html`<div><label for="${name}">${title}</label><input id="${name}" name="${name}" type="${type}" autocomplete="off" value="${value}" /></div>`;
  return html`<label for="auth">Option</label><select id="auth" name="auth">${Object.entries(
    AUTHENTICATIONS,
  ).map(
    ([kind, title]) =>
      html`<option value="${kind}" ${kind === given.kind ? "selected" : ""}>${title}</option>`,
  )}</select>
    <fieldset><legend>Basic authentication</legend><div class="pair">${field("auth_username", "Username", values["username"])}${field("auth_password", "Password", values["password"], "password")}</div></fieldset>
    <fieldset><legend>OAuth token</legend><div class="pair">${field("auth_token_url", "Token URL", values["token_url"], "url")}${field("auth_client_id", "Client ID of yours", values["client_id"])}${field("auth_client_secret", "Client secret of yours", values["client_secret"], "password")}</div></fieldset>
    <fieldset><legend>Custom header</legend><div class="pair">${field("auth_header", "Header name", values["header"])}${field("auth_value", "Header value", values["value"])}</div></fieldset>`;
}

function eventPicker(app: App, chosen: readonly string[]): Markup {
  const allowed = [...EVENTS().values()].filter(({ name }) => scopesAllowEvent(app.scopes, name));
  const products = Object.entries(Object.groupBy(allowed, ({ product }) => product));
  return html`<fieldset><legend>Event types</legend>
    ${allowed.length === 0 ? html`<p class="soft">The app's scopes let it hear no event; add scopes first.</p>` : ""}
    ${products.map(([product, list = []]) => {
      const some = list.some(({ name }) => chosen.includes(name));
      return html`<details ${some ? "open" : ""}><summary>${product.replaceAll("-", " ")} (${list.length})</summary>
        ${list.map(
          ({ name }) =>
            html`<label class="in"><input type="checkbox" name="events" value="${name}" ${chosen.includes(name) ? "checked" : ""} /> ${name}</label>`,
        )}</details>`;
    })}</fieldset>`;
}
