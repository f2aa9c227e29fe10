/**
 * Places: how many jobs of a recipe each worker may run at once. A worker asks for some, then uses them without asking,
 * so that starting a job costs no turn at the database; together they are never more than the recipe's concurrency.
 */
import type { Pool } from "../database/database.ts";
import { inTransaction } from "../database/in-transaction.ts";

// One asker at a time and recipe: each sees what the one before was given.
const alone = "select pg_advisory_xact_lock(hashtextextended($1, 711))";
const take = `
  insert into greenroom.places (recipe_id, worker_id, count)
  select $1, id, greatest($3::int, least($4::int, $5::int - coalesce(
    (select sum(count) from greenroom.places where recipe_id = $1 and worker_id <> $2), 0)::int))
  from greenroom.workers where id = $2
  on conflict (recipe_id, worker_id) do update set count = excluded.count
  returning count`;

/** The places of one worker. */
export interface Places {
  /**
   * Sets how many places this worker has for a recipe: `wanted`, or what others leave of `all`; never less than `used`.
   *
   * @returns how many it has now
   */
  set(recipeId: string, places: { used: number; wanted: number; all: number }): Promise<number>;
}

/** Makes them. */
export function createPlaces(pool: Pool, workerId: () => string): Places {
  return {
    async set(recipeId, { used, wanted, all }) {
      return await inTransaction(pool, async (client) => {
        await client.query(alone, [recipeId]);
        const { rows } = await client.query<{ count: number }>(take, [
          ...[recipeId, workerId(), used, wanted, all],
        ]);
        return rows[0]?.count ?? 0;
      });
    },
  };
}
