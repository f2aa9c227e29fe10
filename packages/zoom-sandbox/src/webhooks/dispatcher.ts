import type { App, EventSubscription, Install } from "../marketplace/app.ts";
import type { EmitOptions, EventPayload, Sandbox } from "../sandbox.ts";
import { authenticationHeaders } from "./authentication.ts";
import type { Delivery } from "./deliveries.ts";
import { makeRequestId } from "./deliveries.ts";
import type { DeliveryRules } from "./delivery-rules.ts";
import { payloadJson } from "./event-shapes.ts";
import { events, scopesAllowEvent } from "./events.ts";
import { postWebhook } from "./post-webhook.ts";
import { webhookHeaders } from "./sign.ts";
import type { Sockets } from "./sockets.ts";

/** Sends queued events to the apps that subscribed to them. */
export interface Dispatcher {
  readonly emit: Sandbox["emit"];
  readonly sendDeauthorized: (app: App, userId: string) => void;
  readonly all: () => Delivery[];
  readonly find: (id: string) => Delivery | undefined;
  /** Sends a delivery once more: same request id and body, fresh timestamp and signature. */
  readonly redeliver: (delivery: Delivery) => Promise<void>;
  /** Resolves when nothing is on the wire. */
  readonly settled: () => Promise<void>;
  /** Schedules what a restored state still owes. */
  readonly resume: () => void;
}

type DispatcherParts = Pick<Sandbox, "clock" | "ids" | "table" | "account"> & {
  readonly sockets: Pick<Sockets, "send">;
  readonly rules: DeliveryRules;
  readonly changed: () => void;
  readonly onEvent: ((event: string, body: string) => void) | undefined;
};

// Zoom: three retries, 5 minutes, then 20, then 60 after the one before (zoom-api.md 5.3).
const RETRY_AFTER_MS = [5 * 60_000, 20 * 60_000, 60 * 60_000];
const KEPT_DELIVERIES = 5_000;
/** More at once would only wait at the receiver. */
const MOST_TO_ONE_RECEIVER = 64;

/** What is to go to one receiver: one that answers nothing holds up no other. */
interface Lane {
  readonly waiting: (() => Promise<void>)[];
  sending: number;
}

