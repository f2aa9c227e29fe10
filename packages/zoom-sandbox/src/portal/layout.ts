import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { User } from "../sandbox.ts";
import { leadsHere, type May, type NavLink, sideLinks, topLinks } from "./navigation.ts";
import { STYLE } from "./style.ts";

/** A piece of a page. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What a page shows. */
export interface PageParts {
  readonly title: string;
  readonly user?: User | undefined;
  readonly body?: Markup;
  /** The path of the menu entry to mark; it also says which menu stands beside the page. */
  readonly here?: string;
  /** Said on top, after a form was handled. */
  readonly notice?: string | undefined;
  readonly problem?: string | undefined;
  /** Where a refused form goes back to. */
  readonly back?: string | undefined;
  /** What the person's role allows, so that the menu offers only that. Without it all is offered. */
  readonly may?: May | undefined;
}

/** The field that shows a form came from the sandbox's own page. */
export function csrfField(csrf: string): Markup {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`;
}

/** A table that may be wider than the screen: it is moved sideways by the keyboard, too. */
export function wide(name: string, table: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">${table}</div>`;
}

/** A form that is one button. */
export function buttonForm(
  action: string,
  csrf: string,
  label: string,
  more: { readonly about?: string; readonly look?: "primary" | "danger"; readonly fields?: Markup } = {},
): Markup {
  const name = more.about === undefined ? "" : html`aria-label="${label} ${more.about}"`;
  return html`<form class="inline" method="post" action="${action}">${csrfField(csrf)}${more.fields ?? ""}<button ${name} class="${more.look ?? ""}">${label}</button></form>`;
}

/** Draws a whole page around its body. */
export function page(parts: PageParts): Markup {
  const { title, user, body, here, notice, problem, back, may = () => true } = parts;
  const groups = user === undefined ? [] : sideLinks(here, may);
  const anchor = ({ path, title: text }: NavLink, sole = true): Markup =>
    html`<a href="${path}" ${(sole ? path === here : leadsHere(path, here)) ? raw('aria-current="page"') : ""}>${text}</a>`;
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} · Zoom sandbox</title>
    <link rel="icon" href="data:," />
    <style>${raw(STYLE)}</style>
  </head>
  <body>
    <a class="skip" href="#main">Skip to content</a>
    <header class="top">
      <a class="brand" href="/">Zoom <b>sandbox</b></a>
      <nav aria-label="Main">${topLinks(here).map((entry) => anchor(entry, false))}</nav>
      ${
        user === undefined
          ? html`<a class="who" href="/signin">Sign in</a>`
          : html`<form method="post" action="/signout" class="who"><span>${user.display_name}</span> <button>Sign out</button></form>`
      }
    </header>
    <div class="frame ${groups.length === 0 ? "bare" : ""}">
      ${
        groups.length === 0
          ? ""
          : html`<nav class="side" aria-label="${here?.startsWith("/portal") ? "Portal" : "Marketplace"}">${groups.map(
              (group) =>
                html`<h2>${group.title}</h2><ul>${group.links.map((entry) => html`<li>${anchor(entry)}</li>`)}</ul>`,
            )}</nav>`
      }
      <main id="main" tabindex="-1">
        ${notice ? html`<p class="notice" role="status">${notice}</p>` : ""}
        ${body === undefined ? html`<h1>${title}</h1>` : ""}
        ${problem ? html`<p class="problem" role="alert">${problem}</p>` : ""}
        ${back ? html`<p><a href="${back}">Back</a></p>` : ""}
        ${body ?? ""}
      </main>
    </div>
    <footer>A local sandbox for tests. It is not Zoom and is not connected to Zoom.</footer>
  </body>
</html>`;
}
