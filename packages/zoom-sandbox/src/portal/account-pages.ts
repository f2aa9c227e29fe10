import { html } from "hono/html";
import type { Documents } from "../resources/document.ts";
import { zoomError } from "../sandbox.ts";
import { type Pages, withNotice } from "./admin.ts";
import { csrfField } from "./layout.ts";
import type { PortalParts } from "./portal-pages.ts";
import { changedSettings, settingsBefore, settingsMatrix } from "./settings-matrix.ts";

const HERE = "/portal/account";
const SETTINGS = "/portal/settings";
const PLANS: Readonly<Record<string, string>> = { free: "Free", pro: "Pro", business: "Business" };

/** Account Management > Account profile (name, plan, numbers, owner) and Account settings (switches and their locks). */
export function accountPages({ sandbox, sessions, settingDocuments }: PortalParts, pages: Pages): void {
  const { account, users, roles } = sandbox;

  pages.get(HERE, "AccountProfile:Edit", (c, user) => {
    const rows: readonly (readonly [string, string])[] = [
      ["Account number", String(account.account_number)],
      ["Account ID", account.id],
      ["Vanity URL", account.vanity_url ?? "none"],
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

  const { settings, locks } = settingDocuments.account;

  pages.get(SETTINGS, "AccountSetting:Read", (c, user) => {
    const body = html`<h1>Account settings</h1><p class="soft">A locked setting is meant for everybody in the account; the API tells what is locked.</p>
      ${settingsMatrix(SETTINGS, sessions.csrf(user), {
        values: settings.read(account.id),
        locks: locks.read(account.id),
        mayEdit: roles.allows(user, "AccountSetting:Edit"),
      })}`;
    return pages.show(c, user, { title: "Account settings", here: SETTINGS, body });
  });

  pages.post(SETTINGS, "AccountSetting:Edit", (_, user, form) => {
    const save = (kind: "on" | "locked", documents: Documents, event: string): void => {
      const change = changedSettings(form, kind, documents.read(account.id));
      if (Object.keys(change).length === 0) return;
      documents.change(account.id, change);
      const { id } = account;
      sandbox.emit(event, {
        ...{ operator: user.email, operator_id: user.id, time_stamp: sandbox.clock.now().getTime() },
        ...{ object: { id, settings: change }, old_object: { id, settings: settingsBefore(change) } },
      });
    };
    save("on", settings, "account.settings_updated");
    save("locked", locks, "account.lock_settings_updated");
    return withNotice(SETTINGS, "Saved the account's settings.");
  });
}
