/** Which running recipes an event starts; in memory, so that a webhook is answered after one commit. */
import type { Program } from "@greenroom/recipes";
import { keyInItsPlace } from "../jobs/job-seal.ts";
import type { QueueSettings } from "../jobs/queue-settings.ts";
import { createJobMask } from "../store/job-masks.ts";
import { newId } from "../new-id.ts";
import type { StoredEvent } from "./inbox.ts";

/** A running recipe, as matching needs it. */
export interface RunningRecipe {
  readonly recipeId: string;
  readonly program: Program;
  readonly eventName: string;
  /** What the trigger's own settings want of the payload; undefined where they want every event. */
  readonly filter?: ((payload: Readonly<Record<string, unknown>>, known?: unknown) => boolean) | undefined;
  /** What its filter needs to know beside the event, as it is known now. */
  readonly known?: (() => unknown) | undefined;
  readonly profileId: string;
  readonly accountId: string;
  /** What it listens with: the trigger, its connection and settings. */
  readonly listener: {
    readonly use: string;
    readonly connection: string | undefined;
    readonly config: unknown;
    readonly needs?: { readonly knowledge: string; readonly of: readonly string[] } | undefined;
  };
  /** Its own id where its events are for it alone, empty where all may hear them. */
  readonly source: string;
  readonly queue: QueueSettings;
  /** Whether it keeps no data of its jobs. */
  readonly keepsNothing: boolean;
}

/** A recipe that an event starts. */
export interface Match {
  readonly recipeId: string;
  readonly queue: QueueSettings;
  /** Of the jobs with the same key one runs at a time. */
  readonly key: string | undefined;
}

/** The running recipes by what they listen to. */
export interface Matcher {
  /** What was read of recipes and connections when they were loaded. */
  readonly revision: number;
  /** Replaces all recipes by those of that revision; `silent` ones start nothing, and mask all the same. */
  load(recipes: readonly RunningRecipe[], silent: readonly RunningRecipe[], revision: number): void;
  /** The recipes that the event starts. One whose condition fails is among them: its job will say so. */
  match(event: StoredEvent): readonly Match[];
  /** The recipes that listen to such events and mask something of them: also where they do not want this one, or do not run. */
  masking(event: StoredEvent): readonly Program[];
}

/** Hears how the conditions of recipes fare. */
export interface MatchWatch {
  onFailed(recipeId: string, error: unknown): void;
  onWorked(recipeId: string): void;
}

/** Makes an empty matcher. */
export function createMatcher(watch?: MatchWatch): Matcher {
  let listening = new Map<string, RunningRecipe[]>();
  let masking = new Map<string, RunningRecipe[]>();
  let loaded = 0;
  return {
    get revision() {
      return loaded;
    },
    load(recipes, silent, revision) {
      loaded = revision;
      listening = Map.groupBy(recipes, keyOfRecipe);
      masking = Map.groupBy(
        [...recipes, ...silent].filter(({ program }) => program.masksAnything),
        keyOfRecipe,
      );
    },
    masking: (stored) => (masking.get(keyOfEvent(stored)) ?? []).map(({ program }) => program),
    match(stored) {
      return (listening.get(keyOfEvent(stored)) ?? [])
        .filter((recipe) => wants(recipe, stored, watch))
        .map((recipe) => matchOf(recipe, stored));
    },
  };
}

/** A recipe and what its queue must know of the event. */
export function matchOf({ recipeId, queue, program }: RunningRecipe, event: StoredEvent): Match {
  if (!queue.keyOf) return { recipeId, queue, key: undefined };
  const key = queue.keyOf(scopeOf(event));
  // One without a key waits for none: it has a key of its own, by which it is found behind the many of another.
  if (key === undefined) return { recipeId, queue, key: newId() };
  return { recipeId, queue, key: program.masksAnything ? keyInItsPlace(key) : key };
}

/** What a recipe's expressions see of an event. */
export function scopeOf({ id, event }: StoredEvent): Parameters<Program["matches"]>[0] {
  return { trigger: event.payload, event: { id, name: event.name, occurredAt: event.occurredAt } };
}

/** Whether an event of the right name and account starts the recipe. */
export function wants(
  { recipeId, program, filter, known }: RunningRecipe,
  event: StoredEvent,
  watch?: MatchWatch,
): boolean {
  try {
    const holds = (filter?.(event.event.payload, known?.()) ?? true) && program.matches(scopeOf(event));
    watch?.onWorked(recipeId);
    return holds;
  } catch (error) {
    watch?.onFailed(recipeId, withoutMasked(error, program, event));
    return true;
  }
}

/** What a condition failed with, for people and logs. */
function withoutMasked(error: unknown, program: Program, { event }: StoredEvent): unknown {
  if (!program.masksAnything) return error;
  const mask = createJobMask(program);
  mask.trigger(event.payload);
  return new Error(mask.rest(error instanceof Error ? error.message : String(error)));
}

const keyOfRecipe = ({ profileId, accountId, eventName, source }: RunningRecipe) =>
  keyOf(profileId, accountId, eventName, source);
const keyOfEvent = ({ profileId, event, source = "" }: StoredEvent) =>
  keyOf(profileId, event.accountId, event.name, source);

function keyOf(...parts: readonly string[]): string {
  return parts.join("\n");
}