/** Makes the dispatcher; sending is real HTTP, waiting is virtual. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { clock, ids, table, account, sockets, rules, changed, onEvent } = parts;
  const apps = table<App>("apps");
  const installs = table<Install>("installs");
  const deliveries = table<Delivery>("deliveries");
  const sending = new Set<Promise<void>>();
  const lanes = new Map<string, Lane>();
  /** Held back by a `reorder` rule until the next one has gone. */
  const heldBack: Delivery[] = [];

  function emit(event: string, payload: EventPayload, options: EmitOptions = {}): void {
    if (!events().has(event)) throw new Error(`Zoom has no event ${event}`);
    const subscribers = [...subscribersOf(event, options.userId ?? subjectOf(payload), options.appId)];
    if (subscribers.length === 0 && !onEvent) return;
    const head = JSON.stringify({ event, event_ts: clock.now().getTime() }).slice(0, -1);
    const shown = payloadJson(event, { account_id: account.id, ...payload });
    const tail = JSON.stringify(options.top ?? {}).slice(1);
    const body = `${head},"payload":${shown}${tail === "}" ? "" : ","}${tail}`;
    onEvent?.(event, body);
    for (const [app, subscription] of subscribers) queue(app, subscription, event, body);
  }

  function* subscribersOf(
    event: string,
    subject: string | undefined,
    only: string | undefined,
  ): Generator<[App, EventSubscription]> {
    for (const app of apps.all()) {
      if (app.subscriptions.length === 0 || (only !== undefined && app.id !== only)) continue;
      const hears = installs.find(
        (install) =>
          install.app_id === app.id &&
          (install.account_level || install.user_id === subject) &&
          scopesAllowEvent(install.scopes, event),
      );
      if (hears === undefined || installs.get(`${app.id}:${subject}`)?.events_off === true) continue;
      for (const subscription of app.subscriptions) {
        const { user_ids, disabled } = subscription;
        const about = user_ids === undefined || (subject !== undefined && user_ids.includes(subject));
        if (about && disabled !== true && subscription.events.includes(event)) yield [app, subscription];
      }
    }
  }

  function queue(app: App, to: Pick<EventSubscription, "id" | "url">, event: string, body: string): void {
    const delivery: Delivery = {
      ...{ id: ids.key(), app_id: app.id, subscription_id: to.id, url: to.url, event },
      ...{ request_id: makeRequestId(ids), body, status: "pending", attempts: [] },
      created_at: clock.now().toISOString(),
    };
    deliveries.set(delivery.id, delivery);
    const oldest = deliveries.size() > KEPT_DELIVERIES ? deliveries.find(() => true) : undefined;
    if (oldest !== undefined) deliveries.delete(oldest.id);
    const met = rules.meeting(delivery);
    const late = met.find(({ kind }) => kind === "delay");
    if (met.some(({ kind }) => kind === "drop")) settle(delivery, "dropped");
    else if (late) schedule(delivery, new Date(clock.now().getTime() + late.delayMs), 0);
    else if (met.some(({ kind }) => kind === "reorder")) heldBack.push(delivery);
    else release(delivery);
    if (met.some(({ kind }) => kind === "duplicate")) {
      onTheWire(delivery.url, async () => void (await send(delivery, app, 0)));
    }
  }

  /** Sends it, and after it what was held back. */
  function release(delivery: Delivery): void {
    for (const one of [delivery, ...heldBack.splice(0)]) onTheWire(one.url, () => attempt(one, 0));
  }

  /** Starts after the request that caused it has been answered, and when there is room. */
  function onTheWire(receiver: string, work: () => Promise<void>): void {
    let lane = lanes.get(receiver);
    if (lane === undefined) lanes.set(receiver, (lane = { waiting: [], sending: 0 }));
    const { waiting } = lane;
    waiting.push(work);
    // The answers of this turn of the loop are written when it ends.
    if (waiting.length === 1) setImmediate(() => setImmediate(fill, receiver, lane));
  }

  function fill(receiver: string, lane: Lane): void {
    while (lane.sending < MOST_TO_ONE_RECEIVER) {
      const work = lane.waiting.shift();
      if (!work) break;
      lane.sending += 1;
      const one = work().finally(() => {
        lane.sending -= 1;
        sending.delete(one);
        fill(receiver, lane);
      });
      sending.add(one);
    }
    if (lane.sending + lane.waiting.length === 0) lanes.delete(receiver);
  }

  function settle(delivery: Delivery, status: Delivery["status"]): void {
    delete delivery.next_attempt_at;
    delivery.status = status;
    changed();
  }

  async function send(delivery: Delivery, app: App, retry_num: number): Promise<number | undefined> {
    const subscription = app.subscriptions.find(({ id }) => id === delivery.subscription_id);
    const now = clock.now();
    const at = now.toISOString();
    if (subscription?.method === "websocket") {
      // Zoom: what happens while nobody is connected is lost; there is no retry (zoom-api.md 5.4).
      const sent = sockets.send(subscription.id, delivery.body);
      delivery.attempts.push({
        at,
        retry_num,
        ...(sent ? { status: 200 } : { problem: "nobody is connected" }),
      });
      settle(delivery, sent ? "delivered" : "failed");
      return sent ? 200 : 400;
    }
    const headers = {
      ...webhookHeaders(app, delivery.request_id, now, delivery.body),
      ...(await authenticationHeaders(app, subscription?.authentication)),
    };
    const { status, problem } = await postWebhook(delivery.url, headers, delivery.body);
    delivery.attempts.push({
      ...{ at, retry_num },
      ...(status === undefined ? {} : { status }),
      ...(problem === undefined ? {} : { problem }),
    });
    if (succeeded(status)) delivery.status = "delivered";
    changed();
    return status;
  }

  async function attempt(delivery: Delivery, retry_num: number): Promise<void> {
    delete delivery.next_attempt_at;
    const app = apps.get(delivery.app_id);
    // An app that was removed meanwhile hears no more, except that it was removed.
    const live =
      retry_num === 0 || installs.find((install) => install.app_id === delivery.app_id) !== undefined;
    if (!app || !(live || delivery.event === "app_deauthorized")) return settle(delivery, "failed");
    const status = await send(delivery, app, retry_num);
    if (succeeded(status)) return;
    const retryAfterMs = RETRY_AFTER_MS[retry_num];
    // Zoom: redirects and 4xx are final; only 5xx and silence are tried again (zoom-api.md 5.3).
    if ((status !== undefined && status < 500) || retryAfterMs === undefined) settle(delivery, "failed");
    else schedule(delivery, new Date(clock.now().getTime() + retryAfterMs), retry_num + 1);
  }

  function schedule(delivery: Delivery, at: Date, retry_num: number): void {
    delivery.next_attempt_at = at.toISOString();
    clock.schedule(at, () => attempt(delivery, retry_num));
  }

  function sendDeauthorized(app: App, userId: string): void {
    const iso = clock.now().toISOString();
    const body = JSON.stringify({
      event: "app_deauthorized",
      // Zoom: here event_ts is a text date inside the payload (zoom-api.md 2.7).
      payload: {
        ...{ account_id: account.id, user_id: userId, signature: ids.hex(64), deauthorization_time: iso },
        ...{ client_id: app.client_id, event_ts: iso.slice(0, 19).replace("T", " ") },
      },
    });
    onEvent?.("app_deauthorized", body);
    // An app without an address of its own for this is told where its events go.
    const targets = app.deauthorization_url
      ? [{ id: "", url: app.deauthorization_url }]
      : app.subscriptions.slice(0, 1);
    for (const to of targets) queue(app, to, "app_deauthorized", body);
  }

  return {
    emit,
    sendDeauthorized,
    all: () => deliveries.all(),
    find: (id) => deliveries.get(id),
    redeliver: async (delivery) => {
      const app = apps.get(delivery.app_id);
      if (app !== undefined) await send(delivery, app, delivery.attempts.at(-1)?.retry_num ?? 0);
    },
    settled: async () => {
      // What waits for company to be reordered with has had its chance.
      const last = heldBack.shift();
      if (last) release(last);
      while (lanes.size > 0) {
        await Promise.all(sending);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    resume: () => {
      heldBack.length = 0;
      for (const delivery of deliveries.filter((row) => row.status === "pending")) {
        const at = delivery.next_attempt_at === undefined ? clock.now() : new Date(delivery.next_attempt_at);
        schedule(delivery, at, Math.min(delivery.attempts.length, RETRY_AFTER_MS.length));
      }
    },
  };
}

const succeeded = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status < 300;

function subjectOf(payload: EventPayload): string | undefined {
  const { object = {}, operator_id } = payload;
  return "host_id" in object && typeof object.host_id === "string" ? object.host_id : operator_id;
}
