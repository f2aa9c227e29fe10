/** One job while it runs: what it knows of itself, and the one way to write its history. */
import { type Connector, ConnectorError, isTooDeep } from "@greenroom/connector-kit";
import {
  ExpressionError,
  type Program,
  type StepError,
  StepFailure,
  type StepKind,
} from "@greenroom/recipes";
import { isRefusedData } from "../batcher.ts";
import type { Clock } from "../clock.ts";
import type { JobDetails } from "../database/job-tables.ts";
import type { StoredEvent } from "../inbox/inbox.ts";
import type { JobProperties } from "../properties/properties.ts";
import type { ConnectionClient } from "../store/connections.ts";
import type { ConnectionPlaces } from "./connection-places.ts";
import type { EventWaits } from "./event-waits.ts";
import type { ChildJob, Entry, History, JobUpdate, StepRecord } from "./history.ts";
import { createJobSeal, type JobSeal } from "./job-seal.ts";
import { type JobError, stackOf, toJobError } from "./job-error.ts";
import { type Observer, tellObserver } from "../observer.ts";
import { Strands } from "./strands.ts";

/** A job that this worker holds. */
export interface HeldJob {
  readonly id: string;
  readonly recipeId: string;
  readonly versionId: string;
  readonly workerId: string;
  readonly parentId: string | undefined;
  readonly details: JobDetails;
  /** How often it was told something when it was taken. */
  readonly signals: number;
  /** What its event was; for a job without one, a stand-in with what its recipe sees. */
  readonly event: StoredEvent;
  readonly startedAt: Date;
  /** Whether it may have a history: another run of it, or the job that it repeats. */
  readonly hasHistory: boolean;
  /** Whether what its recipe masks of its event was sealed as it came. */
  readonly eventSealed: boolean;
  /** Whether the next job of its recipe must not begin before this one is done, waits for another try included. */
  readonly keepsOrder: boolean;
}

/** A recipe that a job calls. */
export interface CalledRecipe {
  readonly recipeId: string;
  readonly versionId: string;
}

/** What running jobs needs. */
export interface JobRunContext {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly history: History;
  readonly eventWaits: EventWaits;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Seals a value. */
  readonly seal: (value: unknown) => string;
  /** Seals in the inbox what the recipe of a job masks of its event. */
  readonly sealEvent: (eventId: string, payload: unknown) => Promise<void>;
  readonly programOf: (job: HeldJob) => Promise<Program>;
  readonly clientOf: (connector: Connector, connectionName: string | undefined) => Promise<ConnectionClient>;
  /** Takes a place at a connection that limits how many steps use it. */
  readonly takePlace: ConnectionPlaces["take"];
  /** Waits for something that is no work of this worker: meanwhile another job may run in the job's stead. */
  readonly aside: (jobId: string, wait: () => Promise<void>) => Promise<void>;
  readonly recipeNamed: (name: string) => Promise<CalledRecipe | undefined>;
  /** The properties as they were when the job was made; nothing where its recipe reads none. */
  readonly propertiesOf: (job: HeldJob) => Promise<JobProperties>;
  /** Keeps what a job can be found by. */
  readonly keepValues: (job: HeldJob, values: Readonly<Record<string, string>>) => Promise<void>;
  /** How a called job ended; undefined while it has not. */
  readonly endOf: (jobId: string) => Promise<JobEnd | undefined>;
  readonly signalsOf: (jobId: string) => Promise<number>;
  /** Runs a called job that was just written. */
  readonly startChild: (child: ChildJob, parent: HeldJob) => void;
  /** Lets a called job begin that is run again with its caller, where it waits for that. */
  readonly resumeChild: (jobId: string) => Promise<void>;
  /** Ends those that still wait for it: it took another way. */
  readonly dropResumed: (jobIds: readonly string[]) => Promise<void>;
  readonly runsHere: (jobId: string) => boolean;
  /** A connection's authorisation turned out dead. */
  readonly onReconnectNeeded: (connectionName: string, reason: string) => Promise<void>;
  /** A step waits for a person to say what became of it. */
  readonly onAsked: (job: HeldJob, question: string) => Promise<void>;
  /** Hears of faults of ours, with where they were. */
  readonly onBug: (trace: string, fields: object) => void;
  readonly observer: Observer | undefined;
}

/** How a job ended, to the one that called it. */
export interface JobEnd {
  readonly state: string;
  readonly reason: string | null;
  readonly error: JobError | null;
  readonly result: unknown;
}

/** Thrown through a job that must do nothing more in this process: it is another worker's, parked, or we stop. */
export class JobOver extends Error {
  override readonly name = "JobOver";
  readonly why: "lost" | "parked" | "stopping";

