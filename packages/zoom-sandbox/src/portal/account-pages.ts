import { html } from "hono/html";
import { zoomError } from "../sandbox.ts";
import { type Pages, withNotice } from "./admin.ts";
import { csrfField } from "./layout.ts";
import type { PortalParts } from "./portal-pages.ts";

const HERE = "/portal/account";
const PLANS: Readonly<Record<string, string>> = { free: "Free", pro: "Pro", business: "Business" };

/** Account Management > Account profile: the account's name, plan, numbers and owner. */
export function accountPages({ sandbox, sessions }: PortalParts, pages: Pages): void {
  const { account, users, roles } = sandbox;

  pages.get(HERE, "AccountProfile:Edit", (c, user) => {
    const rows: readonly (readonly [string, string])[] = [
      ["Account number", String(account.account_number)],
      ["Account ID", account.id],
      ["Plan", PLANS[account.plan] ?? account.plan],
      ["Owner", users.find(account.owner_id)?.email ?? ""],
      ["Users", users.all().length.toLocaleString("en")],
      ["Roles", String(roles.all().length)],
    ];
    const body = html`<h1>Account profile</h1>
      <section class="card"><dl>${rows.map(([title, value]) => html`<dt>${title}</dt><dd>${value}</dd>`)}</dl></section>
      <section class="card"><form method="post" action="${HERE}">${csrfField(sessions.csrf(user))}
        <label for="account_name">Account name</label><input id="account_name" name="account_name" maxlength="128" value="${account.account_name}" required />
        <div class="actions"><button class="primary">Save</button></div></form></section>`;
    return pages.show(c, user, { title: "Account profile", here: HERE, body });
  });

  pages.post(HERE, "AccountProfile:Edit", (_, user, form) => {
    const name = form.text("account_name");
    if (name === "") throw zoomError(400, 300, "Account name: enter one.");
    const { id, account_name: before } = account;
    account.account_name = name;
    if (name !== before) {
      sandbox.emit("account.updated", {
        ...{ operator: user.email, operator_id: user.id, time_stamp: sandbox.clock.now().getTime() },
        object: { id, account_name: name },
        old_object: { id, account_name: before },
      });
    }
    return withNotice(HERE, "Saved the account's profile.");
  });
}
