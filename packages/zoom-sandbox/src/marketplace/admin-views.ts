import { html } from "hono/html";
import { buttonForm, csrfField, type Markup, wide } from "../portal/layout.ts";
import { peopleCount } from "../portal/people-text.ts";
import { type App, APP_KINDS, asksConsent } from "./app.ts";
import { day, reasons } from "./app-views.ts";
import type { AppApproval, AppRequest } from "./approvals.ts";

/** An app as admins see it. */
export interface AccountApp {
  readonly app: App;
  /** How many people added it. */
  readonly added: number;
  readonly approval: AppApproval | undefined;
}

const ACCOUNT = "/marketplace/account";

/** Admin app management > Apps on account. */
export function accountApps(rows: readonly AccountApp[], csrf: string): Markup {
  const choice = ({ app }: AccountApp, value: string, label: string): Markup =>
    buttonForm(`${ACCOUNT}/${app.id}/approval`, csrf, label, {
      about: app.name,
      fields: html`<input type="hidden" name="approval" value="${value}" />`,
    });
  return html`<h1>Apps on account</h1><section class="card">${
    rows.length === 0
      ? html`<p class="soft">There is no app in this account.</p>`
      : html`<table><thead><tr><th>App</th><th>Kind</th><th>Added by</th><th>Approval</th><th>Actions</th></tr></thead><tbody>${rows.map(
          (row) =>
            html`<tr><th scope="row">${row.app.name}</th><td>${APP_KINDS[row.app.kind]}</td><td>${asksConsent(row.app) ? peopleCount(row.added) : "the account"}</td><td>${approvalWords(row)}</td>
            <td>${
              !asksConsent(row.app)
                ? html`<a href="/marketplace/apps/${row.app.id}?tab=activation">Activation<span class="skip"> of ${row.app.name}</span></a>`
                : html`<div class="row">${
                    row.app.needs_approval === true
                      ? html`${row.approval?.all === true ? "" : choice(row, "all", "Pre-approve")}${row.approval === undefined ? "" : choice(row, "none", "Withdraw approval")}${choice(row, "open", "Open to all")}`
                      : choice(row, "required", "Require approval")
                  }${row.added > 0 ? html`<a class="button danger" href="${ACCOUNT}/${row.app.id}/remove" aria-label="Remove ${row.app.name}">Remove</a>` : ""}</div>`
            }</td></tr>`,
        )}</tbody></table>`
  }</section>`;
}

function approvalWords({ app, approval }: AccountApp): string {
  if (!asksConsent(app)) return app.active ? "Turned on by its maker" : "Deactivated";
  if (app.needs_approval !== true) return "Open to everybody";
  if (approval === undefined) return "Needs approval";
  if (approval.all) return "Pre-approved for everybody";
  const [users, groups] = [approval.user_ids.length, approval.group_ids.length];
  return users + groups === 0 ? "Needs approval" : `Approved for ${peopleCount(users)}, ${groups} groups`;
}

/** The Remove App window for the whole account. */
export function removeFromAccount({ app, added }: AccountApp, csrf: string): Markup {
  return html`<section class="card narrow"><h1>Remove App</h1>
    <p><strong>${app.name}</strong> will be removed from ${peopleCount(added)} of the account.</p>
    <form method="post" action="${ACCOUNT}/${app.id}/remove">${csrfField(csrf)}${reasons()}
      <div class="actions"><button class="primary">Remove</button><a class="button" href="${ACCOUNT}">Cancel</a></div></form></section>`;
}

/** A request with the names that admins read. */
export interface ShownRequest {
  readonly request: AppRequest;
  readonly app: string;
  readonly person: string;
  readonly reviewer: string;
}

/** Admin app management > App requests. */
export function appRequests(rows: readonly ShownRequest[], csrf: string): Markup {
  const pending = rows.filter(({ request }) => request.status === "pending");
  const past = rows.filter(({ request }) => request.status !== "pending").toReversed();
  const decide = ({ request, app, person }: ShownRequest): Markup => {
    const path = `/marketplace/requests/${encodeURIComponent(request.id)}`;
    const about = `${app} for ${person}`;
    return html`<div class="row">${buttonForm(`${path}/approve`, csrf, "Approve", { about, look: "primary" })}${buttonForm(`${path}/decline`, csrf, "Decline", { about })}</div>`;
  };
  return html`<h1>App requests</h1>
    <section class="card"><h2>Active requests</h2>${
      pending.length === 0
        ? html`<p class="soft">Nobody waits for an approval.</p>`
        : html`<table><thead><tr><th>App</th><th>Person</th><th>Reason</th><th>Asked</th><th>Decision</th></tr></thead><tbody>${pending.map(
            (row) =>
              html`<tr><th scope="row">${row.app}</th><td>${row.person}</td><td>${row.request.reason}</td><td>${day(row.request.requested_at)}</td><td>${decide(row)}</td></tr>`,
          )}</tbody></table>`
    }</section>
    ${
      past.length === 0
        ? ""
        : html`<section class="card"><h2>Past requests</h2>${wide(
            "Past requests",
            html`<table><thead><tr><th>App</th><th>Person</th><th>Decision</th><th>By</th><th>When</th></tr></thead><tbody>${past.map(
              ({ request, app, person, reviewer }) =>
                html`<tr><th scope="row">${app}</th><td>${person}</td><td>${request.status}</td><td>${reviewer}</td><td>${day(request.reviewed_at)}</td></tr>`,
            )}</tbody></table>`,
          )}</section>`
    }`;
}
