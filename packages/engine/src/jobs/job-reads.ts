/** What running jobs reads of the database, until it answers. */
import { compileRecipe, parseRecipe, type Program } from "@greenroom/recipes";
import type { Pool } from "../database/database.ts";
import { storableJson } from "../database/storable-json.ts";
import type { Properties } from "../properties/properties.ts";
import type { RecipeTexts } from "../store/recipe-texts.ts";
import type { CalledRecipe, HeldJob, JobEnd, JobRunContext } from "./job-run.ts";
import { type QueueSettings, queueSettingsOf } from "./queue-settings.ts";

type Reads = Pick<
  JobRunContext,
  | "programOf"
  | "sealEvent"
  | "recipeNamed"
  | "endOf"
  | "signalsOf"
  | "propertiesOf"
  | "keepValues"
  | "dropResumed"
>;

/** The reads. */
export interface JobReads extends Reads {
  /** Counted up by every change of recipes and connections. */
  revision(): Promise<number>;
  /** How a recipe's jobs are let in. */
  queueOf(recipeId: string): Promise<QueueSettings>;
  /** Queues a job that waits for the one that calls it. @returns its recipe, where it did */
  queueResumed(jobId: string): Promise<string | undefined>;
  /** Recipes changed: their settings are read anew. */
  forgetQueues(): void;
}

/** Makes them. */
export function createJobReads(context: {
  readonly pool: Pool;
  readonly texts: RecipeTexts;
  readonly properties: () => Properties;
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
}): JobReads {
  const { pool, texts, properties, patiently } = context;
  let queues = new Map<string, Promise<QueueSettings>>();

  async function first<Row extends object>(
    text: string,
    values: readonly unknown[],
  ): Promise<Row | undefined> {
    const { rows } = await patiently(() => pool.query<Row>(text, [...values]));
    return rows[0];
  }

  async function readQueue(recipeId: string): Promise<QueueSettings> {
    const version = await first<{ id: string; source: string }>(
      `select v.id, v.source from greenroom.recipes r join greenroom.recipe_versions v on v.id = r.version_id where r.id = $1`,
      [recipeId],
    );
    // What is left of a deleted recipe need not wait for anything.
    return version
      ? queueSettingsOf(texts.saved(version).recipe)
      : { concurrency: 100, keyOf: undefined, priority: 0, rate: undefined };
  }

  return {
    async revision() {
      const row = await first<{ revision: string }>(
        "select revision from greenroom.revisions where id = $1",
        [1],
      );
      return Number(row?.revision ?? 0);
    },

    queueOf(recipeId) {
      const known = queues.get(recipeId);
      if (known) return known;
      const read = readQueue(recipeId);
      const mine = queues;
      mine.set(recipeId, read);
      read.catch(() => mine.delete(recipeId));
      return read;
    },
    async queueResumed(jobId) {
      return (await first<{ recipeId: string }>(queueResumed, [jobId]))?.recipeId;
    },
    async dropResumed(jobIds) {
      await patiently(() => pool.query(dropResumed, [[...jobIds]]));
    },
    forgetQueues: () => void (queues = new Map()),

    async programOf({ versionId, details: { test } }: HeldJob): Promise<Program> {
      if (test?.source === undefined) return await patiently(() => texts.program(versionId));
      const { recipe, problems } = parseRecipe(test.source);
      if (!recipe) throw new Error(`the tested recipe does not parse: ${problems[0]?.message}`);
      return compileRecipe(recipe, texts.catalogue);
    },

    async propertiesOf({ id, versionId, details: { test } }) {
      const reads =
        test?.source === undefined ? await patiently(() => texts.readsProperties(versionId)) : true;
      if (!reads) return await properties().of(null);
      const row = await first<{ set: string | null }>(
        "select property_set as set from greenroom.jobs where id = $1",
        [id],
      );
      return await patiently(() => properties().of(row?.set == null ? null : Number(row.set)));
    },

    async keepValues({ id }, values) {
      await patiently(() =>
        pool.query(keepValues, [id, Object.keys(values), Object.values(values).map(findable)]),
      );
    },

    async sealEvent(eventId, payload) {
      await patiently(() => pool.query(sealEvent, [eventId, storableJson(Object(payload))]));
    },

    recipeNamed: (name) =>
      first<CalledRecipe>(
        `select id as "recipeId", version_id as "versionId" from greenroom.recipes where name = $1`,
        [name],
      ),
    endOf: (jobId) =>
      first<JobEnd>(
        "select state, reason, error, result from greenroom.jobs where id = $1 and finished_at is not null",
        [jobId],
      ),
    async signalsOf(jobId) {
      return (
        (await first<{ signals: number }>("select signals from greenroom.jobs where id = $1", [jobId]))
          ?.signals ?? 0
      );
    },
  };
}

// What is sealed already stays as it is, and what was deleted stays deleted.
const sealEvent = `
  update greenroom.events set payload = $2
  where id = $1 and wiped_at is null and payload::text not like '%greenroom-sealed:%'`;

const queueResumed = `
  update greenroom.jobs set state = 'queued', reason = null
  where id = $1 and state = 'waiting' and started_at is null and finished_at is null
  returning recipe_id as "recipeId"`;

const dropResumed = `
  update greenroom.jobs set state = 'cancelled', finished_at = now(), reason = 'The job that called it took another way.'
  where id = any($1::uuid[]) and state = 'waiting' and started_at is null and finished_at is null`;

const keepValues = `
  insert into greenroom.job_values (job_id, name, value)
  select $1, x.name, x.value from unnest($2::text[], $3::text[]) as x(name, value)
  on conflict do nothing`;

/** What an index can hold, without what PostgreSQL's text cannot. */
const findable = (value: string) => value.replaceAll("\0", "").slice(0, 500);
