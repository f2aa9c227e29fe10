import { type Pages, withNotice } from "../portal/admin.ts";
import type { User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import { type AccountApp, accountApps, appRequests, removeFromAccount } from "./admin-views.ts";
import { type App, asksConsent } from "./app.ts";
import { type AddedApp, addedApps, removeDialog } from "./app-views.ts";
import type { AppRequest } from "./approvals.ts";
import type { MarketplaceParts } from "./marketplace-pages.ts";

const ADDED = "/marketplace/added";
const ACCOUNT = "/marketplace/account";
const REQUESTS = "/marketplace/requests";
const ADMIN = "MarketPlace:Edit";

/** Why somebody removed an app. Table `removals`. */
export interface Removal {
  id: string;
  app_id: string;
  user_id: string;
  reason: string;
  at: string;
}

/** Manage: the apps a person added, and for admins those of the account and people's requests. */
export function managePages({ sandbox, sessions, apps, approvals }: MarketplaceParts, pages: Pages): void {
  const { roles, users, table, ids, clock } = sandbox;
  const removals = table<Removal>("removals");
  const emailOf = (id = ""): string => users.everKnown(id)?.email ?? id;

  function remove(app: App, userId: string, reason: string): void {
    apps.remove(app, userId);
    const id = ids.key();
    removals.set(id, { id, app_id: app.id, user_id: userId, reason, at: clock.now().toISOString() });
  }

  // Zoom: an app added for the account can be removed by whoever manages the Marketplace (zoom-api.md 4.8).
  const addedBy = (user: User): AddedApp[] =>
    apps.installs().flatMap((install) => {
      const app = apps.find(install.app_id);
      const reaches = install.user_id === user.id || (install.account_level && roles.allows(user, ADMIN));
      return app !== undefined && asksConsent(app) && reaches ? [{ app, install }] : [];
    });
  function addedOne(user: User, id = ""): AddedApp {
    const found = addedBy(user).find(({ install }) => install.id === id || install.app_id === id);
    if (found === undefined) throw zoomError(404, 1401, `You have not added an app ${id}.`);
    return found;
  }

  pages.get(ADDED, undefined, (c, user) =>
    pages.show(c, user, { title: "Added Apps", here: ADDED, body: addedApps(addedBy(user), emailOf) }),
  );

  pages.get(`${ADDED}/:id/remove`, undefined, (c, user) => {
    const added = addedOne(user, c.req.param("id"));
    const body = removeDialog(added, emailOf(added.install.user_id), sessions.csrf(user));
    return pages.show(c, user, { title: "Remove App", here: ADDED, body });
  });

  pages.post(`${ADDED}/:id/remove`, undefined, (c, user, form) => {
    const { app, install } = addedOne(user, c.req.param("id"));
    remove(app, install.user_id, form.text("reason"));
    return withNotice(ADDED, `Removed ${app.name}.`);
  });

  const accountApp = (app: App): AccountApp => ({
    app,
    added: apps.installs(app.id).length,
    approval: approvals.approvalOf(app),
  });
  function named(id = ""): App {
    const app = apps.find(id);
    if (app === undefined) throw zoomError(404, 1401, `App ID does not exist: ${id}`);
    if (!asksConsent(app))
      throw zoomError(400, 1500, `Nobody adds ${app.name}: deactivate or delete it under Created apps.`);
    return app;
  }

  pages.get(ACCOUNT, ADMIN, (c, user) => {
    const body = accountApps(apps.all().map(accountApp), sessions.csrf(user));
    return pages.show(c, user, { title: "Apps on account", here: ACCOUNT, body });
  });

  pages.post(`${ACCOUNT}/:id/approval`, ADMIN, (c, user, form) => {
    const app = named(c.req.param("id"));
    switch (form.text("approval")) {
      case "required":
        app.needs_approval = true;
        return withNotice(ACCOUNT, `${app.name} now needs an admin's approval.`);
      case "open":
        app.needs_approval = false;
        return withNotice(ACCOUNT, `Everybody may add ${app.name}.`);
      case "all":
        approvals.change(app, { all: true }, user);
        return withNotice(ACCOUNT, `${app.name} is pre-approved for everybody.`);
      case "none":
        approvals.change(app, { all: false }, user);
        return withNotice(ACCOUNT, `The approval of ${app.name} is withdrawn.`);
      default:
        throw zoomError(400, 1500, "approval: must be one of required, open, all, none.");
    }
  });

  pages.get(`${ACCOUNT}/:id/remove`, ADMIN, (c, user) => {
    const body = removeFromAccount(accountApp(named(c.req.param("id"))), sessions.csrf(user));
    return pages.show(c, user, { title: "Remove App", here: ACCOUNT, body });
  });

  pages.post(`${ACCOUNT}/:id/remove`, ADMIN, (c, _, form) => {
    const app = named(c.req.param("id"));
    for (const { user_id } of apps.installs(app.id)) remove(app, user_id, form.text("reason"));
    return withNotice(ACCOUNT, `Removed ${app.name} from the account.`);
  });

  pages.get(REQUESTS, ADMIN, (c, user) => {
    const rows = approvals.requests().map((request) => ({
      request,
      app: apps.find(request.app_id)?.name ?? request.app_id,
      person: emailOf(request.user_id),
      reviewer: emailOf(request.reviewer_id),
    }));
    const body = appRequests(rows, sessions.csrf(user));
    return pages.show(c, user, { title: "App requests", here: REQUESTS, body });
  });

  const decide = (verb: string, status: "approved" | "rejected", says: string): void =>
    pages.post(`${REQUESTS}/:id/${verb}`, ADMIN, (c, user) => {
      const id = c.req.param("id");
      const request = approvals.requests().find((row): row is AppRequest => row.id === id);
      if (request === undefined) throw zoomError(404, 1401, "There is no such request.");
      approvals.decide(request, status, user);
      return withNotice(REQUESTS, `${says} the request of ${emailOf(request.user_id)}.`);
    });
  decide("approve", "approved", "Approved");
  decide("decline", "rejected", "Declined");
}
