import { html } from "hono/html";
import type { Markup } from "../portal/layout.ts";
import type { RedirectMatching } from "../oauth/redirects.ts";
import type { App } from "./app.ts";

/** The ways to compare a redirect URL, as people read them. */
export const MATCHINGS: Readonly<Record<RedirectMatching, string>> = {
  exact: "Strict mode: exactly a URL of the list",
  subdomain: "Subdomain check: the same host, a path below a URL of the list",
  prefix: "Neither: also subdomains of a URL of the list",
};

/** The fields of an app's features; without an app those of a new one. What does not fit its kind is left out. */
export function featureFields(app?: App): Markup {
  const byConsent = app === undefined || app.kind === "user_managed" || app.kind === "admin_managed";
  return html`${byConsent ? oauthFields(app) : ""}
    <label for="deauthorization_url">Deauthorization notification URL <small>(optional)</small></label>
    <input id="deauthorization_url" name="deauthorization_url" type="url" value="${app?.deauthorization_url ?? ""}" />`;
}

function oauthFields(app: App | undefined): Markup {
  const matching = app?.redirect_matching ?? "exact";
  return html`<label for="redirect_urls">OAuth redirect URLs, one a line</label>
    <textarea id="redirect_urls" name="redirect_urls" rows="3">${app?.redirect_urls.join("\n") ?? ""}</textarea>
    <label for="redirect_matching">How a redirect URL must match</label>
    <select id="redirect_matching" name="redirect_matching">${Object.entries(MATCHINGS).map(
      ([value, title]) =>
        html`<option value="${value}" ${value === matching ? "selected" : ""}>${title}</option>`,
    )}</select>
    ${flag("public_client", "Public client: no secret, PKCE is required", app?.public_client)}
    ${flag("needs_approval", "An admin must approve the app before others add it", app?.needs_approval)}`;
}

function flag(name: string, title: string, on = false): Markup {
  return html`<input type="hidden" name="${name}" value="false" />
    <label class="in"><input type="checkbox" name="${name}" value="true" ${on ? "checked" : ""} /> ${title}</label>`;
}
