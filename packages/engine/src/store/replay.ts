/**
 * Replays what the inbox kept while recipes were stopped for a lost connection. Which recipes are owed a replay is in
 * the database, so a death in between loses nothing; one job per event and recipe is PostgreSQL's to hold.
 */
import { and, eq, gt, gte, notExists, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../database/database.ts";
import { events, jobs } from "../database/schema.ts";
import type { NewJob, StoredEvent } from "../inbox/inbox.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import type { Recipes } from "./recipes.ts";

/** Events read at a time. */
const pageSize = 500;
/** An event may have been received just before its recipe stopped, and written just after. */
const overlapMs = 60_000;

/** Makes the replay: starts a job for each kept event that has none, then the recipe is owed nothing more. */
export function createReplay(context: {
  readonly database: Database;
  readonly recipes: Recipes;
  readonly match: (event: StoredEvent) => readonly string[];
  readonly workerId: string;
  readonly now: () => Date;
  readonly start: (job: NewJob) => void;
}): () => Promise<void> {
  const { database, recipes, match, workerId, now, start } = context;

  async function replayOne(recipe: RunningRecipe, since: Date): Promise<void> {
    const mine = database
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.eventId, events.id), eq(jobs.recipeId, recipe.recipeId)));
    let after = "00000000-0000-0000-0000-000000000000";
    for (;;) {
      const page = await database
        .select()
        .from(events)
        .where(
          and(
            ...[eq(events.profileId, recipe.profileId), eq(events.accountId, recipe.accountId)],
            ...[eq(events.name, recipe.eventName), gte(events.receivedAt, since), gt(events.id, after)],
            eq(events.source, recipe.source),
            notExists(mine),
          ),
        )
        .orderBy(events.id)
        .limit(pageSize);
      for (const { id, profileId, connector, source, accountId, name, ...event } of page) {
        const { occurredAt, dedupeKey, payload } = event;
        const stored: StoredEvent = {
          ...{ id, profileId, connector, source },
          event: { name, accountId, occurredAt, dedupeKey, payload },
        };
        if (match(stored).includes(recipe.recipeId)) await begin(recipe.recipeId, stored);
      }
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = last.id;
    }
  }

  async function begin(recipeId: string, event: StoredEvent): Promise<void> {
    const id = uuidv7();
    const at = now();
    const { rows } = await database.execute<{ version_id: string }>(sql`
      insert into greenroom.jobs (id, recipe_id, version_id, event_id, state, worker_id, created_at, started_at)
      select ${id}::uuid, id, version_id, ${event.id}::uuid, 'running', ${workerId}::uuid, ${at}::timestamptz, ${at}::timestamptz
      from greenroom.recipes where id = ${recipeId}::uuid and state = 'running'
      on conflict on constraint jobs_once do nothing
      returning version_id`);
    const [made] = rows;
    if (made) start({ id, recipeId, versionId: made.version_id, event });
  }

  return async () => {
    const owed = await recipes.toReplay();
    if (owed.length === 0) return;
    const running = new Map((await recipes.running()).map((recipe) => [recipe.recipeId, recipe]));
    for (const { id, lostAt, startedAt } of owed) {
      const recipe = running.get(id);
      if (!recipe) continue;
      // Never from before a person started it.
      const since = Math.max(lostAt.getTime() - overlapMs, startedAt?.getTime() ?? 0);
      await replayOne(recipe, new Date(since));
      await recipes.replayed(id, lostAt);
    }
  };
}
