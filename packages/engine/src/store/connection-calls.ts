/** The last calls of a connection: the steps of jobs that used it, newest first. */
import { type OutlineStep, stepsOutline } from "@greenroom/recipes";
import { eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { StepState } from "../database/job-tables.ts";
import { connections } from "../database/schema.ts";
import type { RecipeTexts } from "./recipe-texts.ts";
import { notFound } from "./refusals.ts";
import { acceptedRecipe } from "./version-texts.ts";

/** A step that used a connection. */
export interface ConnectionCall {
  readonly jobId: string;
  readonly recipeId: string;
  readonly recipeName: string;
  readonly path: string;
  readonly title: string;
  readonly use: string;
  readonly state: StepState;
  readonly attempts: number;
  /** What kind of error it had last; what that said may hold data that is hidden. */
  readonly errorKind: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** So many are shown; of each recipe so many jobs are looked through for them. */
const most = 20;
const mostJobs = 100;

// Where a version does not say the name, it does not use it.
const newestJobs = `
  select job.id, job.version_id as "versionId", job.details->'test'->>'source' as source
  from (select distinct recipe_id as id from greenroom.recipe_versions where strpos(source, $1) > 0) used
  cross join lateral (
    select id, version_id, details from greenroom.jobs where recipe_id = used.id order by id desc limit ${mostJobs}
  ) job`;

// A rerun keeps steps of the job that it runs again: those are that job's calls. Where an expression failed none was made.
const calls = `
  select job.id as "jobId", job.recipe_id as "recipeId", coalesce(recipe.name, '(deleted recipe)') as "recipeName",
    step.path, step.title, step.use, step.state, step.attempts, step.error->>'kind' as "errorKind",
    step.started_at as "startedAt", step.finished_at as "finishedAt"
  from unnest($1::uuid[], $2::int[]) as asked(id, text)
  join greenroom.jobs job on job.id = asked.id
  left join greenroom.recipes recipe on recipe.id = job.recipe_id
  join greenroom.job_steps step on step.job_id = job.id and step.kind = 'action' and step.started_at >= job.created_at
    and step.error->>'kind' is distinct from 'expression'
  join unnest($3::int[], $4::text[]) as place(text, path)
    on place.text = asked.text and place.path = regexp_replace(step.path, '\\[\\d+\\]', '[n]', 'g')
  order by step.started_at desc, step.position desc limit ${most}`;

/** Makes the reader. @throws {ConnectorError} when there is no such connection */
export function createConnectionCalls(context: {
  readonly database: Database;
  readonly texts: RecipeTexts;
}): (id: string) => Promise<readonly ConnectionCall[]> {
  const { database, texts } = context;
  const pool = database.$client;

  /** The texts of versions. */
  async function sourcesOf(versionIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await pool.query<{ id: string; source: string }>(
      "select id, source from greenroom.recipe_versions where id = any($1::uuid[])",
      [versionIds],
    );
    return new Map(rows.map(({ id, source }) => [id, source]));
  }

  return async (id) => {
    const [connection] = await database
      .select({ name: connections.name })
      .from(connections)
      .where(eq(connections.id, id));
    if (!connection) throw notFound("connection", id);
    const { name } = connection;
    const { rows: jobs } = await pool.query<{ id: string; versionId: string; source: string | null }>(
      newestJobs,
      [name],
    );
    const saved = await sourcesOf([...new Set(jobs.map(({ versionId }) => versionId))]);
    // What a job ran is its version, or the text of its test run: each is read once.
    const numbers = new Map<string, number>();
    const ran = jobs.flatMap((job) => {
      const source = job.source ?? saved.get(job.versionId);
      if (source === undefined) return [];
      const number = numbers.get(source) ?? numbers.size;
      numbers.set(source, number);
      return [{ id: job.id, number }];
    });
    const places = [...numbers].flatMap(([source, number]) => {
      const recipe = acceptedRecipe({ id: "of a job", source });
      return pathsOf(stepsOutline(recipe, texts.catalogue), name).map((path) => ({ number, path }));
    });
    if (places.length === 0) return [];
    const { rows } = await pool.query<ConnectionCall>(calls, [
      ran.map((job) => job.id),
      ran.map(({ number }) => number),
      places.map(({ number }) => number),
      places.map(({ path }) => path),
    ]);
    return rows;
  };
}

/** Where a recipe's actions use a connection. */
function pathsOf(steps: readonly OutlineStep[], connection: string): readonly string[] {
  return steps.flatMap((step) => [
    ...(step.connection === connection ? [step.path] : []),
    ...step.branches.flatMap((branch) => pathsOf(branch.steps, connection)),
  ]);
}
