import type { z } from "zod";
import type { Endpoint } from "./action.ts";
import type { Client } from "./client.ts";
import type { Secret } from "./secret.ts";

type Payload = Readonly<Record<string, unknown>>;

/** An event that reached us: what the inbox keeps. */
export interface IncomingEvent {
  /** The service's own name, such as `meeting.ended`. */
  readonly name: string;
  /** The account at the service it belongs to; connections of that account see it. */
  readonly accountId: string;
  readonly occurredAt: Date;
  /** Equal for two deliveries of the same happening. */
  readonly dedupeKey: string;
  /**
   * For what can happen more than once: equal for all events that leave the same thing in the same state. Who looks at
   * the state later cannot know when it came about; by this key, and the time, both know that they tell the same.
   */
  readonly stateKey?: string | undefined;
  /** What recipes see as `trigger`. */
  readonly payload: Payload;
}

/** An event that was found by looking at the service. */
export interface FoundEvent {
  readonly dedupeKey: string;
  readonly occurredAt: Date;
  readonly payload: Payload;
  /** See {@link IncomingEvent.stateKey}; what was told of that state since then is the same event. */
  readonly state?: { readonly key: string; readonly since: Date } | undefined;
}

/** One look at a service. */
export interface Look<C = unknown> {
  readonly client: Client;
  /** What the look before this one kept; undefined at the first. Its shape is the look's own business. */
  readonly cursor: unknown;
  readonly config: C;
  readonly now: Date;
  /** The account of the connection; empty without one. */
  readonly accountId: string;
  readonly signal: AbortSignal;
}

/** What a look came to. */
export interface LookAnswer<Found extends FoundEvent = FoundEvent> {
  readonly events: readonly Found[];
  /** Plain JSON for the next look; kept once the events are. */
  readonly cursor: unknown;
  /** Whether there is more to be had at once: the next look follows without a wait. */
  readonly more: boolean;
  /** When to look again, where that is known better than by the trigger's interval. */
  readonly nextAt?: Date | undefined;
}

/** What all triggers have. */
interface TriggerParts<P extends z.ZodType, C extends z.ZodType> {
  readonly title: string;
  readonly summary: string;
  readonly scopes: readonly string[];
  /** The trigger's own settings in the recipe (`trigger.input`). */
  readonly config?: C;
  /** Whether its settings want this event; without it they want every one. `known` is what {@link needs} asked for. */
  readonly matches?: (config: z.output<C>, payload: Payload, known?: unknown) => boolean;
  /** What its settings ask that events do not say: the {@link Knowledge} by its id, and of what. */
  readonly needs?: (
    config: z.output<C>,
  ) => { readonly knowledge: string; readonly of: readonly string[] } | undefined;
  readonly payload: P;
  readonly sample: z.input<P>;
  /** What the events carry that its settings name, where these differ; undefined where nothing more is known. */
  readonly payloadOf?: (
    config: z.output<C>,
  ) => { readonly payload: z.ZodType; readonly sample: unknown } | undefined;
}

/** Starts a job when the service tells of an event; made by {@link defineTrigger}. */
export interface Trigger<P extends z.ZodType = z.ZodType, C extends z.ZodType = z.ZodType>
  extends TriggerParts<P, C> {
  readonly kind?: "event";
  /** The event's name; or, for a trigger that listens to an event named in its config, a function of that. */
  readonly event: string | ((config: z.output<C>) => string);
}

/** Starts a job for what is found by looking now and then; made by {@link definePollingTrigger}. */
export interface PollingTrigger<P extends z.ZodType = z.ZodType, C extends z.ZodType = z.ZodType>
  extends TriggerParts<P, C> {
  readonly kind: "polling";
  /** What the inbox calls what it finds. */
  readonly event: string;
  /** What it reads, where that is one operation. */
  readonly endpoint?: Endpoint;
  /** How long after a look the next one follows, unless it says when itself. @default 5 minutes */
  readonly everyMs?: number;
  /** What it would have found while its recipe was stopped is over: a start begins anew, as a clock does. */
  readonly isMissed?: boolean;
  /** Looks once. Each recipe has a cursor of its own; what was found before is known by its dedupe key. */
  poll(look: Look<z.output<C>>): Promise<LookAnswer>;
}

/** A request to the address of a recipe. */
export interface HookRequest<C = unknown> {
  readonly config: C;
  readonly method: string;
  readonly headers: Headers;
  readonly query: URLSearchParams;
  /** The raw bytes: signatures are of these. */
  readonly body: Uint8Array;
  /** The address's own secret. */
  readonly secret: Secret;
  readonly now: Date;
}

/** What a request to the address of a recipe came to. */
export interface HookAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly event?: { readonly dedupeKey: string; readonly payload: Payload };
  /** The caller waits so long for the job's result, and gets that. */
  readonly waitMs?: number;
  /** Why it was refused. */
  readonly refused?: string;
}

/** What a service is told of, and by whom. */
export interface Subscriber<C = unknown> {
  readonly client: Client;
  readonly config: C;
  /** The recipe's own address. */
  readonly url: string;
  readonly signal: AbortSignal;
}

