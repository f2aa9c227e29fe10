import { type Pages, withNotice } from "../portal/admin.ts";
import { peopleCount } from "../portal/people-text.ts";
import type { User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import { type App, asksConsent, type EventSubscription } from "./app.ts";
import { newAppOf, settingsOf, subscriptionOf } from "./app-forms.ts";
import { appPage } from "./app-tabs.ts";
import { createdApps } from "./app-views.ts";
import type { MarketplaceParts } from "./marketplace-pages.ts";

const HERE = "/marketplace/apps";

/** Develop: build apps, their credentials, features, scopes and event subscriptions. */
export function developPages({ sandbox, sessions, apps }: MarketplaceParts, pages: Pages): void {
  const { roles } = sandbox;

  // A person sees the apps they made; who may edit the Marketplace sees all.
  const mayEdit = (user: User, app: App): boolean =>
    app.created_by === user.id || roles.allows(user, "MarketPlace:Edit");

  function named(user: User, id = ""): App {
    const app = apps.find(id);
    if (app === undefined || !mayEdit(user, app))
      throw zoomError(404, 1401, `There is no app ${id} of yours.`);
    return app;
  }
  function subscriptionNamed(app: App, id = ""): EventSubscription {
    const found = app.subscriptions.find((one) => one.id === id);
    if (found === undefined) throw zoomError(404, 1401, `There is no event subscription ${id}.`);
    return found;
  }
  const tab = (app: App, name: string): string => `${HERE}/${app.id}?tab=${name}`;

  pages.get(HERE, undefined, (c, user) => {
    const mine = apps.all().filter((app) => mayEdit(user, app));
    return pages.show(c, user, {
      ...{ title: "Created apps", here: HERE, body: createdApps(mine, sessions.csrf(user)) },
    });
  });

  pages.post(HERE, undefined, (_, user, form) => {
    const app = apps.create(newAppOf(form), user.id);
    return withNotice(`${HERE}/${app.id}`, "Created the app.");
  });

  pages.get(`${HERE}/:id`, undefined, (c, user) => {
    const app = named(user, c.req.param("id"));
    const parts = { app, accountId: sandbox.account.id, origin: sandbox.origin(), query: c.req.query() };
    const body = appPage({ ...parts, csrf: sessions.csrf(user) });
    return pages.show(c, user, { title: app.name, here: HERE, body });
  });

  pages.post(`${HERE}/:id`, undefined, (c, user, form) => {
    const app = named(user, c.req.param("id"));
    apps.update(app, settingsOf(form));
    return withNotice(tab(app, form.text("back") || "information"), "Saved.");
  });

  const renewed = (path: string, title: string, what: string, renew: (app: App) => void): void =>
    pages.confirmed(
      `${HERE}/:id/${path}`,
      undefined,
      (c, user) => {
        const app = named(user, c.req.param("id"));
        const question = { title: `Regenerate the ${title} of ${app.name}`, what, label: "Regenerate" };
        return { ...question, here: HERE, back: tab(app, "credentials") };
      },
      (c, user) => {
        const app = named(user, c.req.param("id"));
        renew(app);
        return withNotice(tab(app, "credentials"), `The app has another ${title}.`);
      },
    );
  renewed("secret", "client secret", "The present one stops working at once.", (app) =>
    apps.rotateSecret(app),
  );
  renewed(
    ...["secret_token", "secret token"],
    "Events are signed with the new one from now on; endpoints that know the present one will refuse them.",
    (app) => apps.regenerate(app, "secret_token"),
  );
  renewed(
    ...["verification_token", "verification token"],
    "Events carry the new one from now on; endpoints that know the present one will refuse them.",
    (app) => apps.regenerate(app, "verification_token"),
  );

  pages.post(`${HERE}/:id/activation`, undefined, (c, user, form) => {
    const app = named(user, c.req.param("id"));
    app.active = form.text("active") === "true";
    return withNotice(tab(app, "activation"), app.active ? "Activated." : "Deactivated.");
  });

  pages.confirmed(
    `${HERE}/:id/delete`,
    undefined,
    (c, user) => {
      const app = named(user, c.req.param("id"));
      const added = asksConsent(app)
        ? ` It is removed from ${peopleCount(apps.installs(app.id).length)}.`
        : "";
      const what = `Its credentials and event subscriptions are gone, and its tokens stop working at once.${added}`;
      const question = { title: `Delete the app ${app.name}`, what, label: "Delete" };
      return { ...question, here: HERE, back: tab(app, "activation") };
    },
    (c, user) => {
      const app = named(user, c.req.param("id"));
      apps.delete(app);
      return withNotice(HERE, `Deleted ${app.name}.`);
    },
  );

  const SUBSCRIPTIONS = `${HERE}/:id/subscriptions`;
  const saved = (app: App, { method, url, name }: EventSubscription): string =>
    withNotice(
      tab(app, "events"),
      method === "websocket"
        ? `Saved ${name}: connect to the address in the list.`
        : `${url} answered the challenge; the subscription is saved.`,
    );

  pages.post(SUBSCRIPTIONS, undefined, async (c, user, form) => {
    const app = named(user, c.req.param("id"));
    return saved(app, await apps.subscribe(app, subscriptionOf(form)));
  });

  pages.post(`${SUBSCRIPTIONS}/validate`, undefined, async (c, user, form) => {
    const app = named(user, c.req.param("id"));
    const { url, authentication } = subscriptionOf(form);
    await apps.validate(app, { url, ...(authentication && { authentication }) });
    return { stay: `${url} answered the challenge. Nothing is saved yet.`, on: tab(app, "events") };
  });

  pages.post(`${SUBSCRIPTIONS}/:subscriptionId`, undefined, async (c, user, form) => {
    const app = named(user, c.req.param("id"));
    const earlier = subscriptionNamed(app, c.req.param("subscriptionId"));
    return saved(app, await apps.subscribe(app, subscriptionOf(form), earlier));
  });

  pages.post(`${SUBSCRIPTIONS}/:subscriptionId/validate`, undefined, async (c, user) => {
    const app = named(user, c.req.param("id"));
    const subscription = subscriptionNamed(app, c.req.param("subscriptionId"));
    await apps.subscribe(app, subscription, subscription);
    return withNotice(tab(app, "events"), `${subscription.url} answered the challenge.`);
  });

  pages.confirmed(
    `${SUBSCRIPTIONS}/:subscriptionId/delete`,
    undefined,
    (c, user) => {
      const app = named(user, c.req.param("id"));
      const { name, url } = subscriptionNamed(app, c.req.param("subscriptionId"));
      const what = `No more of its events are sent${url && ` to ${url}`}.`;
      const question = { title: `Delete the subscription ${name}`, what, label: "Delete" };
      return { ...question, here: HERE, back: tab(app, "events") };
    },
    (c, user) => {
      const app = named(user, c.req.param("id"));
      apps.unsubscribe(app, subscriptionNamed(app, c.req.param("subscriptionId")).id);
      return withNotice(tab(app, "events"), "Deleted the subscription.");
    },
  );
}
