/**
 * What a running recipe and its driver say to each other.
 *
 * A compiled recipe is a generator of commands; the driver performs them and answers. Given the same replies a program
 * yields the same commands, so a replay is a second run with the recorded replies. A command's `path` is unique in a job
 * and the same in every replay: `2.then.0`, `1[3].0` (an iteration), `2.try[0].1` (an attempt), `2.catch.0`,
 * `4.while[7].0`, `3.branch.1.0`.
 */
/** What an event is to expressions, beside its payload. */
export interface EventInfo {
  readonly id: string;
  readonly name: string;
  readonly occurredAt: Date;
}

/** What a job starts with; the same in every replay. */
export interface StartScope {
  readonly trigger: unknown;
  readonly event: EventInfo;
  readonly job: {
    readonly id: string;
    /** The time that `now` tells before the first reply. */
    readonly startedAt: Date;
  };
  /** The installation's settings as `properties.NAME`, as they were when the job began. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

/** What the driver answers a command with: its output, and when it was done (recorded, so the same in every replay). */
export interface Reply {
  readonly output: unknown;
  readonly at: Date;
}

/** The kinds of steps in a job's history. */
export type StepKind =
  | "action"
  | "wait"
  | "call"
  | "if"
  | "forEach"
  | "while"
  | "try"
  | "catch"
  | "parallel"
  | "set"
  | "append"
  | "stop"
  | "return";

/** A step's failure as data: what `error` is in a `catch`. */
export interface StepError {
  /** A ConnectorError's kind, `expression`, `limit`, `call`, or `bug`. */
  readonly kind: string;
  /** Stable, for programs. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The id of the step that failed, else its path in the job. */
  readonly step?: string | undefined;
  /** The fields that were refused. */
  readonly fields?: readonly { readonly field: string; readonly message: string }[] | undefined;
}

/** The driver throws it INTO the generator (`run.throw`); what no `try` catches comes out again and fails the job. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly error: StepError;

  constructor(error: StepError) {
    super(error.message);
    this.error = error;
  }
}

/** What every command says of the step it belongs to. */
interface About {
  readonly path: string;
  readonly stepId: string | undefined;
  readonly title: string;
}

/** Runs an action. Its input may hold a `SecretText`, which only the one who runs it may open. */
export interface ActionCommand extends About {
  readonly type: "action";
  readonly use: string;
  readonly connection: string | undefined;
  readonly input: unknown;
}

/** Only tells the history; the answer's output is undefined. */
export interface NoteCommand extends About {
  readonly type: "note";
  /** `action`, `wait` and `call` only together with `error`: their input could not be worked out, but was caught. */
  readonly kind: StepKind;
  readonly use?: string | undefined;
  readonly input: unknown;
  readonly output: unknown;
  /** A failure that a `try` around it caught. It replaces what was told of the path before. */
  readonly error?: StepError | undefined;
}

/** What a wait waits for. */
export type WaitFor =
  | { readonly kind: "time"; readonly until: Date }
  | {
      readonly kind: "event";
      /** The trigger whose events count. */
      readonly use: string;
      readonly connection: string | undefined;
      readonly input: Readonly<Record<string, unknown>>;
      /** Whether an event ends the waiting. @throws {ExpressionError} to be thrown into the generator. */
      matches(scope: { readonly trigger: unknown; readonly event: EventInfo }): boolean;
      readonly until: Date | undefined;
    };

/** Waits. Answered with null for a time, with the event's payload for an event, with null when that did not come. */
export interface WaitCommand extends About {
  readonly type: "wait";
  readonly for: WaitFor;
}

/** Runs another recipe. Answered with its result, or with `{ jobId }` when it is not waited for. */
export interface CallCommand extends About {
  readonly type: "call";
  /** Its name. */
  readonly recipe: string;
  readonly input: unknown;
  readonly wait: boolean;
}

/** Runs branches beside each other. Answered with what became of each, in their order. */
export interface ParallelCommand extends About {
  readonly type: "parallel";
  readonly branches: readonly { readonly path: string; run(): Run }[];
  /** How many may run at once. */
  readonly concurrency: number;
}

/** What a running recipe asks for, or tells. */
export type Command = ActionCommand | NoteCommand | WaitCommand | CallCommand | ParallelCommand;

/** What became of a branch. After one failed or ended the job no further one is started. */
export type Settled =
  | { readonly outcome: Outcome | undefined }
  | { readonly error: unknown }
  | { readonly notStarted: true };

/** Steps under way; an outcome when the job ends with them. */
export type Run = Generator<Command, Outcome | undefined, Reply>;

/** How a job ends when nothing fails. */
export interface Outcome {
  readonly state: "succeeded" | "failed";
  readonly reason: string | undefined;
  /** What `return` gave to the recipe that called. */
  readonly result?: unknown;
}
