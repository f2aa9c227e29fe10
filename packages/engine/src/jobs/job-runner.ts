/**
 * Runs jobs: a recipe version's generator is driven step by step, each step with an effect inside a DBOS checkpoint.
 *
 * What survives what: an effect's intent is in the history before it is sent and its result is in DBOS after it;
 * a read's output is in the history before any effect that may depend on it. Conditions and loops are recomputed.
 * So a replay takes the same path, repeats no recorded effect, and knows which one was under way.
 */
import {
  type AnyAction,
  type Client,
  type Connector,
  ConnectorError,
  type FileRef,
  type OpenedFile,
} from "@greenroom/connector-kit";
import {
  type ActionCommand,
  ExpressionError,
  type NoteCommand,
  type Outcome,
  type Program,
  type Reply,
  StepFailure,
} from "@greenroom/recipes";
import type { Clock } from "../clock.ts";
import type { StoredEvent } from "../inbox/inbox.ts";
import { scopeOf } from "../inbox/matcher.ts";
import type { History, JobUpdate, StepRecord } from "./history.ts";
import { type JobError, toJobError } from "./job-error.ts";
import { runStep, type StepResult } from "./step-runner.ts";

/** What DBOS keeps of a job; the rest is ours. */
export interface JobInput {
  readonly jobId: string;
  readonly recipeId: string;
  readonly versionId: string;
  readonly eventId: string;
}

/** What running jobs needs. */
export interface JobRunnerContext {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly history: History;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Runs `body` once, whatever happens; a replay gets the recorded result. */
  readonly checkpoint: <T>(name: string, body: () => Promise<T>) => Promise<T>;
  readonly programOf: (versionId: string) => Promise<Program>;
  readonly eventOf: (eventId: string) => Promise<StoredEvent>;
  readonly clientOf: (connector: Connector, connectionName: string | undefined) => Promise<Client>;
  /** A connection's authorisation turned out dead. */
  readonly onReconnectNeeded: (connectionName: string, error: JobError) => Promise<void>;
  readonly onBug: (error: unknown, fields: object) => void;
}

/** Thrown when another worker has taken the job over: this one must do nothing more. */
export class JobLost extends Error {
  override readonly name = "JobLost";
}

/**
 * Runs one job to its end and writes its outcome.
 *
 * @param fresh whether no earlier process can have begun it; then there is nothing to replay.
 */
export async function runJob(
  context: JobRunnerContext,
  job: JobInput,
  { event: handed, fresh }: { event: StoredEvent | undefined; fresh: boolean },
): Promise<void> {
  const event = handed ?? (await context.eventOf(job.eventId));
  const earlier = fresh ? new Map<string, StepRecord>() : await context.history.load(job.jobId);
  const run = new JobRun(context, job, earlier);
  let update: JobUpdate;
  try {
    const { state, reason } = await run.drive(await context.programOf(job.versionId), event);
    update = { state, reason, error: undefined, finishedAt: context.clock.now() };
  } catch (error) {
    if (error instanceof JobLost || context.signal.aborted) throw error;
    update = {
      state: "failed",
      reason: undefined,
      error: run.explain(error),
      finishedAt: context.clock.now(),
    };
  }
  await run.write([], update);
}

/** The state of one job while it runs. */
class JobRun {
  readonly #context: JobRunnerContext;
  readonly #job: JobInput;
  readonly #earlier: ReadonlyMap<string, StepRecord>;
  /** Steps done and not yet written: they go with the next write. */
  #unwritten: StepRecord[] = [];
  #position = 0;

  constructor(context: JobRunnerContext, job: JobInput, earlier: ReadonlyMap<string, StepRecord>) {
    this.#context = context;
    this.#job = job;
    this.#earlier = earlier;
  }

