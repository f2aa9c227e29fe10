import { html } from "hono/html";
import { buttonForm, type Markup } from "./layout.ts";

/** What a person is asked before something is taken away. */
export interface Question {
  /** What will be done, such as "Delete the group Sales"; the page's heading asks it. */
  readonly title: string;
  /** What goes with it, and whether it can be had back. */
  readonly what: string;
  /** On the button that does it. */
  readonly label: string;
  /** The path of the menu's entry to mark. */
  readonly here: string;
  /** Where Cancel leads. */
  readonly back: string;
}

/** A button that leads to a question. */
export function askButton(path: string, label: string, about?: string): Markup {
  const name = about === undefined ? "" : html`aria-label="${label} ${about}"`;
  return html`<form class="inline" action="${path}"><button class="danger" ${name}>${label}…</button></form>`;
}

/** The question, with a button that answers it by a form to the same path. */
export function confirmation(path: string, csrf: string, question: Question): Markup {
  const { title, what, label, back } = question;
  return html`<section class="card narrow"><h1>${title}?</h1><p>${what}</p><div class="actions">
    ${buttonForm(path, csrf, label, { look: "danger" })}<a class="button" href="${back}">Cancel</a></div></section>`;
}
