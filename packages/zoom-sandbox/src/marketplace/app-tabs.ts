import { html } from "hono/html";
import { askButton } from "../portal/confirmation.ts";
import { buttonForm, csrfField, type Markup } from "../portal/layout.ts";
import { type App, APP_KINDS, asksConsent, robotJid } from "./app.ts";
import { featureFields } from "./feature-fields.ts";
import { scopePicker } from "./scope-picker.ts";
import { subscriptionsTab } from "./subscription-views.ts";

/** What an app's page shows. */
export interface AppPage {
  readonly app: App;
  readonly accountId: string;
  readonly origin: string;
  readonly csrf: string;
  /** The page's query: which tab, what is searched, which subscription is edited. */
  readonly query: Readonly<Record<string, string>>;
}

const TABS: readonly (readonly [name: string, title: string, draw: (parts: AppPage) => Markup])[] = [
  ["credentials", "App Credentials", credentials],
  ["information", "Basic Information", information],
  ["scopes", "Scopes", scopePicker],
  ["events", "Event subscriptions", subscriptionsTab],
  ["activation", "Activation", activation],
];

/** The page of one app: credentials, features, scopes, event subscriptions, activation, by tabs. */
export function appPage(parts: AppPage): Markup {
  const { app, query } = parts;
  const path = `/marketplace/apps/${app.id}`;
  const shown = TABS.filter(([name]) => name !== "scopes" || app.kind !== "webhook_only");
  const chosen = shown.find(([name]) => name === query["tab"]) ?? TABS[0];
  return html`<div class="head"><div><h1>${app.name}</h1><p class="soft">${APP_KINDS[app.kind]}</p></div>
      <span class="tag">${app.active ? "Active" : "Deactivated"}</span></div>
    <nav class="tabs" aria-label="Parts of the app">${shown.map(
      ([name, title]) =>
        html`<a href="${path}?tab=${name}" ${name === chosen?.[0] ? html`aria-current="page"` : ""}>${title}</a>`,
    )}</nav>${chosen?.[2](parts) ?? ""}`;
}

const isBot = ({ kind, scopes }: App): boolean =>
  kind !== "server_to_server" && scopes.includes("imchat:bot");

function credentials({ app, accountId }: AppPage): Markup {
  const path = `/marketplace/apps/${app.id}`;
  const rows: (readonly [name: string, value: string, renew?: string])[] = [
    ...(app.kind === "server_to_server" || isBot(app) ? [["Account ID", accountId] as const] : []),
    ...(isBot(app) ? [["Bot JID", robotJid(app.id)] as const] : []),
    ...(app.kind === "webhook_only"
      ? []
      : ([
          ["Client ID", app.client_id],
          ["Client secret", app.client_secret, `${path}/secret`],
        ] as const)),
    ["Secret token", app.secret_token, `${path}/secret_token`],
    ["Verification token", app.verification_token, `${path}/verification_token`],
  ];
  return html`<section class="card"><h2>App Credentials</h2>
    <table><tbody>${rows.map(
      ([name, value, renew]) =>
        html`<tr><th scope="row">${name}</th><td><code>${value}</code></td><td>${renew === undefined ? "" : askButton(renew, "Regenerate", name.toLowerCase())}</td></tr>`,
    )}</tbody></table></section>`;
}

function information({ app, csrf }: AppPage): Markup {
  return html`<section class="card"><h2>Basic Information</h2>
    <form method="post" action="/marketplace/apps/${app.id}">${csrfField(csrf)}<input type="hidden" name="back" value="information" />
      <label for="name">App name</label><input id="name" name="name" value="${app.name}" maxlength="50" required />
      ${featureFields(app)}
      <div class="actions"><button class="primary">Save</button></div></form></section>`;
}

function activation({ app, origin, csrf }: AppPage): Markup {
  const path = `/marketplace/apps/${app.id}`;
  const byConsent = asksConsent(app);
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: app.client_id, redirect_uri: app.redirect_urls[0] ?? "" },
  });
  const add = `${origin}/oauth/authorize?${query.toString()}`;
  return html`<section class="card"><h2>Activation</h2>
      <p>${app.active ? "The app is active." : "The app is deactivated: it gets no tokens, those it has do not work, and no events are sent to it."}</p>
      ${buttonForm(`${path}/activation`, csrf, app.active ? "Deactivate your app" : "Activate your app", {
        look: app.active ? "danger" : "primary",
        fields: html`<input type="hidden" name="active" value="${app.active ? "false" : "true"}" />`,
      })}</section>
    ${
      byConsent && app.redirect_urls.length === 0
        ? html`<section class="card"><h2>Local test</h2><p>Nobody can add the app yet: enter an OAuth redirect URL under <a href="${path}?tab=information">Basic Information</a>.</p></section>`
        : ""
    }${
      byConsent && app.redirect_urls.length > 0
        ? html`<section class="card"><h2>Local test</h2><p>Anyone of this account adds the app by this address:</p>
          <p><code>${add}</code></p><div class="actions"><a class="button primary" href="${add}">Add app now</a></div></section>`
        : ""
    }
    <section class="card"><h2>Delete</h2><p>The app is removed from everybody, and its credentials are gone.</p>
      ${askButton(`${path}/delete`, "Delete this app")}</section>`;
}
