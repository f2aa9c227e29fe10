/** The steps of a recipe as data, with every way to write them. */

/** What every step may have. */
export interface AnyStep {
  /** The name later steps know its output by. */
  readonly id?: string | undefined;
  /** What people read. */
  readonly name?: string | undefined;
  readonly comment?: string | undefined;
  /** It is left out of jobs. */
  readonly disabled?: boolean | undefined;
  /** What an import kept as it was; it does nothing. */
  readonly workato?: Readonly<Record<string, unknown>> | undefined;
}

/** A CEL expression, or true or false themselves. */
export type Condition = string | boolean;

/** Calls an action. */
export interface ActionStep extends AnyStep {
  readonly use: string;
  readonly connection?: string | undefined;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
}

/** Chooses between steps. */
export interface IfStep extends AnyStep {
  readonly if: Condition;
  readonly then: readonly Step[];
  readonly elsif?: readonly { readonly if: Condition; readonly then: readonly Step[] }[] | undefined;
  readonly else?: readonly Step[] | undefined;
}

/** Repeats steps for each item of a list. */
export interface ForEachStep extends AnyStep {
  readonly forEach: string;
  readonly as: string;
  readonly batch?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly steps: readonly Step[];
}

/** Repeats steps while a condition holds. */
export interface WhileStep extends AnyStep {
  readonly while: Condition;
  readonly atLeastOnce?: boolean | undefined;
  readonly max?: number | undefined;
  readonly steps: readonly Step[];
}

/** Runs branches beside each other. */
export interface ParallelStep extends AnyStep {
  readonly parallel: readonly { readonly name?: string | undefined; readonly steps: readonly Step[] }[];
  readonly concurrency?: number | undefined;
}

/** How often, and when, failed steps are tried again. */
export interface Retry {
  readonly times: number;
  readonly every?: string | undefined;
  readonly backoff?: number | undefined;
  readonly max?: string | undefined;
  readonly when?: Condition | undefined;
}

/** Goes on after a failure. */
export interface TryStep extends AnyStep {
  readonly try: readonly Step[];
  readonly retry?: Retry | undefined;
  readonly catch?: readonly Step[] | undefined;
}

/** Runs another recipe. */
export interface CallStep extends AnyStep {
  readonly call: string;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly background?: boolean | undefined;
}

/** Gives variables values. */
export interface SetStep extends AnyStep {
  readonly set: Readonly<Record<string, unknown>>;
}

/** Adds an item to the end of variables that are lists. */
export interface AppendStep extends AnyStep {
  readonly append: Readonly<Record<string, unknown>>;
}

/** An event that a step waits for. */
export interface AwaitedEvent {
  readonly use: string;
  readonly connection?: string | undefined;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly when?: Condition | undefined;
  readonly timeout?: string | undefined;
}

/** Waits. */
export interface WaitStep extends AnyStep {
  readonly wait: string | { readonly until: string } | { readonly event: AwaitedEvent };
}

/** Ends the job. */
export interface StopStep extends AnyStep {
  readonly stop: { readonly as: "succeeded" | "failed"; readonly reason?: string | undefined };
}

/** Ends the job with a result for the recipe that called. */
export interface ReturnStep extends AnyStep {
  readonly return: unknown;
}

/** A step of any kind. */
export type Step =
  | ActionStep
  | IfStep
  | ForEachStep
  | WhileStep
  | ParallelStep
  | TryStep
  | CallStep
  | SetStep
  | AppendStep
  | WaitStep
  | StopStep
  | ReturnStep;
