/** How jobs are grouped for charts: in SQL, over a row of `jobs`. The time is that of the id, whose order the index has. */

/**
 * For `with recursive`: `found`, the ids of recipes that have jobs, and a last one that is null. Deleted recipes are among
 * them; each is found by a look into the index.
 */
export const recipesWithJobs = `found as (
    (select recipe_id as id from greenroom.jobs order by recipe_id limit 1)
    union all
    select (select recipe_id from greenroom.jobs where recipe_id > found.id order by recipe_id limit 1)
    from found where found.id is not null
  )`;

/** So many milliseconds have a bucket of their own. */
export const bucketMs = 600_000;

/** When something with that id was made, in milliseconds since 1970. */
const madeAt = (id: string) => `('x' || left(replace(${id}::text, '-', ''), 12))::bit(48)::bigint`;

/** The bucket of an id. */
export const bucketOf = (id: string) => `(${madeAt(id)} / ${bucketMs})::int`;

/** Which span an id falls into, of those that begin at the parameter `since` and are `length` long, in milliseconds. */
export const spanOf = (id: string, since: string, length: string) =>
  `floor((${madeAt(id)} - ${since}::float8) / ${length}::float8)::int`;

/** How a chart shows a job's state. */
export const shownState = "case when state in ('succeeded', 'failed') then state else 'other' end";

/** How long it took in milliseconds; 0 when it has not ended or never began. */
export const tookOf = "coalesce(greatest(date_part('epoch', finished_at - started_at) * 1000, 0), 0)";

/**
 * Jobs that took about as long are counted together, each step of the logarithm is 5 %: to sort a million of them for an
 * exact median takes seconds. -1 for those that did not take any time yet.
 */
export const aboutOf =
  "case when finished_at - started_at is null then -1 else (ln(greatest(1, date_part('epoch', finished_at - started_at) * 1000)) * 20)::int end";
