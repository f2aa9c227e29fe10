import { subscriptionMethodOf } from "./subscription-form.ts";
import { html } from "hono/html";
import { createPages, withNotice } from "../portal/admin.ts";
import type { Form } from "../portal/form.ts";
import { page } from "../portal/layout.ts";
import type { Sessions } from "../portal/session.ts";
import type { Sandbox, User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { App, AppKind } from "./app.ts";
import { addedApps, appPage, KINDS, newApp, removeDialog } from "./app-views.ts";
import type { Approvals } from "./approvals.ts";
import type { Apps, AppSettings } from "./apps.ts";

/** What the Marketplace's pages work with. */
export interface MarketplaceParts {
  readonly sandbox: Sandbox;
  readonly sessions: Sessions;
  readonly apps: Apps;
  readonly approvals: Approvals;
}

const DEVELOP = "/marketplace/apps";
const ADDED = "/marketplace/added";

/** The App Marketplace: Develop (create apps, credentials, scopes, events) and Manage > Added Apps (remove). */
export function marketplacePages({ sandbox, sessions, apps }: MarketplaceParts): void {
  const pages = createPages({ sandbox, sessions });
  const { app: http, roles, table } = sandbox;
  const removals = table<{ id: string; app_id: string; user_id: string; reason: string; at: string }>(
    "removals",
  );

  // A person sees the apps they made; who may edit the Marketplace sees all.
  const mayEdit = (user: User, app: App): boolean =>
    app.created_by === user.id || roles.allows(user, "MarketPlace:Edit");

  function named(user: User, id = ""): App {
    const app = apps.find(id);
    if (app === undefined || !mayEdit(user, app))
      throw zoomError(404, 1401, `There is no app ${id} of yours.`);
    return app;
  }

  http.get("/marketplace", (c) => c.redirect(DEVELOP));

  pages.get(DEVELOP, undefined, (c, user) =>
    c.html(
      page({
        title: "Develop",
        user,
        here: DEVELOP,
        notice: c.req.query("notice"),
        body: html`<section class="card"><h1>Created apps</h1><table><thead><tr><th>Name</th><th>Kind</th><th>Client id</th></tr></thead>
          <tbody>${apps
            .all()
            .filter((app) => mayEdit(user, app))
            .map(
              (app) =>
                html`<tr><td><a href="${DEVELOP}/${app.id}">${app.name}</a></td><td>${KINDS[app.kind]}</td><td><code>${app.client_id}</code></td></tr>`,
            )}</tbody></table></section>${newApp(sessions.csrf(user))}`,
      }),
    ),
  );

  pages.post(DEVELOP, undefined, (_, user, form) => {
    const given = settingsOf(form);
    const kind = form.text("kind") || "admin_managed";
    if (!isKind(kind)) throw zoomError(400, 1500, `kind: must be one of ${Object.keys(KINDS).join(", ")}.`);
    const settings: AppSettings = {
      name: form.text("name"),
      kind,
      redirect_urls: given.redirect_urls ?? [],
      scopes: given.scopes ?? [],
      deauthorization_url: given.deauthorization_url ?? "",
    };
    return withNotice(`${DEVELOP}/${apps.create(settings, user.id).id}`, "Created the app.");
  });

  pages.get(`${DEVELOP}/:id`, undefined, (c, user) => {
    const app = named(user, c.req.param("id"));
    return c.html(
      page({
        title: app.name,
        user,
        here: DEVELOP,
        notice: c.req.query("notice"),
        body: appPage(app, sandbox.account.id, sessions.csrf(user)),
      }),
    );
  });

  pages.post(`${DEVELOP}/:id`, undefined, (c, user, form) => {
    const app = named(user, c.req.param("id"));
    apps.update(app, settingsOf(form));
    return withNotice(`${DEVELOP}/${app.id}`, "Saved.");
  });

  pages.post(`${DEVELOP}/:id/subscriptions`, undefined, async (c, user, form) => {
    const app = named(user, c.req.param("id"));
    const { id, url, method } = await apps.subscribe(app, {
      name: form.text("name") || "Events",
      url: form.text("url"),
      events: form.list("events").flatMap(words),
      ...subscriptionMethodOf(form),
    });
    const saved =
      method === "websocket" ? `Connect to /ws?subscriptionId=${id}` : `${url} answered the challenge`;
    return withNotice(`${DEVELOP}/${app.id}`, `${saved}; the subscription is saved.`);
  });

  pages.post(`${DEVELOP}/:id/subscriptions/:subscriptionId/delete`, undefined, (c, user) => {
    const app = named(user, c.req.param("id"));
    apps.unsubscribe(app, c.req.param("subscriptionId") ?? "");
    return withNotice(`${DEVELOP}/${app.id}`, "Deleted the subscription.");
  });

  pages.post(`${DEVELOP}/:id/activation`, undefined, (c, user, form) => {
    const app = named(user, c.req.param("id"));
    app.active = form.text("active") === "true";
    return withNotice(`${DEVELOP}/${app.id}`, app.active ? "Activated." : "Deactivated.");
  });

  pages.post(`${DEVELOP}/:id/delete`, undefined, (c, user) => {
    const app = named(user, c.req.param("id"));
    apps.delete(app);
    return withNotice(DEVELOP, `Deleted ${app.name}.`);
  });

  // Zoom: an app added for the account can be removed by whoever manages the Marketplace (zoom-api.md 4.8).
  const addedBy = (user: User) =>
    apps.installs().flatMap((install) => {
      const app = apps.find(install.app_id);
      const reaches =
        install.user_id === user.id || (install.account_level && roles.allows(user, "MarketPlace:Edit"));
      return app !== undefined && app.kind !== "server_to_server" && reaches ? [{ app, install }] : [];
    });
  const addedOne = (user: User, id = "") => {
    const found = addedBy(user).find(({ install }) => install.id === id || install.app_id === id);
    if (found === undefined) throw zoomError(404, 1401, `You have not added an app ${id}.`);
    return found;
  };

  pages.get(ADDED, undefined, (c, user) =>
    c.html(
      page({
        title: "Added apps",
        user,
        here: ADDED,
        notice: c.req.query("notice"),
        body: addedApps(addedBy(user), (id) => sandbox.users.find(id)?.email ?? id),
      }),
    ),
  );

  pages.get(`${ADDED}/:id/remove`, undefined, (c, user) => {
    const { app, install } = addedOne(user, c.req.param("id"));
    return c.html(
      page({ title: "Remove App", user, here: ADDED, body: removeDialog(app, install, sessions.csrf(user)) }),
    );
  });

  pages.post(`${ADDED}/:id/remove`, undefined, (c, user, form) => {
    const { app, install } = addedOne(user, c.req.param("id"));
    apps.remove(app, install.user_id);
    const id = sandbox.ids.key();
    const at = sandbox.clock.now().toISOString();
    removals.set(id, { id, app_id: app.id, user_id: install.user_id, reason: form.text("reason"), at });
    return withNotice(ADDED, `Removed ${app.name}.`);
  });
}

const isKind = (text: string): text is AppKind => Object.hasOwn(KINDS, text);

function settingsOf(form: Form): Partial<AppSettings> {
  return {
    ...(form.has("name") ? { name: form.text("name") } : {}),
    ...(form.has("redirect_urls") ? { redirect_urls: form.list("redirect_urls").flatMap(words) } : {}),
    ...(form.has("scopes") ? { scopes: [...new Set(form.list("scopes").flatMap(words))] } : {}),
    ...(form.has("deauthorization_url") ? { deauthorization_url: form.text("deauthorization_url") } : {}),
  };
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
