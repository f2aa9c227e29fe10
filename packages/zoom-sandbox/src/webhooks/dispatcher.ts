import type { App, EventSubscription, Install } from "../marketplace/app.ts";
import type { EmitOptions, EventPayload, Sandbox } from "../sandbox.ts";
import { authenticationHeaders } from "./authentication.ts";
import type { Delivery } from "./deliveries.ts";
import { makeRequestId } from "./deliveries.ts";
import type { DeliveryRules } from "./delivery-rules.ts";
import { payloadJson } from "./event-shapes.ts";
import { events, scopesAllowEvent } from "./events.ts";
import { createLanes } from "./lanes.ts";
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
  /** Lets go of all that is under way or waits, before the tables are replaced: no word of it comes after. */
  readonly forget: () => void;
  /** Schedules what a restored state still owes. */
  readonly resume: () => void;
  /** Gives what is on the wire its time; what has not gone by then stays pending. */
  readonly close: () => Promise<void>;
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
/** An attempt takes no longer; what has not gone by then is pending in the state file. */
const CLOSE_WITHIN_MS = 4_000;

/** Makes the dispatcher; sending is real HTTP, waiting is virtual. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { clock, ids, table, account, sockets, rules, changed, onEvent } = parts;
  const apps = table<App>("apps");
  const installs = table<Install>("installs");
  const deliveries = table<Delivery>("deliveries");
  const lanes = createLanes();
  /** Held back by a `reorder` rule until the next one to the same receiver has gone. */
  const heldBack = new Map<string, Delivery[]>();
  /** What is no longer pending, oldest first: the log keeps so many of these. */
  let finished: string[] = [];
  /** Grows when the tables are replaced: what was sent for the earlier ones has no say in the new. */
  let generation = 0;

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
      if (!app.active || app.subscriptions.length === 0 || (only !== undefined && app.id !== only)) continue;
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
    const met = rules.meeting(delivery);
    const late = met.find(({ kind }) => kind === "delay");
    const receiver = receiverOf(delivery);
    if (met.some(({ kind }) => kind === "drop")) return settle(delivery, "dropped");
    if (late) schedule(delivery, new Date(clock.now().getTime() + late.delayMs), 0);
    else if (met.some(({ kind }) => kind === "reorder"))
      heldBack.set(receiver, [...(heldBack.get(receiver) ?? []), delivery]);
    else release(receiver, delivery);
    if (met.some(({ kind }) => kind === "duplicate")) {
      void lanes.run(receiver, async () => void (await send(delivery, app, 0)));
    }
  }

  /** Sends it, and when it has gone what was held back for the same receiver. */
  function release(receiver: string, delivery?: Delivery): void {
    const held = heldBack.get(receiver) ?? [];
    heldBack.delete(receiver);
    void lanes.run(receiver, async () => {
      for (const one of delivery === undefined ? held : [delivery, ...held]) await attempt(one, 0);
    });
  }

  function settle(delivery: Delivery, status: Delivery["status"]): void {
    delete delivery.next_attempt_at;
    if (delivery.status === "pending") finished.push(delivery.id);
    delivery.status = status;
    if (finished.length > KEPT_DELIVERIES) deliveries.delete(finished.shift() ?? "");
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
    const sentIn = generation;
    const headers = {
      ...webhookHeaders(app, delivery.request_id, now, delivery.body),
      ...(await authenticationHeaders(app, subscription?.authentication)),
    };
    const { status, problem } = await postWebhook(delivery.url, headers, delivery.body);
    if (sentIn !== generation) return status;
    delivery.attempts.push({
      ...{ at, retry_num },
      ...(status === undefined ? {} : { status }),
      ...(problem === undefined ? {} : { problem }),
    });
    if (succeeded(status)) settle(delivery, "delivered");
    else changed();
    return status;
  }

  async function attempt(delivery: Delivery, retry_num: number): Promise<void> {
    // Delivered by hand, or twice by a rule, while it waited.
    if (delivery.status !== "pending") return;
    delete delivery.next_attempt_at;
    const app = apps.get(delivery.app_id);
    if (!app || !(retry_num === 0 || stillHears(app, delivery))) return settle(delivery, "failed");
    const sentIn = generation;
    const status = await send(delivery, app, retry_num);
    if (sentIn !== generation || delivery.status !== "pending") return;
    const retryAfterMs = RETRY_AFTER_MS[retry_num];
    // Zoom: redirects and 4xx are final; only 5xx and silence are tried again (zoom-api.md 5.3).
    if ((status !== undefined && status < 500) || retryAfterMs === undefined) settle(delivery, "failed");
    else schedule(delivery, inWholeSeconds(clock.nowMs() + retryAfterMs), retry_num + 1);
  }

  /** False for an app that was removed meanwhile, and for an address that was deleted or disabled. */
  function stillHears(app: App, { event, subscription_id }: Delivery): boolean {
    if (event === "app_deauthorized") return true;
    const subscription = app.subscriptions.find(({ id }) => id === subscription_id);
    if (!app.active || subscription === undefined || subscription.disabled === true) return false;
    return installs.by("app_id", app.id).length > 0;
  }

  function schedule(delivery: Delivery, at: Date, retry_num: number): void {
    delivery.next_attempt_at = at.toISOString();
    const again = (): Promise<void> => lanes.run(receiverOf(delivery), () => attempt(delivery, retry_num));
    clock.schedule(at, again, { background: true });
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
      : app.subscriptions.filter(({ disabled }) => disabled !== true).slice(0, 1);
    for (const to of targets) queue(app, to, "app_deauthorized", body);
  }

  async function settled(): Promise<void> {
    // What waits for company to be reordered with has had its chance.
    for (const receiver of heldBack.keys()) release(receiver);
    await lanes.settled();
  }

  function forget(): void {
    generation += 1;
    finished = [];
    heldBack.clear();
    lanes.clear();
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
    settled,
    forget,
    resume: () => {
      finished = deliveries.filter(({ status }) => status !== "pending").map(({ id }) => id);
      for (const delivery of deliveries.filter((row) => row.status === "pending")) {
        // One that was sent by hand meanwhile counts as the try that it repeated.
        const next = 1 + Math.max(-1, ...delivery.attempts.map(({ retry_num }) => retry_num));
        if (delivery.next_attempt_at !== undefined)
          schedule(delivery, new Date(delivery.next_attempt_at), next);
        // It was on the wire, or about to be.
        else void lanes.run(receiverOf(delivery), () => attempt(delivery, next));
      }
    },
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_WITHIN_MS)));
      await Promise.race([settled(), late]);
      clearTimeout(timer);
      forget();
    },
  };
}

/** What failed within a second is tried again together: a clock that is moved waits for each moment's answers. */
const inWholeSeconds = (ms: number): Date => new Date(Math.ceil(ms / 1000) * 1000);

/** Each address, and each WebSocket, has its own lane. */
const receiverOf = ({ url, subscription_id }: Delivery): string => url || subscription_id;

const succeeded = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status < 300;

function subjectOf(payload: EventPayload): string | undefined {
  const { object = {}, operator_id } = payload;
  return "host_id" in object && typeof object.host_id === "string" ? object.host_id : operator_id;
}
