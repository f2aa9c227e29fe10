/** What people do with jobs: run again, cancel, answer, pause; and test runs. */
import { ConnectorError } from "@greenroom/connector-kit";
import { newId } from "../new-id.ts";
import type { Changes } from "../changes.ts";
import { cancelTree } from "./cancel-tree.ts";
import { sealGiven } from "./job-seal.ts";
import type { Pool } from "../database/database.ts";
import type { JobDetails, JobState, TestRunOptions } from "../database/job-tables.ts";
import { storableJson } from "../database/storable-json.ts";
import { notFound } from "../store/refusals.ts";
import type { Choice } from "./job-error.ts";
import type { createReruns, RerunOptions } from "./reruns.ts";

/** What a person says of a step that waits for one. */
export interface Answer {
  readonly choice: Choice;
  /** What it answers, as the step's error says; undefined for what was asked before questions had names. */
  readonly question: string | undefined;
  /** With `done`: the output that later steps see. */
  readonly output?: unknown;
}

/** A test run of a saved version or of a text. */
export interface TestRun extends TestRunOptions {
  readonly recipeId: string;
  /** The version; `source` in its place for a text that is not saved. */
  readonly versionId: string;
  /** What the recipe sees as `trigger`. */
  readonly trigger: Readonly<Record<string, unknown>>;
  /** The event that it was taken from, if it was. */
  readonly eventId?: string | undefined;
}

/** What becomes of many jobs at once. */
export interface Many {
  readonly done: readonly { readonly jobId: string; readonly newJobId?: string }[];
  readonly refused: readonly { readonly jobId: string; readonly message: string }[];
}

/** People's hold on jobs. */
export interface JobControl {
  /** Runs a job again, as a job of its own. @returns its id. @throws {ConnectorError} */
  rerun(jobId: string, options: RerunOptions): Promise<string>;
  rerunAll(jobIds: readonly string[], options: RerunOptions): Promise<Many>;
  /** Cancels a job and those that it called. @throws {ConnectorError} `conflict` when it has ended */
  cancel(jobId: string): Promise<void>;
  cancelAll(jobIds: readonly string[]): Promise<Many>;
  /** Says what became of a step that waits for a person. @throws {ConnectorError} `conflict` when it does not wait, or asks something else */
  answer(jobId: string, path: string, answer: Answer): Promise<void>;
  /** Lets no further job of a recipe begin until it is resumed; those under way go on. */
  pause(recipeId: string): Promise<void>;
  resume(recipeId: string): Promise<void>;
  /** The recipes whose jobs are held up, and how many jobs each recipe has in its queue. */
  queues(): Promise<readonly { recipeId: string; pausedAt: Date | undefined; queued: number }[]>;
  /** Begins a job of a recipe that is there to be called, as another recipe would. @returns its id */
  call(recipeId: string, input: Readonly<Record<string, unknown>>): Promise<string>;
  /** Begins a test run. @returns the job's id */
  startTestRun(run: TestRun): Promise<string>;
}

const answerStep = `
  with answered as (
    update greenroom.job_steps set state = $3, output = $4,
      error = case when $3 = 'failed' then error end, finished_at = case when $3 = 'ready' then null else $5::timestamptz end
    where job_id = $1 and path = $2 and state = 'waiting' and error->'choices' is not null
      and error->>'question' is not distinct from $6
    returning job_id
  )
  update greenroom.jobs set signals = signals + 1,
    state = case when state = 'waiting' and worker_id is null then 'queued' else state end
  where id in (select job_id from answered) and finished_at is null
  returning recipe_id as "recipeId"`;

const askedNow = `
  select 1 from greenroom.job_steps
  where job_id = $1 and path = $2 and state = 'waiting' and error->'choices' is not null`;