/** How a service learns a recipe's address, and forgets it. */
export interface HookSubscription<C = unknown> {
  /** Tells the service, when the recipe starts; gives what is to be kept of it, as plain JSON. */
  subscribe(at: Subscriber<C>): Promise<unknown>;
  /** Takes it back, when the recipe stops. */
  unsubscribe(at: Subscriber<C> & { readonly state: unknown }): Promise<void>;
  /** In place of the trigger's own `receive`: it may ask the service what a call means. */
  receive(
    request: HookRequest<C> & { readonly client: Client; readonly state: unknown },
  ): Promise<HookAnswer>;
}

/** Starts a job when its recipe's own address is called; made by {@link defineHookTrigger}. */
export interface HookTrigger<P extends z.ZodType = z.ZodType, C extends z.ZodType = z.ZodType>
  extends TriggerParts<P, C> {
  readonly kind: "hook";
  readonly event: string;
  /** Checks the request and says what to answer; pure. */
  receive(request: HookRequest<z.output<C>>): HookAnswer;
  /** Of triggers that tell the service the address themselves. */
  readonly subscription?: HookSubscription<z.output<C>>;
}

/** A trigger of any kind and shape. */
export type AnyTrigger =
  // oxlint-disable-next-line typescript/no-explicit-any
  Trigger<any, any> | PollingTrigger<any, any> | HookTrigger<any, any>;

/** Declares a trigger of an event that the service tells. */
export function defineTrigger<P extends z.ZodType, C extends z.ZodType>(
  trigger: Trigger<P, C>,
): Trigger<P, C> {
  return trigger;
}

/** Declares a trigger that looks for itself. */
export function definePollingTrigger<P extends z.ZodType, C extends z.ZodType>(
  trigger: Omit<PollingTrigger<P, C>, "kind">,
): PollingTrigger<P, C> {
  return { ...trigger, kind: "polling" };
}

/** Declares a trigger that has an address. */
export function defineHookTrigger<P extends z.ZodType, C extends z.ZodType>(
  trigger: Omit<HookTrigger<P, C>, "kind">,
): HookTrigger<P, C> {
  return { ...trigger, kind: "hook" };
}

/** An event that a reconciler found; its keys are those that the webhook's event has, or would have had. */
export interface ReconciledEvent extends FoundEvent {
  readonly name: string;
}

/** Finds what a lost webhook would have told, by looking at the state of an account. */
export interface Reconciler {
  /** Such as `meetings`; there is one cursor for it and an account, whatever the number of recipes and workers. */
  readonly id: string;
  /** The events it can find. */
  readonly events: readonly string[];
  /** The operations it reads with, as the service's reference prints them. */
  readonly reads: readonly string[];
  /** What it can list of a time before its first look, for recipes that are started since a date. */
  readonly past?: {
    readonly events: readonly string[];
    /** With this cursor a look finds what the service lists since then. */
    cursor(since: Date): unknown;
  };
  /** Looks once; the first look finds nothing, and keeps what is there. `config` names the events that are wanted. */
  look(look: Look<ReadonlySet<string>>): Promise<LookAnswer<ReconciledEvent>>;
}

/** Something of an account that filters ask and events do not say, such as who is in which group. */
export interface Knowledge {
  readonly id: string;
  /** The operations it reads with. */
  readonly reads: readonly string[];
  /** Looks it up, for all recipes that ask: `config` is of what. Its answer is plain JSON, kept until the next look. */
  look(look: Look<ReadonlySet<string>>): Promise<unknown>;
}

/** Events over a socket that we open: for apps that no public address is to reach. */
export interface EventSocket {
  /** Whether the profile's app delivers that way. */
  wanted(profile: Readonly<Record<string, string | Secret | undefined>>): boolean;
  /** The address, with its credentials. @throws {ConnectorError} */
  address(
    profile: Readonly<Record<string, string | Secret | undefined>>,
    options: { readonly kind: string; readonly now: Date },
  ): Promise<Secret>;
  /** Opens it. */
  open(address: Secret): Promise<WebSocket>;
  /** What we send every now and then, so that the service knows that we live. */
  readonly heartbeat: { readonly text: string; readonly everyMs: number };
  /** What a frame means; pure. */
  read(frame: string, now: Date): SocketFrame;
}

/** What came over the socket. */
export type SocketFrame =
  | { readonly type: "ready" }
  | { readonly type: "alive" }
  | { readonly type: "refused"; readonly reason: string }
  | {
      readonly type: "events";
      readonly events: readonly IncomingEvent[];
      readonly deauthorized?: { readonly accountId: string; readonly userId: string | undefined } | undefined;
    };

/** What a trigger's events carry, with these settings as a recipe writes them. */
export function carriedBy(
  { payload, sample, config, payloadOf }: AnyTrigger,
  input: unknown,
): { readonly payload: z.ZodType; readonly sample: unknown } {
  const usual = { payload: payload as z.ZodType, sample: sample as unknown };
  const settings = (config as z.ZodType | undefined)?.safeParse(input ?? {});
  return (settings?.success && payloadOf?.(settings.data)) || usual;
}
