/** How a recipe's jobs are let in; from the top level of its text. */
import { compileExpression, type Program, type Recipe } from "@greenroom/recipes";

/** The settings of a recipe's queue. */
export interface QueueSettings {
  /** How many of its jobs may run at once, on all workers together. One keeps them in the order of their events. */
  readonly concurrency: number;
  /** The key of an event's job: of the jobs with the same key one runs at a time. */
  readonly keyOf: ((scope: Parameters<Program["matches"]>[0]) => string | undefined) | undefined;
  /** Higher goes first, among all recipes. */
  readonly priority: number;
  /** At most so many starts in so long. */
  readonly rate: { readonly count: number; readonly perMs: number } | undefined;
}

const priorities = { low: -1, normal: 0, high: 1 } as const;

interface Said {
  readonly concurrency?: number | undefined;
  readonly concurrencyKey?: string | undefined;
  readonly priority?: "low" | "normal" | "high" | undefined;
  readonly rate?: { readonly limit: number; readonly per: string } | undefined;
}
const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const durationMsOf = (text: string) => Number.parseFloat(text) * (unitsMs[text.at(-1) ?? ""] ?? 0);

/** Reads them. */
export function queueSettingsOf(recipe: Recipe & Said): QueueSettings {
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
          return JSON.stringify(key.evaluate(scope))?.slice(0, 500);
        } catch {
          // A key that cannot be worked out is none: the job runs beside the others.
          return undefined;
        }
      }),
    priority: priorities[priority],
    rate: rate && perMs ? { count: rate.limit, perMs } : undefined,
  };
}
