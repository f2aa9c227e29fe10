/** Jobs that run again: from their start, or from where they failed with all that was done before. */
import { ConnectorError } from "@greenroom/connector-kit";
import { type Moved, movedSteps, type Recipe, type StepKind } from "@greenroom/recipes";
import type { Pool, PoolClient } from "../database/database.ts";
import { inTransaction } from "../database/in-transaction.ts";
import { isOver, type JobDetails, type JobState, type StepState } from "../database/job-tables.ts";
import { storableJson } from "../database/storable-json.ts";
import { newId } from "../new-id.ts";
import { notFound } from "../store/refusals.ts";
import type { JobError } from "./job-error.ts";
import { sealGiven } from "./job-seal.ts";

/** How a job is run again. */
export interface RerunOptions {
  /** Where to begin; `failed-step` keeps what was done before. */
  readonly from: "start" | "failed-step";
  /** The version it ran on, or the recipe's newest. */
  readonly version: "same" | "newest";
  /** With `failed-step`: the corrected input of the step that failed. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
}

const readJob = `
  select job.state, job.error, job.details, job.wiped_at is not null or event.wiped_at is not null as wiped,
    job.version_id as "versionId", version.source, recipe.version_id as "newestId", newest.source as "newestSource",
    newest.number as "newestNumber"
  from greenroom.jobs job
  left join greenroom.events event on event.id = job.event_id
  left join greenroom.recipe_versions version on version.id = job.version_id
  left join greenroom.recipes recipe on recipe.id = job.recipe_id
  left join greenroom.recipe_versions newest on newest.id = recipe.version_id
  where job.id = $1`;

// It is not deleted before the new job is there, which it then waits for.
const holdRecipe = `
  select from greenroom.recipes where id = (select recipe_id from greenroom.jobs where id = $1) for key share`;

// What a call came to is only read for the job that it called.
const readSteps = `
  select path, kind, title, state, finished_at is not null as "isDone",
    case when kind = 'call' and state = 'failed' then output end as output
  from greenroom.job_steps where job_id = $1`;

const copyJob = `
  insert into greenroom.jobs (id, recipe_id, version_id, event_id, cause, state, reason, priority, concurrency_key,
    rerun_of, details, created_at, parent_id)
  select $2, recipe_id, $3, event_id, $4, $5, $6, priority, concurrency_key, id, $7, $8, $9
  from greenroom.jobs where id = $1
  returning recipe_id as "recipeId"`;

const copySteps = `
  insert into greenroom.job_steps (job_id, path, position, step_id, title, kind, use, state, attempts, input, output,
    error, started_at, finished_at)
  select $2, x.moved, position, step_id, title, kind, use, state, attempts, input, output, error, started_at, finished_at
  from unnest($3::text[], $4::text[]) as x(path, moved)
  join greenroom.job_steps step on step.job_id = $1 and step.path = x.path`;

const copyCalls = `
  insert into greenroom.job_steps (job_id, path, position, step_id, title, kind, use, state, attempts, input, output,
    started_at)
  select $2, x.moved, position, step_id, title, kind, use, 'running', 1, input, json_build_object('jobId', x.child), $6
  from unnest($3::text[], $4::text[], $5::uuid[]) as x(path, moved, child)
  join greenroom.job_steps step on step.job_id = $1 and step.path = x.path`;

interface JobRow {
  readonly state: JobState;
  readonly error: JobError | null;
  readonly details: JobDetails | null;
  readonly wiped: boolean;
  readonly versionId: string;
  readonly source: string | null;
  readonly newestId: string | null;
  readonly newestSource: string | null;
  readonly newestNumber: number | null;
}
interface StepRow {
  readonly path: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly state: StepState;
  readonly isDone: boolean;
  readonly output: unknown;
}

/** Makes what runs a job again, as a job of its own. @returns it, queued */
export function createReruns(context: {
  readonly pool: Pool;
  readonly seal: (value: unknown) => string;
  readonly now: () => Date;
  /** A version's text as data. */
  readonly recipeOf: (version: { readonly id: string; readonly source: string }) => Recipe;
}): (jobId: string, options: RerunOptions) => Promise<{ readonly id: string; readonly recipeId: string }> {
  const { pool, seal, now, recipeOf } = context;

  async function jobRow(client: Pick<PoolClient, "query">, id: string): Promise<JobRow> {
    const { rows } = await client.query<JobRow>(readJob, [id]);
    const [row] = rows;
    if (!row) throw notFound("job", id);
    if (row.wiped) throw withoutData(id);
    if (!isOver(row.state)) throw stillRuns(id);
    // What is tried before it is saved has its text with it.
    if (row.source === null && row.details?.test?.source === undefined) throw withoutRecipe(id);
    return row;
  }

  /** Where the steps of the job are in the version that it will run on. */
  function pathsOf({ versionId, source, newestId, newestSource }: JobRow, isNewest: boolean) {
    if (!isNewest || versionId === newestId || source === null || newestId === null || newestSource === null)
      return (path: string): Moved => ({ path });
    return movedSteps(recipeOf({ id: versionId, source }), recipeOf({ id: newestId, source: newestSource }));
  }

  async function copy(
    client: PoolClient,
    jobId: string,
    { from, version, input }: RerunOptions,
    parentId?: string,
  ): Promise<{ id: string; recipeId: string }> {
    await client.query(holdRecipe, [jobId]);
    const row = await jobRow(client, jobId);
    const { error, details, versionId, newestId, newestNumber } = row;
    const isNewest = version === "newest" && newestId !== null;
    const failedPath = from === "failed-step" ? error?.path : undefined;
    if (from === "failed-step" && failedPath === undefined) throw nothingFailed();
    if (input !== undefined && failedPath === undefined) throw inputFromStart();
    const id = newId();
    const movedTo = pathsOf(row, isNewest);
    const inputs: Record<string, unknown> = {};
    const kept: { path: string; moved: string }[] = [];
    const calls: { path: string; moved: string; child: string }[] = [];
    if (failedPath !== undefined) {
      const { rows: steps } = await client.query<StepRow>(readSteps, [jobId]);
      const again = new Set([failedPath, ...uncaught(steps)]);
      for (const [path, corrected] of Object.entries({
        ...details?.inputs,
        ...(input && { [failedPath]: input }),
      })) {
        const moved = movedTo(path);
        if (typeof moved !== "string") inputs[moved.path] = corrected;
        else if (path === failedPath && input) throw movedAway(moved, newestNumber);
      }
      for (const step of steps) {
        if (!step.isDone) continue;
        const moved = movedTo(step.path);
        if (moved === "unclear" && !again.has(step.path) && actsOutside.has(step.kind))
          throw unclear(step, newestNumber);
        if (typeof moved === "string") continue;
        if (!again.has(step.path)) kept.push({ path: step.path, moved: moved.path });
        else if (inputs[moved.path] === undefined) {
          const called = await resumeCalled(client, step, id);
          if (called !== undefined) calls.push({ path: step.path, moved: moved.path, child: called });
        }
      }
    }
    const { inputs: _, resumed: __, resumes: ___, ...given } = details ?? {};
    const own: JobDetails = {
      ...given,
      ...(Object.keys(inputs).length > 0 && { inputs }),
      ...(parentId !== undefined && { resumed: true }),
      ...(calls.length > 0 && { resumes: calls.map(({ child }) => child) }),
    };
    const called = parentId !== undefined;
    const { rows } = await client.query<{ recipeId: string }>(copyJob, [
      ...[jobId, id, isNewest ? newestId : versionId, called ? "call" : "rerun"],
      // A called job goes on when its caller has come to where it called.
      ...[called ? "waiting" : "queued", called ? "Until the job that called it is there again." : null],
      ...[storableJson(sealGiven(own, seal)), now(), parentId ?? null],
    ]);
    const column = <Key extends string>(list: readonly Record<Key, string>[], key: Key) =>
      list.map((one) => one[key]);
    if (kept.length > 0)
      await client.query(copySteps, [jobId, id, column(kept, "path"), column(kept, "moved")]);
    if (calls.length > 0)
      await client.query(copyCalls, [
        ...[jobId, id, column(calls, "path"), column(calls, "moved"), column(calls, "child"), now()],
      ]);
    return { id, recipeId: rows[0]?.recipeId ?? "" };
  }

  /** The job that a failed step called, from where that one failed; undefined where the step calls anew. */
  async function resumeCalled(
    client: PoolClient,
    { kind, output }: StepRow,
    parentId: string,
  ): Promise<string | undefined> {
    if (kind !== "call") return undefined;
    const childId = calledIn(output);
    if (childId === undefined) return undefined;
    const { rows } = await client.query<{ state: JobState; error: JobError | null }>(
      "select state, error from greenroom.jobs where id = $1",
      [childId],
    );
    if (rows[0]?.state !== "failed" || rows[0].error?.path === undefined) return undefined;
    try {
      // A call runs what its recipe is by then, where it can be told what of that was done.
      return (await copy(client, childId, { from: "failed-step", version: "newest" }, parentId)).id;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.code !== "steps-changed") return undefined;
      return (await copy(client, childId, { from: "failed-step", version: "same" }, parentId)).id;
    }
  }

