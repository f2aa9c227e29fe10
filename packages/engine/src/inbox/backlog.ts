/**
 * The backlog: events that the inbox keeps and that have no job of a recipe. What recipes are owed is in the database,
 * so a death in between loses nothing; one job per event and recipe is PostgreSQL's to hold.
 */
import { and, eq, gt, notExists, or, type SQL, sql } from "drizzle-orm";
import { jobs } from "../database/job-tables.ts";
import { events } from "../database/schema.ts";
import { queueJob } from "../jobs/queue-job.ts";
import type { PickUp, RecipeRuns, WaitingEvents } from "../store/recipe-runs.ts";
import { createPlacesLeft, type PlacesLeftContext } from "../triggers/places-left.ts";
import { storedEventOf } from "./inbox.ts";
import { type RunningRecipe, wants } from "./matcher.ts";

/** Events read at a time. */
const pageSize = 500;
/** More waiting events than these are not counted. */
const maxCounted = 1_000;
/** And not looked for among more events than these. */
const maxRead = 20_000;
/** A service's clock may be ahead of ours, or its event late. */
const lateMs = 3_600_000;

/** The backlog of a worker. */
export interface Backlog {
  /** Starts a job for each event that running recipes are owed. */
  pickUp(): Promise<void>;
  /** How many events wait for a stopped recipe. */
  waiting(recipeId: string): Promise<WaitingEvents>;
}

/** Makes the backlog. */
export function createBacklog(
  context: PlacesLeftContext & {
    readonly runs: () => RecipeRuns;
    readonly now: () => Date;
    /** There are queued jobs of that recipe. */
    readonly onQueued: (recipeId: string) => void;
  },
): Backlog {
  const { database, runs, now, onQueued } = context;
  const leftOff = createPlacesLeft(context);

  /** Events without a job of the recipe, in the order they were received, page by page. */
  async function* eventsOf(recipe: RunningRecipe, { by, since }: PickUp, forgottenUntil?: Date) {
    const mine = database
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.eventId, events.id), eq(jobs.recipeId, recipe.recipeId)));
    // What happened since then was received since then, or a little before by our clock.
    const long = new Date(since.getTime() - lateMs);
    const from = by === "received" ? since : long;
    let after: SQL | undefined = sql`${events.receivedAt} >= ${from.toISOString()}::timestamptz`;
    for (;;) {
      const page = await database
        .select()
        .from(events)
        .where(
          and(
            ...[eq(events.profileId, recipe.profileId), eq(events.accountId, recipe.accountId)],
            ...[eq(events.name, recipe.eventName), eq(events.source, recipe.source)],
            ...[after, notExists(mine)],
            by === "occurred"
              ? sql`${events.occurredAt} >= ${since.toISOString()}::timestamptz`
              : // What was found for a recipe that was started since a date may be as old as that.
                sql`not (${events.reconciled} and ${events.occurredAt} < ${long.toISOString()}::timestamptz)`,
            forgottenUntil && gt(events.receivedAt, forgottenUntil),
          ),
        )
        .orderBy(events.receivedAt, events.id)
        .limit(pageSize);
      for (const row of page) yield storedEventOf(row);
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = or(
        gt(events.receivedAt, last.receivedAt),
        and(eq(events.receivedAt, last.receivedAt), gt(events.id, last.id)),
      );
    }
  }

  return {
    async pickUp() {
      const owed = await runs().owed();
      if (owed.length === 0) return;
      const running = new Map((await runs().running()).map((recipe) => [recipe.recipeId, recipe]));
      for (const { id, pickUp, forgottenUntil } of owed) {
        const recipe = running.get(id);
        if (!recipe) continue;
        for await (const event of eventsOf(recipe, pickUp, forgottenUntil))
          if (wants(recipe, event)) await queueJob(database, recipe, event, { cause: "event", at: now() });
        onQueued(id);
        await runs().pickedUp(id, pickUp);
      }
    },

    async waiting(recipeId) {
      const since = await runs().waitsSince(recipeId);
      const recipe = since && (await runs().listener(recipeId));
      if (!since || !recipe) return { since, count: 0, more: false };
      let [count, read] = [0, 0];
      for await (const event of eventsOf(recipe, { by: "received", since })) {
        read += 1;
        if (count === maxCounted || read > maxRead) return { since, count, more: true };
        if (wants(recipe, event)) count += 1;
      }
      const left = await leftOff(recipe);
      return { since, count: count + left.count, more: left.more };
    },
  };
}