  async drive(program: Program, event: StoredEvent): Promise<Outcome> {
    const scope = scopeOf(event);
    // Matching said yes, or failed: a failing condition fails its job here, where people can see it.
    program.matches(scope);
    const run = program.run({ ...scope, job: { id: this.#job.jobId, startedAt: event.event.occurredAt } });
    const reply = (output: unknown): Reply => ({ output, at: this.#context.clock.now() });
    let next = run.next();
    while (next.done !== true) {
      const command = next.value;
      if (command.type === "note") {
        this.#note(command);
        next = run.next(reply(undefined));
      } else if (command.type === "action") {
        const result = await this.#perform(command);
        next =
          "error" in result
            ? run.throw(new StepFailure({ ...result.error, step: command.stepId ?? command.path }))
            : run.next(reply(result.output));
      } else throw new Error(`“${command.type}” is not supported`);
    }
    return next.value;
  }

  /** Writes what is unwritten, then `steps` and the job's update, in one commit. @throws {JobLost} */
  async write(steps: readonly StepRecord[], update: JobUpdate | undefined): Promise<void> {
    const { jobId, recipeId } = this.#job;
    const pending = this.#unwritten;
    this.#unwritten = [];
    const owned = await this.#context.history.write({
      jobId,
      recipeId,
      steps: [...pending, ...steps],
      update,
    });
    if (!owned) throw new JobLost(`job ${jobId} was taken over by another worker`);
  }

  /** A failure as data; a failing expression gets a step of its own in the history. */
  explain(error: unknown): JobError {
    if (error instanceof StepFailure) return error.error;
    if (error instanceof ExpressionError) {
      const { message, hint, path, expression } = error;
      const where = expression ? `${message} In ${path}: ${expression}` : message;
      const failed: JobError = {
        kind: "expression",
        code: "expression",
        message: where,
        ...(hint && { hint }),
      };
      if (error.command) this.#failedStep(error.command, failed);
      return failed;
    }
    this.#context.onBug(error, { jobId: this.#job.jobId });
    return toJobError(error);
  }

  /** The step whose expression failed: it has no input yet, and its error is what people look for. */
  #failedStep(command: NonNullable<ExpressionError["command"]>, error: JobError): void {
    const now = this.#context.clock.now();
    this.#unwritten.push({
      ...command,
      ...{ position: this.#position++, state: "failed", attempts: 1, input: undefined, output: undefined },
      ...{ error, startedAt: now, finishedAt: now },
    });
  }

  #note(command: NoteCommand): void {
    const now = this.#context.clock.now();
    const { path, stepId, kind, title, input, output } = command;
    this.#unwritten.push({
      ...{ path, stepId, kind, title, input, output },
      ...{ position: this.#position++, use: undefined, state: "succeeded", attempts: 1, error: undefined },
      ...{ startedAt: now, finishedAt: now },
    });
  }

  async #perform(command: ActionCommand): Promise<StepResult> {
    const position = this.#position++;
    const { connector, action } = this.#resolve(command.use);
    const effect = action.effectOf?.(command.input) ?? action.effect;
    const earlier = this.#earlier.get(command.path);
    const startedAt = earlier?.startedAt ?? this.#context.clock.now();
    const record = (
      state: StepRecord["state"],
      attempts: number,
      rest: Partial<StepRecord> = {},
    ): StepRecord => ({
      ...{ path: command.path, position, stepId: command.stepId, title: command.title, kind: "action" },
      ...{ use: command.use, input: command.input, output: undefined, error: undefined },
      ...{ state, attempts, startedAt, finishedAt: undefined },
      ...rest,
    });
    const perform = () => this.#attempt(command, connector, action, effect !== "read", earlier, record);

    let result: StepResult;
    if (effect !== "read") {
      result = await this.#context.checkpoint(`${command.path} ${command.use}`, perform);
    } else if (earlier?.state === "succeeded") {
      result = { output: earlier.output, attempts: earlier.attempts };
    } else {
      result = await perform();
    }

    const finishedAt = this.#context.clock.now();
    this.#unwritten.push(
      "error" in result
        ? record("failed", result.attempts, { error: result.error, finishedAt })
        : record("succeeded", result.attempts, { output: result.output, finishedAt }),
    );
    if ("error" in result && result.error.kind === "reconnect" && command.connection !== undefined) {
      await this.#context.onReconnectNeeded(command.connection, result.error);
    }
    return result;
  }

  async #attempt(
    command: ActionCommand,
    connector: Connector,
    action: AnyAction,
    hasEffect: boolean,
    earlier: StepRecord | undefined,
    record: (state: StepRecord["state"], attempts: number, rest?: Partial<StepRecord>) => StepRecord,
  ): Promise<StepResult> {
    const { clock, random, signal } = this.#context;
    let client: Client;
    try {
      client = await this.#context.clientOf(connector, command.connection);
    } catch (error) {
      return { error: toJobError(error), attempts: 1 };
    }
    let waited = false;
    return await runStep({
      ...{ action, client, clock, random, signal, input: command.input, connection: command.connection },
      openFile: (ref, from) => this.#openFile(ref, from),
      idempotent: !hasEffect || (action.idempotentOf?.(command.input) ?? action.idempotent),
      idempotencyKey: `${this.#job.jobId}:${command.path}`,
      begunAt: earlier?.state === "running" ? earlier.startedAt : undefined,
      onAttempt: async (attempt) => {
        const resumed: JobUpdate | undefined = waited
          ? { state: "running", reason: undefined, error: undefined, finishedAt: undefined }
          : undefined;
        waited = false;
        if (hasEffect || resumed) await this.write([record("running", attempt)], resumed);
      },
      onWait: async (attempt, until, error) => {
        waited = true;
        const reason = `${command.title}: ${error.message} Next try at ${until.toISOString()}.`;
        await this.write([record("waiting", attempt, { error })], {
          ...{ state: "waiting", reason, error: undefined, finishedAt: undefined },
        });
      },
      onBug: (error) => this.#context.onBug(error, { jobId: this.#job.jobId, step: command.path }),
    });
  }

  /** Opens a file of whatever service it is at, by the connection that made the reference. */
  async #openFile(ref: FileRef, from: number): Promise<OpenedFile> {
    const connector = this.#context.connectors.get(ref.connector);
    const client = connector && (await this.#context.clientOf(connector, ref.connection));
    if (client?.openFile) return await client.openFile(ref, from);
    throw new ConnectorError("invalid-input", "no-such-file", `“${ref.connector}” has no files to open.`, {
      fields: [
        {
          field: "file",
          message: "must come from an action that gives files, such as zoom/download-recording",
        },
      ],
    });
  }

  #resolve(use: string): { connector: Connector; action: AnyAction } {
    const [connectorId = "", actionId = ""] = use.split("/");
    const connector = this.#context.connectors.get(connectorId);
    const action = connector?.actions[actionId];
    // The recipe was linted against this very catalogue when it was saved.
    if (!connector || !action) throw new Error(`${use} is not in the catalogue`);
    return { connector, action };
  }
}