  return (jobId, options) => inTransaction(pool, (client) => copy(client, jobId, options));
}

/** The job that a step called, as its output says. */
export function calledIn(output: unknown): string | undefined {
  const jobId = typeof output === "object" && output !== null && "jobId" in output ? output.jobId : undefined;
  return typeof jobId === "string" ? jobId : undefined;
}

/** Kinds of steps that do, wait for or begin something: the others are computed anew. */
const actsOutside: ReadonlySet<StepKind> = new Set(["action", "call", "wait"]);

/** The failures that no `try` took: of branches beside each other there may be several. */
function uncaught(steps: readonly StepRow[]): readonly string[] {
  const paths = new Set(steps.map(({ path }) => path));
  const isTaken = (tried: string, attempt: number) =>
    paths.has(`${tried}.catch`) ||
    paths.has(`${tried}.try[${attempt}].wait`) ||
    [...paths].some((path) => path.startsWith(`${tried}.try[${attempt + 1}].`));
  return steps.flatMap(({ path, state }) => {
    if (state !== "failed") return [];
    const tries = [...path.matchAll(/\.try\[(\d+)\]/g)];
    return tries.some(({ index, 1: attempt }) => isTaken(path.slice(0, index), Number(attempt)))
      ? []
      : [path];
  });
}

