/**
 * Event subscriptions that an app makes for itself.
 *
 * Not emulated: subscriptions of teams and of master accounts; they are refused as invalid.
 */
import type { Call } from "../../call.ts";
import type { App, EventSubscription, WebhookAuthentication } from "../../marketplace/app.ts";
import type { Apps } from "../../marketplace/apps.ts";
import { type Sandbox, ZoomError, zoomError } from "../../sandbox.ts";
import { personOf } from "./app-rows.ts";

interface CustomHeader {
  readonly custom_header_type?: number;
  readonly username?: string;
  readonly password?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly token_url?: string;
  readonly custom_header_key?: string;
  readonly custom_header_value?: string;
}

interface NewSubscription {
  readonly events: string[];
  readonly event_subscription_name?: string;
  readonly event_webhook_url: string;
  readonly user_ids?: string[];
  readonly subscription_scope: string;
  readonly custom_header?: CustomHeader;
}

/** The operations. */
export function eventSubscriptions(sandbox: Sandbox, { apps }: { readonly apps: Apps }): void {
  const { api } = sandbox;

  const own = (call: Call): App => {
    const app = apps.find(call.caller.appId);
    if (!app) throw zoomError(404, 1401, `App ID does not exist: ${call.caller.appId}`);
    return app;
  };
  const named = (app: App, id: string): EventSubscription => {
    const found = app.subscriptions.find((one) => one.id === id);
    if (!found) throw zoomError(404, 1601, `App event subscription is invalid: ${id}`);
    return found;
  };
  /** Ids of people who added the app. */
  const authorized = (app: App, ids: readonly string[], code: number): string[] =>
    ids.map((id) => {
      const user = personOf(sandbox, id);
      const added = apps
        .installs(app.id)
        .some(({ user_id, account_level }) => account_level || user_id === user.id);
      if (!added) throw zoomError(400, code, `The user don't authorize the app: ${id}.`);
      return user.id;
    });

  api.on("GET /marketplace/app/event_subscription", (call) => {
    const user = personOf(sandbox, call.query("user_id") ?? "");
    const scope = call.query("subscription_scope");
    const all = own(call).subscriptions.filter(
      ({ user_ids }) =>
        (user_ids === undefined || user_ids.includes(user.id)) &&
        (scope === undefined || scope === scopeOf({ user_ids })),
    );
    const { rows, ...page } = call.page(all);
    return { ...page, event_subscriptions: rows.map((one) => shown(one, user.id)) };
  });

  api.on("POST /marketplace/app/event_subscription", async (call) => {
    const app = own(call);
    const body = call.body<NewSubscription>();
    if (body.events.length === 0) throw zoomError(400, 1500, "The events list is empty.");
    if (body.event_webhook_url === "") throw zoomError(400, 1500, "The event webhook url is empty.");
    if (body.subscription_scope !== "user" && body.subscription_scope !== "account")
      throw zoomError(400, 1500, "The subscription scope is invalid.");
    const user_ids =
      body.subscription_scope === "user" ? authorized(app, body.user_ids ?? [], 1300) : undefined;
    try {
      const { id } = await apps.subscribe(app, {
        ...{ name: body.event_subscription_name ?? "", url: body.event_webhook_url, events: body.events },
        ...{ authentication: authenticationOf(body.custom_header), by_api: true },
        ...(user_ids && { user_ids }),
      });
      return { event_subscription_id: id };
    } catch (error) {
      throw asTheApiSays(error, body.event_webhook_url);
    }
  });

  api.on("PATCH /marketplace/app/event_subscription/{eventSubscriptionId}", (call) => {
    const app = own(call);
    const subscription = named(app, call.params.eventSubscriptionId);
    const ids = authorized(app, call.body<{ user_ids?: string[] }>().user_ids ?? [], 1002);
    if (subscription.user_ids !== undefined)
      subscription.user_ids = [...new Set([...subscription.user_ids, ...ids])];
  });

  api.on("DELETE /marketplace/app/event_subscription", (call) => {
    const app = own(call);
    const subscription = named(app, call.query("event_subscription_id") ?? "");
    const gone = (call.query("user_ids") ?? "").split(",").filter(Boolean);
    for (const id of gone) personOf(sandbox, id);
    if (gone.length === 0) apps.unsubscribe(app, subscription.id);
    else subscription.user_ids = (subscription.user_ids ?? []).filter((id) => !gone.includes(id));
  });

  api.on("DELETE /marketplace/app/event_subscription/{eventSubscriptionId}", (call) => {
    const app = own(call);
    apps.unsubscribe(app, named(app, call.params.eventSubscriptionId).id);
  });
}

const scopeOf = ({ user_ids }: { user_ids?: string[] | undefined }): string =>
  user_ids === undefined ? "account" : "user";

function shown(one: EventSubscription, subscriber: string): object {
  return {
    ...{ event_subscription_id: one.id, events: one.events, event_subscription_name: one.name },
    ...{ event_webhook_url: one.url, subscription_scope: scopeOf(one), subscriber_id: subscriber },
    created_source: one.by_api === true ? "openapi" : "default",
    custom_header: headerOf(one.authentication ?? { kind: "default" }),
  };
}

/** Zoom's number of each kind of authentication. */
const TYPES: Readonly<Record<WebhookAuthentication["kind"], number>> = {
  default: 0,
  basic: 1,
  oauth: 2,
  custom: 3,
};

function headerOf(given: WebhookAuthentication): CustomHeader {
  const custom_header_type = TYPES[given.kind];
  if (given.kind === "basic")
    return { custom_header_type, username: given.username, password: given.password };
  if (given.kind === "oauth") {
    const { client_id, client_secret, token_url } = given;
    return { custom_header_type, client_id, client_secret, token_url };
  }
  if (given.kind === "custom") {
    return { custom_header_type, custom_header_key: given.header, custom_header_value: given.value };
  }
  return { custom_header_type };
}

function authenticationOf(given: CustomHeader = {}): WebhookAuthentication {
  const needed = (name: keyof CustomHeader, says: string): string => {
    const value = given[name];
    if (value === undefined || value === "") throw zoomError(400, 1500, `The ${says} is required.`);
    return String(value);
  };
  switch (given.custom_header_type ?? 0) {
    case 1:
      return {
        kind: "basic",
        username: needed("username", "username"),
        password: needed("password", "password"),
      };
    case 2:
      return {
        kind: "oauth",
        client_id: needed("client_id", "client id"),
        client_secret: needed("client_secret", "client secret"),
        token_url: needed("token_url", "token url"),
      };
    case 3: {
      const header = needed("custom_header_key", "custom header key").toLowerCase();
      if (!/^[a-z0-9-]+$/.test(header))
        throw zoomError(400, 1500, "The custom header key can only contain letters, numbers, and -.");
      return { kind: "custom", header, value: needed("custom_header_value", "custom header value") };
    }
    default:
      return { kind: "default" };
  }
}

/** What the pages say in words, with the statuses and texts of the API. */
function asTheApiSays(error: unknown, url: string): unknown {
  if (!(error instanceof ZoomError)) return error;
  if (error.code === 1601)
    return zoomError(404, 1601, error.message.replace("The event does not exist", "App event not exists"));
  if (error.code === 1701) return zoomError(404, 1701, `The event webhook url validate failed: ${url}.`);
  return error;
}
