import { isAdminScope } from "../api.ts";
import { zoomError } from "../sandbox.ts";
import type { Sandbox } from "../sandbox.ts";
import type { RedirectMatching } from "../oauth/redirects.ts";
import type { Tokens } from "../oauth/tokens.ts";
import { same } from "../same.ts";
import { sendChallenge } from "../webhooks/challenge.ts";
import { type App, type AppKind, asksConsent, type EventSubscription, type Install } from "./app.ts";
import { allScopes } from "../operations/scopes.ts";
import { events as EVENTS, scopesAllowEvent } from "../webhooks/events.ts";

/** What a person enters to create or change an app. */
export interface AppSettings {
  readonly name: string;
  readonly kind: AppKind;
  readonly redirect_urls: readonly string[];
  readonly scopes: readonly string[];
  readonly deauthorization_url: string;
  readonly redirect_matching?: RedirectMatching;
  readonly public_client?: boolean;
  readonly needs_approval?: boolean;
}

/** What a person enters to subscribe an app to events. */
export type Subscribed = Pick<
  EventSubscription,
  "name" | "url" | "events" | "method" | "authentication" | "user_ids" | "by_api"
>;

/** The tokens by which an app knows a webhook. */
export type WebhookToken = "secret_token" | "verification_token";

/** Creates apps, their event subscriptions, and adds them to or removes them from people. */
export interface Apps {
  readonly find: (id: string) => App | undefined;
  readonly byClientId: (clientId: string) => App | undefined;
  readonly all: () => App[];
  readonly create: (settings: AppSettings, createdBy: string) => App;
  readonly update: (app: App, settings: Partial<AppSettings>) => void;
  readonly delete: (app: App) => void;
  /** Gives the app another client secret; the earlier one is refused from now on. */
  readonly rotateSecret: (app: App, oldUntil?: Date) => void;
  /** Gives the app another token to sign webhooks with, or the older one that is sent as a header. */
  readonly regenerate: (app: App, which: WebhookToken) => void;
  /** True for the app's client secret, and for the one before while that still works. */
  readonly knowsSecret: (app: App, secret: string) => boolean;
  /** Sends Zoom's challenge to an address. @throws {ZoomError} 400/1701 that says why it is refused */
  readonly validate: (app: App, wanted: Pick<Subscribed, "url" | "authentication">) => Promise<void>;
  /** Validates the address by Zoom's challenge, then keeps the subscription, in place of `earlier` when given. */
  readonly subscribe: (
    app: App,
    wanted: Subscribed,
    earlier?: EventSubscription,
  ) => Promise<EventSubscription>;
  readonly unsubscribe: (app: App, id: string) => void;
  readonly installs: (appId?: string) => Install[];
  readonly add: (app: App, userId: string, scopes: string[]) => Install;
  /** Removes an app from a person: its tokens die, its events stop, and it is told. */
  readonly remove: (app: App, userId: string) => boolean;
}

interface AppsParts extends Pick<Sandbox, "clock" | "ids" | "table" | "account"> {
  readonly tokens: Tokens;
  readonly sendDeauthorized: (app: App, userId: string) => void;
}

const eventScopes = (): string[] => [...new Set([...EVENTS().values()].flatMap(({ scopes }) => scopes))];
const MAX_SUBSCRIPTIONS = 20;

const installId = (appId: string, userId: string): string => `${appId}:${userId}`;