function withoutData(jobId: string): ConnectorError {
  const message = `The job ${jobId} cannot run again: its recipe keeps no data of its jobs.`;
  return new ConnectorError("conflict", "no-data", message);
}

function stillRuns(jobId: string): ConnectorError {
  return new ConnectorError("conflict", "job-runs", `The job ${jobId} has not ended.`, {
    hint: "Wait until it has, or cancel it first.",
  });
}

function withoutRecipe(jobId: string): ConnectorError {
  const message = `The job ${jobId} cannot run again: its recipe was deleted.`;
  return new ConnectorError("conflict", "recipe-deleted", message, {
    hint: "Its event is still in the inbox; make the recipe again and give it that event.",
  });
}

function nothingFailed(): ConnectorError {
  return new ConnectorError("conflict", "no-failed-step", "No step of this job failed.", {
    hint: "Run it again from the start.",
  });
}

function inputFromStart(): ConnectorError {
  const message = "input belongs to a rerun from the failed step.";
  return new ConnectorError("invalid-input", "invalid-input", message, {
    fields: [{ field: "input", message: "must be left out when the job begins at its start" }],
  });
}

const sameInstead = "Run it again with the version that it ran on, or from the start.";

function movedAway(moved: "gone" | "unclear", version: number | null): ConnectorError {
  const why = moved === "gone" ? "is not in" : "cannot be told from others in";
  return new ConnectorError("conflict", "steps-changed", `The step that failed ${why} version ${version}.`, {
    hint: sameInstead,
  });
}

function unclear({ title, path }: StepRow, version: number | null): ConnectorError {
  const message = `“${title}” (${path}) was done, and which step of version ${version} that is cannot be told.`;
  return new ConnectorError("conflict", "steps-changed", message, {
    hint: `${sameInstead} Steps that have an id are known by it.`,
  });
}
