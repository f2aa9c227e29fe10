/** Performs an action: its recorded result when there is one, else attempts; and asks a person where only one can know. */
import {
  type AnyAction,
  type Client,
  type Connector,
  ConnectorError,
  type FileRef,
  type OpenedFile,
} from "@greenroom/connector-kit";
import { type ActionCommand, SecretText } from "@greenroom/recipes";
import { v7 as uuidv7 } from "uuid";
import { mostNesting, nestsTooDeep } from "../nesting.ts";
import { newId } from "../new-id.ts";
import type { ConnectionClient } from "../store/connections.ts";
import { counted } from "./file-progress.ts";
import type { StepRecord } from "./history.ts";
import { type Choice, type JobError, toJobError } from "./job-error.ts";
import type { JobRun } from "./job-run.ts";
import type { Answer } from "./run-job.ts";
import { runStep, type StepResult } from "./step-runner.ts";

/** A wait for another try that is longer lets the job go, unless that would break the order of its recipe's jobs. */
const longWaitMs = 60_000;
/** A write that took longer to be answered may be of a worker that others took for dead meanwhile. */
const staleAfterMs = 5_000;

type RecordOf = (state: StepRecord["state"], attempts: number, rest?: Partial<StepRecord>) => StepRecord;

/** Performs an action command. */
export async function performAction(run: JobRun, command: ActionCommand): Promise<Answer> {
  const { context, job } = run;
  const { path, stepId, title, use } = command;
  const found = run.earlier.get(path);
  // A rerun may meet another action there, in a newer version: what that one did is not this one's result.
  const earlier = found?.use === use ? found : undefined;
  if (earlier?.state === "succeeded")
    return { reply: { output: earlier.output, at: earlier.finishedAt ?? earlier.startedAt } };
  if (earlier?.state === "failed" && earlier.error) return { failure: run.failure(earlier.error, command) };

  const input = job.details.inputs?.[path] ?? command.input;
  const position = run.positionOf(path);
  const startedAt = earlier?.startedAt ?? context.clock.now();
  const record: RecordOf = (state, attempts, rest = {}) => ({
    ...{ path, position, stepId, title, kind: "action", use, input },
    ...{ output: undefined, error: undefined, state, attempts, startedAt, finishedAt: undefined },
    ...rest,
  });
  const succeed = (output: unknown, attempts: number): Answer => {
    const at = context.clock.now();
    run.note(record("succeeded", attempts, { output, finishedAt: at }));
    return { reply: { output, at } };
  };

  const { connector, action } = resolve(run, use);
  const effect = action.effectOf?.(input) ?? action.effect;
  let step = earlier;
  let asks: JobError | undefined = step?.state === "waiting" && step.error?.choices ? step.error : undefined;
  const { test } = job.details;
  if (test && effect !== "read" && !test.allow?.includes(effect) && !step) asks = approval(title, effect);
  for (;;) {
    if (asks) {
      const question = record("waiting", step?.attempts ?? 1, { error: asks });
      const answered = await askPerson(run, question, step === undefined);
      if (answered.state === "succeeded")
        return { reply: { output: answered.output, at: answered.finishedAt ?? context.clock.now() } };
      if (answered.state === "failed") return { failure: run.failure(answered.error ?? asks, command) };
      step = answered;
      asks = undefined;
    }
    const result = await attempt(run, { command, input, connector, action, record, earlier: step, effect });
    if ("output" in result) {
      const answer = succeed(result.output, result.attempts);
      if (effect !== "read") run.flushSoon();
      return answer;
    }
    if (result.unknown) {
      const choices: readonly Choice[] = ["done", "again", "fail"];
      asks = { ...result.error, hint: unknownHint, choices, question: newId() };
      step = record("waiting", result.attempts, { error: asks });
      await run.write([step]);
      continue;
    }
    run.note(record("failed", result.attempts, { error: result.error, finishedAt: context.clock.now() }));
    run.flushSoon();
    if (result.error.kind === "reconnect" && command.connection !== undefined)
      await context.onReconnectNeeded(command.connection, run.words(result.error.message));
    return { failure: run.failure(result.error, command) };
  }
}

const unknownHint =
  "Look at the service whether it was done. Then say so here: it was done (with its output), or do it again.";

/** Waits until a person has chosen. @returns the step as they left it */
async function askPerson(run: JobRun, step: StepRecord, isNew: boolean): Promise<StepRecord> {
  const reason = `${step.title}: ${step.error?.message} A person must choose.`;
  if (isNew) await run.write([step], { state: "waiting", reason });
  // Whoever tries a recipe looks at it.
  if (!run.job.details.test) await run.context.onAsked(run.job, run.words(reason));
  return await run.strands.until({ until: undefined, reason }, async () => {
    const now = (await run.context.history.load(run.job.id)).get(step.path);
    return now && now.state !== "waiting" ? { value: now } : undefined;
  });
}

function approval(title: string, effect: string): JobError {
  return {
    ...{ kind: "approval", code: `test-${effect}`, choices: ["again", "done", "fail"], question: newId() },
    message: `This is a test run, and “${title}” would ${effect} something for real.`,
    hint: "Let it do so, or go on with an output that you give.",
  };
}

