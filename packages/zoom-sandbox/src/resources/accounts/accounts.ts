/**
 * The account: settings, locks, owner, domains, registration settings, virtual backgrounds.
 *
 * Not emulated: sub accounts and master accounts: there is one account.
 */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { settingsDocument } from "../settings.ts";
import { document, type Documents } from "../document.ts";
import { virtualBackgrounds } from "../virtual-backgrounds.ts";
import { giveRole } from "../roles/role-changes.ts";
import { registrationDefaults } from "./registration-defaults.ts";
import { SETTING_DEFAULTS } from "./setting-defaults.ts";

/** What the portal's pages show and change too. */
export interface AccountDocuments {
  readonly settings: Documents;
  readonly locks: Documents;
}

/** The account's operations. */
export function accounts(sandbox: Sandbox): AccountDocuments {
  const { api, account, clock, users } = sandbox;
  const ownerOf = (call: Call): string => {
    const id = call.params["accountId"] ?? "";
    if (id !== "me" && id !== account.id) throw zoomError(404, 2001, `Account does not exist: ${id}.`);
    return account.id;
  };
  const tell = (event: string) => (id: string, settings: object, before: object, call: Call) =>
    sandbox.emit(event, {
      ...{ ...call.operator, time_stamp: clock.now().getTime() },
      ...{ object: { id, settings }, old_object: { id, settings: before } },
    });

  const settings = settingsDocument(sandbox, {
    ...{ name: "account settings", get: "GET /accounts/{accountId}/settings", ownerOf },
    update: "PATCH /accounts/{accountId}/settings",
    defaults: () => SETTING_DEFAULTS,
    onUpdated: tell("account.settings_updated"),
  });
  const locks = settingsDocument(sandbox, {
    ...{ name: "account locks", get: "GET /accounts/{accountId}/lock_settings", ownerOf },
    update: "PATCH /accounts/{accountId}/lock_settings",
    onUpdated: tell("account.lock_settings_updated"),
  });
  document(sandbox, {
    ...{ name: "account registration", get: "GET /accounts/{accountId}/settings/registration", ownerOf },
    ...{ update: "PATCH /accounts/{accountId}/settings/registration", defaults: registrationDefaults },
  });
  virtualBackgrounds(sandbox, {
    upload: "POST /accounts/{accountId}/settings/virtual_backgrounds",
    remove: "DELETE /accounts/{accountId}/settings/virtual_backgrounds",
    ownerOf,
  });

  api.on("GET /accounts/{accountId}/managed_domains", (call) => {
    ownerOf(call);
    const domain = users.find(account.owner_id)?.email.split("@")[1] ?? "";
    return { domains: [{ domain, status: "verified" }], total_records: 1 };
  });
  api.on("GET /accounts/{accountId}/trusted_domains", (call) => {
    ownerOf(call);
    return { trusted_domains: [] };
  });
  api.on("PUT /accounts/{accountId}/owner", (call) => {
    const id = ownerOf(call);
    const { email = "" } = call.body<{ email?: string }>();
    const heir = users.byEmail(email);
    const before = users.find(account.owner_id);
    if (heir?.role_id !== "1" || call.caller.user.id !== account.owner_id) {
      throw zoomError(
        400,
        200,
        `User is not an admin or is an API user or doesn't belong to this account: ${id}.`,
      );
    }
    if (before) giveRole(sandbox, before, "1", call.caller.user);
    giveRole(sandbox, heir, "0", call.caller.user);
    account.owner_id = heir.id;
    sandbox.emit("account.updated", {
      ...{ ...call.operator, time_stamp: clock.now().getTime() },
      object: { id, owner_email: heir.email, owner_id: heir.id },
      old_object: { id, owner_email: before?.email ?? "", owner_id: before?.id ?? "" },
    });
  });
  return { settings, locks };
}
