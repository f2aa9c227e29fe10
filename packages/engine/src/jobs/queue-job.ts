/** Queues a job of a recipe for an event that is in the inbox already. */
import { type SQL, sql } from "drizzle-orm";
import { newId } from "../new-id.ts";
import { matchOf, type RunningRecipe } from "../inbox/matcher.ts";
import type { StoredEvent } from "../inbox/inbox.ts";

/** Runs a statement. */
interface Runs {
  execute(statement: SQL): Promise<unknown>;
}

/**
 * Writes the job, of the recipe's newest version. As its first (`event`), when the recipe runs and has none of the event
 * yet; or once more (`rerun`), whatever there was. @returns its id
 */
export async function queueJob(
  database: Runs,
  recipe: RunningRecipe,
  event: StoredEvent,
  { cause, at }: { readonly cause: "event" | "rerun"; readonly at: Date },
): Promise<string> {
  const { recipeId, queue, key = null } = matchOf(recipe, event);
  const id = newId();
  const before = sql`(select job.id from greenroom.jobs job where job.event_id = ${event.id}::uuid and job.recipe_id = recipe.id
    order by job.id desc limit 1)`;
  await database.execute(sql`
    insert into greenroom.jobs
      (id, recipe_id, version_id, event_id, cause, state, priority, concurrency_key, rerun_of, created_at)
    select ${id}::uuid, recipe.id, recipe.version_id, ${event.id}::uuid, ${cause}, 'queued', ${queue.priority}::smallint,
      ${key}::text, ${cause === "rerun" ? before : sql`null`}, ${at}::timestamptz
    from greenroom.recipes recipe where recipe.id = ${recipeId}::uuid ${cause === "event" ? sql`and recipe.state = 'running'` : sql``}
    for key share of recipe
    on conflict (event_id, recipe_id) where cause = 'event' do nothing`);
  return id;
}