/** Makes it. */
export function createJobControl(context: {
  readonly pool: Pool;
  readonly seal: (value: unknown) => string;
  readonly changes: Changes;
  readonly now: () => Date;
  readonly rerun: ReturnType<typeof createReruns>;
  readonly onQueued: (recipeIds: readonly string[]) => void;
  readonly onTold: (jobIds: readonly string[]) => void;
}): JobControl {
  const { pool, seal, changes, now, rerun, onQueued, onTold } = context;

  async function stateOf(id: string): Promise<JobState> {
    const { rows } = await pool.query<{ state: JobState }>("select state from greenroom.jobs where id = $1", [
      id,
    ]);
    if (!rows[0]) throw notFound("job", id);
    return rows[0].state;
  }

  async function rerunOne(jobId: string, options: RerunOptions): Promise<string> {
    const { id, recipeId } = await rerun(jobId, options);
    changes.publish({ type: "job", id, recipeId, state: "queued" });
    onQueued([recipeId]);
    return id;
  }

  async function cancelOne(jobId: string): Promise<void> {
    const rows = await cancelTree(pool, jobId, now());
    for (const { id, recipeId, over } of rows)
      if (over) changes.publish({ type: "job", id, recipeId, state: "cancelled" });
    onTold(rows.map(({ id }) => id));
    // Their places are free, and their parents may go on.
    onQueued([...new Set(rows.map(({ recipeId }) => recipeId))]);
  }

  async function many(
    jobIds: readonly string[],
    one: (jobId: string) => Promise<string | undefined>,
  ): Promise<Many> {
    const done: { jobId: string; newJobId?: string }[] = [];
    const refused: { jobId: string; message: string }[] = [];
    for (const jobId of jobIds) {
      try {
        const newJobId = await one(jobId);
        done.push({ jobId, ...(newJobId !== undefined && { newJobId }) });
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        refused.push({ jobId, message: error.message });
      }
    }
    return { done, refused };
  }

  async function setPaused(recipeId: string, at: Date | null): Promise<void> {
    const { rowCount } = await pool.query(
      `insert into greenroom.queues (recipe_id, paused_at) select id, $2 from greenroom.recipes where id = $1
       on conflict (recipe_id) do update set paused_at = excluded.paused_at`,
      [recipeId, at],
    );
    if (rowCount === 0) throw notFound("recipe", recipeId);
    changes.publish({ type: "recipe", id: recipeId });
  }

  /** Why an answer is none. */
  async function notAsked(
    jobId: string,
    path: string,
    question: string | undefined,
  ): Promise<ConnectorError> {
    const { rowCount } = await pool.query(askedNow, [jobId, path]);
    if (rowCount === 0)
      return new ConnectorError("conflict", "no-question", `The step ${path} does not wait for an answer.`, {
        hint: "Somebody may have answered already; look at the job again.",
      });
    if (question === undefined) {
      const message = "must be the question of the step's error, as the job shows it";
      return new ConnectorError("invalid-input", "invalid-input", `question ${message}.`, {
        fields: [{ field: "question", message }],
      });
    }
    return new ConnectorError(
      "conflict",
      "question-changed",
      `The step ${path} asks something else by now; nothing was done.`,
      { hint: "Somebody answered meanwhile, and it asks again. Look at the job again, and answer that." },
    );
  }

  return {
    rerun: rerunOne,
    rerunAll: (jobIds, options) => many(jobIds, (jobId) => rerunOne(jobId, options)),
    cancel: cancelOne,
    cancelAll: (jobIds) =>
      many(jobIds, async (jobId) => {
        await cancelOne(jobId);
        return undefined;
      }),

    async answer(jobId, path, { choice, question, output }) {
      await stateOf(jobId);
      const state = { done: "succeeded", again: "ready", fail: "failed" }[choice];
      const given = choice === "done" ? JSON.stringify(output == null ? null : seal(output)) : null;
      const { rows } = await pool.query<{ recipeId: string }>(answerStep, [
        ...[jobId, path, state, given, now(), question ?? null],
      ]);
      const [job] = rows;
      if (!job) throw await notAsked(jobId, path, question);
      changes.publish({ type: "job", id: jobId, recipeId: job.recipeId, state: "queued" });
      onTold([jobId]);
      onQueued([job.recipeId]);
    },

    pause: (recipeId) => setPaused(recipeId, now()),
    async resume(recipeId) {
      await setPaused(recipeId, null);
      onQueued([recipeId]);
    },

    async queues() {
      const { rows } = await pool.query<{ recipeId: string; pausedAt: Date | null; queued: number }>(`
        select coalesce(q.recipe_id, j.recipe_id) as "recipeId", q.paused_at as "pausedAt", coalesce(j.queued, 0) as queued
        from (select recipe_id, count(*)::int as queued from greenroom.jobs where state = 'queued' group by recipe_id) j
        full join greenroom.queues q on q.recipe_id = j.recipe_id
        where q.paused_at is not null or j.queued > 0`);
      return rows.map((row) => ({ ...row, pausedAt: row.pausedAt ?? undefined }));
    },

    async call(recipeId, input) {
      const id = newId();
      const { rows } = await pool.query(
        `insert into greenroom.jobs (id, recipe_id, version_id, cause, state, details, created_at)
         select $1, id, version_id, 'call', 'queued', $3, $4 from greenroom.recipes where id = $2 for key share
         returning id`,
        [id, recipeId, storableJson(sealGiven({ trigger: input }, seal)), now()],
      );
      if (rows.length === 0) throw notFound("recipe", recipeId);
      changes.publish({ type: "job", id, recipeId, state: "queued" });
      onQueued([recipeId]);
      return id;
    },

    async startTestRun({ recipeId, versionId, trigger, eventId, ...test }) {
      const id = newId();
      const details: JobDetails = { trigger, test };
      await pool.query(
        `insert into greenroom.jobs (id, recipe_id, version_id, event_id, cause, state, details, created_at)
         values ($1, $2, $3, $4, 'test', 'queued', $5, $6)`,
        [id, recipeId, versionId, eventId ?? null, storableJson(sealGiven(details, seal)), now()],
      );
      changes.publish({ type: "job", id, recipeId, state: "queued" });
      onQueued([recipeId]);
      return id;
    },
  };
}
