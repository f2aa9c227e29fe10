/** DBOS, and the only file that names it: durable starts, checkpoints and take-overs. One engine per process. */
import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Database } from "../database/database.ts";
import type { JobInput } from "./job-runner.ts";

const schemaName = "greenroom_dbos";

/** Job data is plain JSON already: no need for DBOS's richer serialiser, which costs several times more. */
const plainJson = {
  name: () => "greenroom-json",
  parse: (text: string | null | undefined): unknown => (text == null ? null : JSON.parse(text)),
  stringify: (value: unknown): string => JSON.stringify(value ?? null),
};

let run: ((input: JobInput) => Promise<void>) | undefined;

const job = DBOS.registerWorkflow(
  async (input: JobInput): Promise<void> => {
    if (!run) throw new Error("the engine is not started");
    await run(input);
  },
  // Taking a job over is not the job's fault, however often its workers die.
  { name: "job", maxRecoveryAttempts: 1_000_000 },
);

/** Durable execution of jobs. */
export interface Durable {
  /** Starts a job at once in this process. Starting one that exists does nothing. */
  start(input: JobInput): Promise<void>;
  /** Runs `body` unless its result is recorded; a worker that lost the job records nothing. */
  checkpoint<T>(name: string, body: () => Promise<T>): Promise<T>;
  /** Goes on with jobs whose worker died: those that DBOS knows are resumed, the others started. */
  resume(inputs: readonly JobInput[]): Promise<void>;
  stop(): Promise<void>;
}

/** Launches DBOS on our pool; `runJob` is called for each job that this process runs. */
export async function launchDurable(context: {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly workerId: string;
  readonly log: { warn(fields: object, message: string): void };
  readonly runJob: (input: JobInput) => Promise<void>;
}): Promise<Durable> {
  const { database, databaseUrl, workerId, log } = context;
  if (run) throw new Error("an engine is running in this process already");
  run = context.runJob;

  DBOS.setConfig({
    name: "greenroom",
    systemDatabaseUrl: databaseUrl,
    systemDatabasePool: database.$client,
    systemDatabaseSchemaName: schemaName,
    // Constant: a job runs on the recipe version in its input, whatever release it meets.
    applicationVersion: "1",
    executorID: workerId,
    serializer: plainJson,
    useListenNotify: false,
    logger: {
      info: () => {},
      debug: () => {},
      warn: (entry) => log.warn({ from: "dbos" }, String(entry)),
      error: (entry) =>
        log.warn({ from: "dbos" }, entry instanceof Error ? (entry.stack ?? entry.message) : String(entry)),
    },
  });
  await DBOS.launch();

  async function start(input: JobInput): Promise<void> {
    await DBOS.startWorkflow(job, { workflowID: input.jobId })(input);
  }

  return {
    start,
    checkpoint: (name, body) => DBOS.runStep(body, { name }),
    async resume(inputs) {
      const ids = inputs.map(({ jobId }) => jobId);
      const { rows } = await database.$client.query<{ id: string }>(
        `select workflow_uuid as id from ${schemaName}.workflow_status where workflow_uuid = any($1)`,
        [ids],
      );
      const known = new Set(rows.map(({ id }) => id));
      const resumable = ids.filter((id) => known.has(id));
      if (resumable.length > 0) await DBOS.resumeWorkflows(resumable);
      for (const input of inputs) if (!known.has(input.jobId)) await start(input);
    },
    async stop() {
      await DBOS.shutdown({ workflowCompletionTimeoutMS: 0 });
      run = undefined;
    },
  };
}