/** Makes the store of Marketplace apps. */
export function createApps({ clock, ids, table, tokens, sendDeauthorized }: AppsParts): Apps {
  const apps = table<App>("apps");
  const installs = table<Install>("installs");

  function add(app: App, userId: string, scopes: string[]): Install {
    const install: Install = {
      id: installId(app.id, userId),
      app_id: app.id,
      user_id: userId,
      account_level: app.kind !== "user_managed",
      scopes,
      added_at: clock.now().toISOString(),
    };
    installs.set(install.id, install);
    return install;
  }

  function remove(app: App, userId: string): boolean {
    const existed = installs.delete(installId(app.id, userId));
    tokens.kill(app.id, userId);
    if (existed) sendDeauthorized(app, userId);
    return existed;
  }

  const validate: Apps["validate"] = async (app, { url, authentication }) => {
    checkAddress("Event notification endpoint URL", url);
    const refusal = await sendChallenge({ app, url, clock, ids, authentication });
    if (refusal !== undefined) throw zoomError(400, 1701, `URL validation failed: ${refusal}`);
  };

  return {
    find: (id) => apps.get(id),
    byClientId: (clientId) => apps.find((app) => app.client_id === clientId),
    all: () => apps.all(),
    create: (settings, createdBy) => {
      check(settings);
      const app: App = {
        id: ids.key(),
        client_id: ids.secret(22),
        client_secret: ids.secret(32),
        secret_token: ids.secret(22),
        verification_token: ids.secret(22),
        ...settings,
        name: settings.name.trim(),
        redirect_urls: [...settings.redirect_urls],
        // Zoom: a webhook-only app asks for no scopes and may hear every event of the account.
        scopes: settings.kind === "webhook_only" ? eventScopes() : [...settings.scopes],
        subscriptions: [],
        created_by: createdBy,
        created_at: clock.now().toISOString(),
        active: true,
      };
      apps.set(app.id, app);
      if (!asksConsent(app)) add(app, createdBy, app.scopes);
      return app;
    },
    update: (app, settings) => {
      check({ kind: app.kind, ...settings });
      Object.assign(app, settings);
      const own = asksConsent(app) ? undefined : installs.get(installId(app.id, app.created_by));
      if (own !== undefined) own.scopes = app.scopes;
    },
    delete: (app) => {
      for (const install of installs.filter((row) => row.app_id === app.id)) remove(app, install.user_id);
      tokens.kill(app.id);
      apps.delete(app.id);
      table("app_approvals").delete(app.id);
      const asked = table<{ id: string; app_id: string }>("app_requests");
      for (const { id, app_id } of asked.all()) if (app_id === app.id) asked.delete(id);
    },
    rotateSecret: (app, oldUntil) => {
      if (oldUntil === undefined) delete app.old_secret;
      else app.old_secret = { id: ids.key(), secret: app.client_secret, revoked_ms: oldUntil.getTime() };
      app.client_secret = ids.secret(32);
    },
    regenerate: (app, which) => {
      app[which] = ids.secret(22);
    },
    knowsSecret: ({ client_secret, old_secret }, secret) =>
      same(secret, client_secret) ||
      (old_secret !== undefined &&
        clock.now().getTime() < old_secret.revoked_ms &&
        same(secret, old_secret.secret)),
    validate,
    subscribe: async (app, wanted, earlier) => {
      if (earlier === undefined && app.subscriptions.length >= MAX_SUBSCRIPTIONS) {
        throw zoomError(
          400,
          1500,
          `An app has at most ${MAX_SUBSCRIPTIONS} event subscriptions; delete one first.`,
        );
      }
      const { method = "webhook", authentication, url } = wanted;
      const { user_ids = earlier?.user_ids, by_api = earlier?.by_api } = wanted;
      if (wanted.events.length === 0) throw zoomError(400, 1500, "Events: choose at least one.");
      for (const event of wanted.events) {
        if (!EVENTS().has(event)) throw zoomError(400, 1601, `The event does not exist: ${event}`);
        if (!scopesAllowEvent(app.scopes, event)) {
          throw zoomError(400, 1602, `The event is not allowed for the app: ${event}`);
        }
      }
      if (method === "webhook") await validate(app, wanted);
      const subscription: EventSubscription = {
        id: earlier?.id ?? ids.key(),
        name: wanted.name,
        url: method === "webhook" ? url : "",
        events: [...new Set(wanted.events)],
        validated_at: clock.now().toISOString(),
        method,
        ...(authentication && { authentication }),
        ...(user_ids && { user_ids }),
        ...(by_api && { by_api }),
      };
      if (earlier === undefined) app.subscriptions.push(subscription);
      else app.subscriptions = app.subscriptions.map((one) => (one === earlier ? subscription : one));
      return subscription;
    },
    unsubscribe: (app, id) => {
      app.subscriptions = app.subscriptions.filter((subscription) => subscription.id !== id);
    },
    installs: (appId) => installs.filter((row) => appId === undefined || row.app_id === appId),
    add,
    remove,
  };
}

// Zoom: addresses must be https, except loopback (zoom-api.md 2.2); the sandbox lives on loopback.
function checkAddress(field: string, text: string): void {
  const url = URL.parse(text);
  const loopback = url !== null && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url === null || !(url.protocol === "https:" || (url.protocol === "http:" && loopback))) {
    throw zoomError(
      400,
      1500,
      `${field}: ${text} must be an https address (http only on 127.0.0.1 or localhost).`,
    );
  }
}

function check(settings: Partial<AppSettings>): void {
  if (settings.name !== undefined && (settings.name.trim() === "" || settings.name.length > 50)) {
    throw zoomError(400, 1500, "App name: enter 1 to 50 characters.");
  }
  for (const url of settings.redirect_urls ?? []) checkAddress("Redirect URL", url);
  if (settings.deauthorization_url) checkAddress("Deauthorization URL", settings.deauthorization_url);
  for (const scope of settings.scopes ?? []) {
    if (!allScopes().has(scope))
      throw zoomError(400, 1500, `Scope ${scope} does not exist; check its spelling.`);
    // Zoom: an app that people add for themselves is offered no scope over others (zoom-api.md 2.6).
    if (settings.kind === "user_managed" && isAdminScope(scope)) {
      throw zoomError(
        400,
        1500,
        `Scope ${scope} reaches the whole account; a user-managed app may ask for ${scope.replace(/:\w+$/, "")} instead.`,
      );
    }
  }
}