  constructor(why: "lost" | "parked" | "stopping") {
    super(`the job goes on elsewhere (${why})`);
    this.why = why;
  }
}

/** More unwritten steps than this are not kept in memory. */
const maxUnwritten = 300;

/** The state of one job while it runs. */
export class JobRun {
  readonly context: JobRunContext;
  readonly job: HeldJob;
  readonly strands: Strands;
  /** What earlier runs left, by path. */
  earlier: ReadonlyMap<string, StepRecord> = new Map();
  readonly #abort = new AbortController();
  /** Steps done and not yet written: they go with the next write. */
  #unwritten: StepRecord[] = [];
  #position = 0;
  #seal: JobSeal | undefined;
  #signals: number;
  #flushing = false;
  #shownWaiting = false;
  readonly #failedAt = new WeakMap<StepError, string>();

  constructor(context: JobRunContext, job: HeldJob) {
    this.context = context;
    this.job = job;
    this.#signals = job.signals;
    this.strands = new Strands(context.clock, (reason, wakeAt) => this.#park(reason, wakeAt));
  }

  /** Aborted when the job must do nothing more here. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Seals from now on what the job's recipe masks. */
  async sealBy(program: Program): Promise<void> {
    if (!program.masksAnything) return;
    const { seal, sealEvent } = this.context;
    const { event, details, eventSealed } = this.job;
    const made = createJobSeal(program, seal);
    made.learn("trigger", event.event.payload);
    for (const { stepId, input, output } of this.earlier.values()) made.learn(stepId, input, output);
    this.#seal = made;
    if (!eventSealed && details.trigger === undefined)
      await sealEvent(event.id, made.seal("trigger", event.event.payload));
  }

  /** Remembers what the recipe masks of a step that is under way. */
  learn(stepId: string | undefined, data: unknown): void {
    this.#seal?.learn(stepId, data);
  }

  /** A text for people beside the job, without what its recipe masks. */
  words(text: string): string {
    return this.#seal?.words(text) ?? text;
  }

  /** Tells of a fault of ours, without what the recipe masks. */
  bug(error: unknown, fields: object = {}): void {
    this.context.onBug(this.words(stackOf(error)), { jobId: this.job.id, ...fields });
  }

  /** Seals in the inbox what the recipe masks of an event that one of its steps waited for. */
  async sealWaited(stepId: string | undefined, eventId: string, payload: unknown): Promise<void> {
    const seal = this.#seal;
    if (!seal) return;
    seal.learn(stepId, payload);
    await this.context.sealEvent(eventId, seal.seal(stepId, payload));
  }

  /** Values that the job can be found by: not by what is masked. */
  findable(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const seal = this.#seal;
    return seal
      ? Object.fromEntries(Object.entries(values).filter(([, value]) => !seal.finds(value)))
      : values;
  }

  #sealedSteps(steps: readonly StepRecord[]): readonly StepRecord[] {
    const seal = this.#seal;
    if (!seal) return steps;
    for (const { stepId, input, output } of steps) seal.learn(stepId, input, output);
    return steps.map(({ input, output, error, ...step }) => ({
      ...step,
      ...{ input: seal.seal(step.stepId, input), output: seal.seal(step.stepId, output) },
      error: seal.seal(undefined, error),
    }));
  }

