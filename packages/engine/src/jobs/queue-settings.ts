/** How a recipe's jobs are let in; from the top level of its text. */
import { compileExpression, durationMsOf, type Program, type Recipe } from "@greenroom/recipes";

/** The settings of a recipe's queue. */
export interface QueueSettings {
  /** How many of its jobs may run at once, on all workers together. One keeps them in the order of their events. */
  readonly concurrency: number;
  /** The key of an event's job: of the jobs with the same key one runs at a time. Null is no key. */
  readonly keyOf: ((scope: Parameters<Program["matches"]>[0]) => string | undefined) | undefined;
  /** Higher goes first, among all recipes. */
  readonly priority: number;
  /** At most so many starts in so long. */
  readonly rate: { readonly count: number; readonly perMs: number } | undefined;
}

const priorities = { low: -1, normal: 0, high: 1 } as const;

/** A recipe's text does not change, and its key is compiled once. */
const known = new WeakMap<Recipe, QueueSettings>();

/** Reads them. */
export function queueSettingsOf(recipe: Recipe): QueueSettings {
  const settings = known.get(recipe) ?? settingsIn(recipe);
  known.set(recipe, settings);
  return settings;
}

function settingsIn(recipe: Recipe): QueueSettings {
  const { concurrency, concurrencyKey, priority = "normal", rate } = recipe;
  const key = concurrencyKey === undefined ? undefined : compileExpression(concurrencyKey, "concurrencyKey");
  const perMs = rate && durationMsOf(rate.per);
  return {
    // With a key, order is kept within the key.
    concurrency: concurrency ?? (key ? 1_000 : 1),
    keyOf:
      key &&
      ((scope) => {
        try {
          const value = key.evaluate(scope);
          // What has no key stands in nobody's way.
          return value == null ? undefined : JSON.stringify(value).slice(0, 500);
        } catch {
          // A key that cannot be worked out is none: the job runs beside the others.
          return undefined;
        }
      }),
    priority: priorities[priority],
    rate: rate && perMs ? { count: rate.limit, perMs } : undefined,
  };
}
