/**
 * Retention: jobs and events are deleted by age and count, in small batches found by an index, with pauses between them
 * that are longer than the batches, so that running jobs hardly notice. One worker at a time does it.
 */
import type { Recipe } from "@greenroom/recipes";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/database.ts";
import { unlessLocked } from "../database/session-lock.ts";
import { addUpLateJobs, forgetCounts } from "../store/job-counts.ts";
import { recipesWithJobs } from "../store/job-buckets.ts";
import type { Preferences } from "../store/preferences.ts";
import { deleteEvents } from "./delete-events.ts";
import { deleteJobs } from "./delete-jobs.ts";
import { wipeJobs } from "./wipe-jobs.ts";

/** What is kept where a recipe says nothing. */
export const retentionRules = z.object({
  jobs: z
    .object({
      days: z
        .number()
        .min(1 / 24)
        .max(3_650)
        .default(30),
      /** The newest of each recipe; more are deleted even when they are younger. */
      count: z.number().int().min(1).optional(),
    })
    .prefault({}),
  events: z
    .object({
      days: z
        .number()
        .min(1 / 24)
        .max(3_650)
        .default(30),
    })
    .prefault({}),
  /** For so long an event that comes again is known, also when its data is gone. */
  dedupeDays: z.number().min(1).max(3_650).default(30),
});

/** What is kept where a recipe says nothing. */
export type RetentionRules = z.output<typeof retentionRules>;

/** What a sweep did. */
export interface Swept {
  readonly jobs: number;
  readonly events: number;
  readonly wiped: number;
}

/** Retention. */
export interface Retention {
  rules(): Promise<RetentionRules>;
  setRules(rules: RetentionRules): Promise<void>;
  /** The recipes that keep no data of their jobs, among those that run now. */
  know(recipeIds: readonly string[]): void;
  /** A job has ended; when its recipe keeps nothing, its data is deleted soon. */
  ended(jobId: string, recipeId: string): void;
  /** Deletes all that is due; at once nothing when another worker does it. Resolves when nothing is left, or we stop. */
  sweep(): Promise<Swept>;
  /** Resolves when the data of ended jobs is deleted. */
  idle(): Promise<void>;
}

/** A recipe, as retention needs it. */
export interface KeptRecipe {
  readonly id: string;
  readonly retention: Recipe["retention"];
}

/** A batch takes some of the time, and the pause after it this many times as much. */
const pauseFactor = 9;
const dayMs = 86_400_000;

/** Makes retention. */
export function createRetention(context: {
  readonly database: Database;
  readonly preferences: Preferences;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly recipes: () => Promise<readonly KeptRecipe[]>;
  readonly onTrouble: (error: unknown) => void;
}): Retention {
  const { database, preferences, clock, signal, recipes, onTrouble } = context;
  const pool = database.$client;
  let forgetful: ReadonlySet<string> = new Set();
  let toWipe: string[] = [];
  let wiping: Promise<void> | undefined;
  let sweeping: Promise<unknown> = Promise.resolve();

  const rules = () => preferences.get("retention", retentionRules);
  const before = (days: number) => new Date(clock.now().getTime() - days * dayMs);

  /** Runs batches until one finds nothing more. @returns how many rows they did */
  async function inBatches(batch: () => Promise<{ done: number; more: boolean }>): Promise<number> {
    let total = 0;
    for (;;) {
      const begun = performance.now();
      const { done, more } = await batch();
      total += done;
      if (!more || signal.aborted) return total;
      const pauseMs = Math.ceil((performance.now() - begun) * pauseFactor);
      try {
        await clock.sleep(pauseMs, signal);
      } catch {
        return total;
      }
    }
  }

  async function sweepAll(): Promise<Swept> {
    const kept = await recipes();
    forgetful = new Set(kept.filter(({ retention }) => retention === "none").map(({ id }) => id));
    const { jobs: usual, events, dedupeDays } = await rules();
    let [jobs, wiped] = [0, 0];
    for (const id of forgetful) wiped += await inBatches(wipeJobs(pool, clock.now(), id));
    const own = new Map(kept.map(({ id, retention }) => [id, retention]));
    const { rows: withJobs } = await pool.query<{ id: string }>(idsWithJobs);
    for (const { id } of withJobs) {
      const said = own.get(id);
      const rule = said === undefined || said === "none" ? { days: usual.days, jobs: usual.count } : said;
      const cutoff = rule.days === undefined ? undefined : before(rule.days);
      jobs += await inBatches(deleteJobs(pool, { recipeId: id, before: cutoff, newest: rule.jobs }));
    }
    await forgetCounts(pool);
    await addUpLateJobs(pool, clock.now());
    const due = { before: before(events.days), forgetBefore: before(Math.max(dedupeDays, events.days)) };
    const gone = await inBatches(deleteEvents(pool, { ...due, now: clock.now() }));
    return { jobs, wiped, events: gone };
  }

  async function wipe(): Promise<void> {
    while (toWipe.length > 0) {
      const ids = toWipe;
      toWipe = [];
      await wipeJobs(pool, clock.now(), ids)();
    }
  }

  return {
    rules,
    setRules: (chosen) => preferences.set("retention", chosen),

    // One that was stopped may still have jobs that end; the next sweep knows all.
    know: (ids) => void (forgetful = new Set([...forgetful, ...ids])),

    ended(jobId, recipeId) {
      if (!forgetful.has(recipeId)) return;
      toWipe.push(jobId);
      // What fails here is found by the next sweep.
      wiping ??= wipe()
        .catch(onTrouble)
        .finally(() => (wiping = undefined));
    },

    sweep() {
      // A sweep of this process waits for the one before it; of two processes, one does it.
      const swept = sweeping.catch(() => {}).then(sweepAlone);
      sweeping = swept;
      return swept;
    },

    async idle() {
      // A wipe may begin another.
      for (let one = wiping; one; one = wiping) await one;
    },
  };

  async function sweepAlone(): Promise<Swept> {
    const swept = await unlessLocked(pool, "retention", sweepAll);
    return swept ?? { jobs: 0, events: 0, wiped: 0 };
  }
}

const idsWithJobs = `with recursive ${recipesWithJobs} select id from found where id is not null`;