  #sealedUpdate(update: JobUpdate | undefined): JobUpdate | undefined {
    const seal = this.#seal;
    if (!seal || !update) return update;
    const { reason, error, result } = update;
    return {
      ...update,
      reason: seal.words(reason),
      ...{ error: seal.seal(undefined, error), result: seal.seal(undefined, result) },
    };
  }

  async loadHistory(): Promise<void> {
    if (!this.job.hasHistory) return;
    this.earlier = await this.context.history.load(this.job.id);
    this.#position = this.earlier.size;
  }

  /** Its place among the steps that people see. */
  positionOf(path: string): number {
    return this.earlier.get(path)?.position ?? this.#position++;
  }

  /** Adds a step to what the next write takes along. @returns when it was done, for the reply */
  note(step: Omit<StepRecord, "position">): Date {
    this.#unwritten.push({ ...step, position: this.positionOf(step.path) });
    return step.finishedAt ?? step.startedAt;
  }

  /** Whether so much is unwritten that it should be written now. */
  get isFull(): boolean {
    return this.#unwritten.length >= maxUnwritten;
  }

  /** Writes what is unwritten soon: together with what the job does next, if it does it at once. */
  flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (this.#unwritten.length > 0 && !this.signal.aborted) {
        // A refusal comes again with the next write, which is waited for.
        this.write([]).catch((error: unknown) => this.over(error));
      }
    });
  }

  /** Writes what is unwritten, then `steps` and the job's update, in one commit. @throws {JobOver} */
  async write(
    steps: readonly StepRecord[],
    update?: JobUpdate,
    more: Pick<Entry, "children" | "forget"> = {},
  ): Promise<"written" | "told"> {
    this.signal.throwIfAborted();
    const { id, recipeId, workerId, parentId } = this.job;
    const pending = this.#unwritten;
    this.#unwritten = [];
    const resumed = this.#shownWaiting && !update ? ({ state: "running" } as const) : undefined;
    this.#shownWaiting = update?.state === "waiting";
    const written = await this.context.history.write({
      ...{
        job: { id, recipeId, workerId },
        parentId,
        steps: this.#sealedSteps([...pending, ...steps]),
        update: this.#sealedUpdate(update) ?? resumed,
      },
      ...more,
    });
    if (written === "lost") {
      this.over(new JobOver("lost"));
      throw new JobOver("lost");
    }
    const eventId = this.job.details.trigger === undefined ? this.job.event.id : undefined;
    const { event } = this.job;
    // Of a called job that another worker took up, and that no event stands behind, only its caller is known.
    const rootId = event.id === id && parentId !== undefined ? parentId : event.id;
    tellObserver(this.context.observer, { ...this.job, eventId, rootId }, [...pending, ...steps], update);
    return written;
  }

  /** Writes the end; data that PostgreSQL refuses, or that cannot be written at all, is left out, and fails the job. */
  async end(update: JobUpdate): Promise<void> {
    const unwritten = this.#unwritten;
    try {
      await this.write([], update);
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      this.#unwritten = unwritten.map((step) => ({ ...step, input: null, output: null }));
      await this.write([], { state: "failed", error: refusal, finishedAt: this.context.clock.now() });
    }
  }

  /** It must do nothing more in this process. */
  over(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#abort.abort(reason);
    this.strands.abort(reason);
  }

  /** What is thrown into the recipe where a step failed. */
  failure(error: JobError, { path, stepId }: { path: string; stepId: string | undefined }): StepFailure {
    const { choices: _, path: __, question: ___, ...rest } = error;
    const failure = new StepFailure({ ...rest, step: stepId ?? path });
    this.#failedAt.set(failure.error, path);
    return failure;
  }

  /** What failed the job, as data; a failing expression gets a step of its own in the history. */
  explain(error: unknown): JobError {
    if (error instanceof StepFailure) {
      const { step: _, ...rest } = error.error;
      const path = this.#failedAt.get(error.error);
      return { ...rest, ...(path !== undefined && { path }) };
    }
    if (error instanceof ExpressionError) {
      const { message, hint, path, expression, command } = error;
      const where = expression ? `${message} In ${path}: ${expression}` : message;
      const failed: JobError = {
        kind: "expression",
        code: "expression",
        message: where,
        ...(hint && { hint }),
      };
      if (!command) return failed;
      this.#failedStep(command, failed);
      return { ...failed, path: command.path };
    }
    const refusal = refusalOf(error);
    if (refusal) return refusal;
    if (!(error instanceof ConnectorError)) this.bug(error);
    return toJobError(error);
  }

  /** The step whose expression failed: it has no input yet, and its error is what people look for. */
  #failedStep(
    command: {
      path: string;
      stepId: string | undefined;
      title: string;
      kind: StepKind;
      use: string | undefined;
    },
    error: JobError,
  ): void {
    const now = this.context.clock.now();
    this.note({
      ...command,
      ...{ state: "failed", attempts: 1, input: undefined, output: undefined },
      ...{ error, startedAt: now, finishedAt: now },
    });
  }

  async #park(reason: string, wakeAt: Date | undefined): Promise<boolean> {
    const park = { signals: this.#signals, wakeAt };
    const parked = (await this.write([], { state: "waiting", reason, park })) === "written";
    if (parked) this.over(new JobOver("parked"));
    else this.#signals = await this.context.signalsOf(this.job.id);
    return parked;
  }
}

/** What fails a job whose data cannot be written; undefined for any other error. */
function refusalOf(error: unknown): JobError | undefined {
  if (!isRefusedData(error) && !isTooDeep(error)) return undefined;
  const why = isTooDeep(error) ? "it is nested too deeply" : error instanceof Error ? error.message : "";
  const message = `The database refuses what a step gave: ${why}`;
  return { kind: "limit", code: "refused-data", message, hint: "See the last steps." };
}