interface Attempt {
  readonly command: ActionCommand;
  readonly input: unknown;
  readonly connector: Connector;
  readonly action: AnyAction;
  readonly record: RecordOf;
  readonly earlier: StepRecord | undefined;
  readonly effect: string;
}

async function attempt(run: JobRun, step: Attempt): Promise<StepResult> {
  const { command, connector, action, record, earlier } = step;
  const { context, job, signal, strands } = run;
  const { clock, random } = context;
  const hasEffect = step.effect !== "read";
  const idempotent = !hasEffect || (action.idempotentOf?.(step.input) ?? action.idempotent);
  let client: Client;
  let limited: ConnectionClient["limited"];
  let input: unknown;
  try {
    if (nestsTooDeep(step.input)) {
      throw new ConnectorError(
        "invalid-input",
        "nested-too-deep",
        `The step's input is nested more than ${mostNesting} levels deep.`,
        { hint: "Give it the part of the data that it needs." },
      );
    }
    ({ client, limited } = await context.clientOf(connector, command.connection));
    run.learn(command.stepId, step.input);
    input = await openSecrets(step.input, async (name) => (await context.propertiesOf(job)).secret(name));
  } catch (error) {
    signal.throwIfAborted();
    return { error: toJobError(error), attempts: 1 };
  }
  let attempts = 1;
  return await runStep({
    ...{ action, client, clock, random, signal, input, connection: command.connection, idempotent },
    openFile: async (ref, from) =>
      counted(await openFile(run, ref, from), from, clock, (progress) => {
        // What is lost with the job is lost: the next write of this step says so.
        run.write([record("running", attempts, { output: { progress } })]).catch(() => {});
      }),
    idempotencyKey: `${job.id}:${command.path}`,
    async takePlace() {
      if (!limited) return () => {};
      const { id: connectionId, concurrency } = limited;
      const reason = `${command.title}: for a place at the connection “${command.connection}”, which ${concurrency === 1 ? "one step uses at a time" : `${concurrency} steps use at once`}.`;
      return await context.takePlace({
        ...{ id: uuidv7(), connectionId, jobId: job.id, workerId: job.workerId, signal },
        async whileWaiting(given) {
          await run.write([], { state: "waiting", reason });
          await context.aside(job.id, given);
          // An effect's intent is written next, and says so too.
          if (!hasEffect) await run.write([]);
        },
      });
    },
    firstAttempt: earlier?.state === "waiting" || earlier?.state === "running" ? earlier.attempts : 1,
    begunAt: earlier?.state === "running" ? earlier.startedAt : undefined,
    onAttempt: async (count) => {
      attempts = count;
      if (!hasEffect) return;
      for (let fresh = false; !fresh; ) {
        const askedAtMs = performance.now();
        await run.write([record("running", count)]);
        fresh = performance.now() - askedAtMs < staleAfterMs;
      }
    },
    wait: async ({ attempt: count, until, error, lookUpOwed }) => {
      const reason = `${command.title}: ${error.message} Next try at ${until.toISOString()}.`;
      const isDue = () => until.getTime() <= clock.now().getTime();
      const isLong = until.getTime() - clock.now().getTime() > longWaitMs;
      // A look-up is owed by a step that stands as running; its wait is never long.
      await run.write([record(lookUpOwed ? "running" : "waiting", count, { error })], {
        state: "waiting",
        reason,
      });
      const stays = () => lookUpOwed || job.keepsOrder || !isLong;
      await strands.until({ until, reason, stays }, () =>
        Promise.resolve(isDue() ? { value: true } : undefined),
      );
    },
    onBug: (error) => run.bug(error, { step: command.path }),
  });
}

/** The input with its secrets in place; only the action sees it. */
async function openSecrets(value: unknown, secretOf: (name: string) => Promise<string>): Promise<unknown> {
  if (value instanceof SecretText) {
    const names = [...new Set(value.names)];
    const values = new Map(
      await Promise.all(names.map(async (name) => [name, await secretOf(name)] as const)),
    );
    return value.open((name) => values.get(name) ?? "");
  }
  if (Array.isArray(value))
    return await Promise.all(value.map((item: unknown) => openSecrets(item, secretOf)));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await openSecrets(item, secretOf)]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Opens a file of whatever service it is at, by the connection that made the reference. */
async function openFile({ context }: JobRun, ref: FileRef, from: number): Promise<OpenedFile> {
  const connector = context.connectors.get(ref.connector);
  const client = connector && (await context.clientOf(connector, ref.connection)).client;
  if (client?.openFile) return await client.openFile(ref, from);
  const message = "must come from an action that gives files, such as zoom/download-recording";
  throw new ConnectorError("invalid-input", "no-such-file", `“${ref.connector}” has no files to open.`, {
    fields: [{ field: "file", message }],
  });
}

function resolve({ context }: JobRun, use: string): { connector: Connector; action: AnyAction } {
  const [connectorId = "", actionId = ""] = use.split("/");
  const connector = context.connectors.get(connectorId);
  const action = connector?.actions[actionId];
  // The recipe was linted against this very catalogue when it was saved.
  if (!connector || !action) throw new Error(`${use} is not in the catalogue`);
  return { connector, action };
}
