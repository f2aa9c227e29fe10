import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { User } from "../sandbox.ts";
import { STYLE } from "./style.ts";

/** A piece of a page. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What a page shows. */
export interface PageParts {
  readonly title: string;
  readonly user?: User | undefined;
  readonly body?: Markup;
  /** The path of the menu entry to mark. */
  readonly here?: string;
  /** Said on top, after a form was handled. */
  readonly notice?: string | undefined;
  readonly problem?: string | undefined;
  /** Where a refused form goes back to. */
  readonly back?: string | undefined;
}

const MENU: readonly (readonly [path: string, title: string])[] = [
  ["/portal/users", "Users"],
  ["/portal/roles", "Roles"],
  ["/portal/meetings", "Meetings"],
  ["/marketplace/apps", "Develop"],
  ["/marketplace/added", "Added apps"],
  ["/_sandbox", "Control plane"],
];

/** Draws a whole page around its body. */
export function page({ title, user, body, here, notice, problem, back }: PageParts): Markup {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} · Zoom sandbox</title>
    <style>${raw(STYLE)}</style>
  </head>
  <body>
    <a class="skip" href="#main">Skip to content</a>
    <header class="top">
      <a class="brand" href="/">Zoom sandbox</a>
      <nav aria-label="Main">${MENU.map(
        ([path, label]) =>
          html`<a href="${path}" ${path === here ? raw('aria-current="page"') : ""}>${label}</a>`,
      )}</nav>
      ${
        user === undefined
          ? html`<a class="who" href="/signin">Sign in</a>`
          : html`<form method="post" action="/signout" class="who"><span>${user.display_name}</span> <button>Sign out</button></form>`
      }
    </header>
    <main id="main">
      ${notice ? html`<p class="notice" role="status">${notice}</p>` : ""}
      ${problem ? html`<p class="problem" role="alert">${problem}</p>` : ""}
      ${back ? html`<p><a href="${back}">Back</a></p>` : ""}
      ${body ?? ""}
    </main>
    <footer>A local sandbox for tests. It is not Zoom and is not connected to Zoom.</footer>
  </body>
</html>`;
}
