import { html } from "hono/html";
import { isAdminScope } from "../api.ts";
import { byProduct, scopeWords } from "../oauth/scope-words.ts";
import { allScopes } from "../operations/scopes.ts";
import { csrfField, type Markup } from "../portal/layout.ts";
import type { App } from "./app.ts";

const MOST_SHOWN = 80;

/** The scopes an app has, and a search for more. */
export function scopePicker({
  app,
  csrf,
  query,
}: {
  readonly app: App;
  readonly csrf: string;
  readonly query: Readonly<Record<string, string>>;
}): Markup {
  const wanted = query["q"]?.trim().toLowerCase() ?? "";
  const words = wanted.split(/\s+/).filter(Boolean);
  // Zoom: a user-managed app asks for no scope over others.
  const offered = [...allScopes()].filter((scope) => app.kind !== "user_managed" || !isAdminScope(scope));
  const found =
    words.length === 0
      ? []
      : offered.filter((scope) => {
          const text = `${scope} ${scopeWords(scope)}`.toLowerCase();
          return !app.scopes.includes(scope) && words.every((word) => text.includes(word));
        });
  return html`<section class="card"><h2>Add scopes</h2>
      <form class="search" method="get" role="search"><input type="hidden" name="tab" value="scopes" />
        <div><label for="q">Search scopes</label><input id="q" name="q" type="search" value="${wanted}" placeholder="meeting registrant" /></div>
        <button>Search</button></form>
      ${wanted === "" ? html`<p class="soft">There are ${offered.length} scopes to choose from. Search by product, action or name.</p>` : results(found)}
      <form id="chosen" method="post" action="/marketplace/apps/${app.id}">${csrfField(csrf)}
        <input type="hidden" name="scopes" value="" /><input type="hidden" name="back" value="scopes" />
        ${found.length > 0 ? html`<div class="pick">${boxes(found.slice(0, MOST_SHOWN), false)}</div>` : ""}
        <h2>Added scopes (${app.scopes.length})</h2>
        ${app.scopes.length === 0 ? html`<p class="soft">None yet.</p>` : html`<div class="pick">${boxes(app.scopes, true)}</div>`}
        <label for="more">Or name several, classic or granular, one a line</label><textarea id="more" name="scopes" rows="3"></textarea>
        <div class="actions"><button class="primary">Save scopes</button></div></form></section>`;
}

function results(found: readonly string[]): Markup {
  if (found.length === 0) return html`<p class="soft" role="status">No further scope fits.</p>`;
  const more = found.length > MOST_SHOWN ? ` The first ${MOST_SHOWN} are shown.` : "";
  return html`<p role="status">${found.length} found; tick what to add.${more}</p>`;
}

function boxes(scopes: readonly string[], checked: boolean): Markup {
  return html`${byProduct(scopes).map(
    ([product, list]) =>
      html`<h3>${product}</h3>${list.map(
        (scope) =>
          html`<label class="in"><input type="checkbox" name="scopes" value="${scope}" ${checked ? "checked" : ""} /><span>${scopeWords(scope)} <code>${scope}</code></span></label>`,
      )}`,
  )}`;
}
