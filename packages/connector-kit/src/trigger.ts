import type { z } from "zod";
import type { Client } from "./client.ts";

/** An event that reached us: what the inbox keeps. */
export interface IncomingEvent {
  /** The service's own name, such as `meeting.ended`. */
  readonly name: string;
  /** The account at the service it belongs to; connections of that account see it. */
  readonly accountId: string;
  readonly occurredAt: Date;
  /** Equal for two deliveries of the same happening. */
  readonly dedupeKey: string;
  /** What recipes see as `trigger`. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Starts a job when an event happens; made by {@link defineTrigger}. */
export interface Trigger<P extends z.ZodType = z.ZodType, C extends z.ZodType = z.ZodType> {
  readonly title: string;
  readonly summary: string;
  /** The event's name; or, for a trigger that listens to an event named in its config, a function of that. */
  readonly event: string | ((config: z.output<C>) => string);
  readonly scopes: readonly string[];
  /** The trigger's own settings in the recipe (`trigger.input`). */
  readonly config?: C;
  /** Whether its settings want this event; without it they want every one. */
  readonly matches?: (config: z.output<C>, payload: Readonly<Record<string, unknown>>) => boolean;
  readonly payload: P;
  readonly sample: z.input<P>;
  /** Lists what a lost webhook would have told. */
  readonly reconcile?: (context: { client: Client; since: Date }) => Promise<readonly IncomingEvent[]>;
}

/** A trigger of any shape. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyTrigger = Trigger<any, any>;

/** Declares a trigger. */
export function defineTrigger<P extends z.ZodType, C extends z.ZodType>(
  trigger: Trigger<P, C>,
): Trigger<P, C> {
  return trigger;
}
