import { html } from "hono/html";
import type { App } from "../marketplace/app.ts";
import type { Approvals } from "../marketplace/approvals.ts";
import { type Markup, page } from "../portal/layout.ts";
import type { Roles, User } from "../sandbox.ts";
import { mayGive } from "./grantable.ts";
import { byProduct, scopeWords } from "./scope-words.ts";

/** What a person is asked to allow. */
export interface Consent {
  readonly app: App;
  readonly user: User;
  /** The asked scopes that the person's role may give. */
  readonly scopes: string[];
  readonly withheld: string[];
  /** False when the person's role gives the app nothing of what it asks for. */
  readonly possible: boolean;
  /** An admin must approve the app first; with a request, how that stands. */
  readonly approval: "given" | "missing" | "pending" | "rejected";
}

/** Makes what a person is asked to allow. */
export function consentOf(
  app: App,
  user: User,
  asked: readonly string[],
  { roles, approvals }: { readonly roles: Roles; readonly approvals: Approvals },
): Consent {
  const request = approvals.requestOf(app, user);
  const state = request === undefined || request.status === "approved" ? "missing" : request.status;
  const scopes = asked.filter((scope) => mayGive(scope, user, roles));
  return {
    ...{ app, user, scopes },
    withheld: asked.filter((scope) => !mayGive(scope, user, roles)),
    possible: scopes.length > 0 || asked.length === 0,
    approval: approvals.missing(app, user) ? state : "given",
  };
}

/** The consent page, or the one that asks for an admin's approval. `query` goes back with the form. */
export function consentPage(
  consent: Consent,
  form: { readonly action: string; readonly csrf: string; readonly query?: Record<string, string> },
): Markup {
  const { app, user, scopes, withheld, approval } = consent;
  const hidden = html`<input type="hidden" name="csrf" value="${form.csrf}" />
    ${Object.entries(form.query ?? {}).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`;
  return page({
    ...{ title: approval === "given" ? `Allow ${app.name}?` : `${app.name} needs approval`, user },
    body: html`<section class="card narrow">
      <h1>${approval === "given" ? `${app.name} asks for access` : `${app.name} needs an admin's approval`}</h1>
      <p>You are signed in as <strong>${user.display_name}</strong> (${user.email}).
        ${app.kind === "admin_managed" ? "The app will act for the whole account, as far as your role allows." : "The app will act for you alone."}</p>
      <h2>It ${approval === "given" ? "will be able to" : "asks to"}</h2>${scopeList(scopes)}
      ${withheld.length > 0 ? html`<h2>Not given, because your role does not hold the privilege</h2>${scopeList(withheld)}` : ""}
      <form method="post" action="${form.action}">${hidden}${approval === "given" ? decision(consent.possible) : preApproval(approval)}</form>
    </section>`,
  });
}

function scopeList(scopes: readonly string[]): Markup {
  if (scopes.length === 0) return html`<p class="soft">Nothing.</p>`;
  return html`${byProduct(scopes).map(
    ([product, list]) =>
      html`<h3>${product}</h3><ul class="scopes">${list.map(
        (scope) => html`<li>${scopeWords(scope)} <code>${scope}</code></li>`,
      )}</ul>`,
  )}`;
}

function decision(possible: boolean): Markup {
  if (!possible)
    return html`<p class="problem">Your role gives this app nothing of what it asks for. Ask an admin for another role, or to add the app.</p>
      <div class="actions"><button name="decision" value="decline">Back to the app</button></div>`;
  return html`<p class="soft">By choosing Allow you let this app use what is listed, until you remove it at Marketplace &gt; Added Apps.</p>
    <div class="actions"><button name="decision" value="allow" class="primary">Allow</button>
    <button name="decision" value="decline">Decline</button></div>`;
}

function preApproval(state: "missing" | "pending" | "rejected"): Markup {
  if (state === "pending")
    return html`<p class="notice" role="status">Your request is with the admins. Open this page again when they have approved it.</p>
      <div class="actions"><button name="decision" value="decline">Back to the app</button></div>`;
  return html`${state === "rejected" ? html`<p class="problem">An admin declined your earlier request.</p>` : ""}
    <label for="reason">Why you need it (optional)</label><textarea id="reason" name="reason" rows="3" maxlength="500"></textarea>
    <div class="actions"><button name="decision" value="request" class="primary">Request pre-approve</button>
    <button name="decision" value="decline">Cancel</button></div>`;
}
