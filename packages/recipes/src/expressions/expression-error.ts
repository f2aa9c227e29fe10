import type { StepKind } from "../command.ts";

/** The command of a running recipe that an expression belongs to. */
export interface FailedCommand {
  /** As in `Command`: unique in the job, and the same in every replay. */
  readonly path: string;
  readonly stepId: string | undefined;
  readonly title: string;
  readonly kind: StepKind;
  /** The action, where it is one. */
  readonly use: string | undefined;
}

/** An expression that cannot be compiled or evaluated, with its place in the recipe. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** The field in the recipe, such as `steps[1].input.topic`. */
  readonly path: string;
  readonly expression: string;
  readonly hint: string | undefined;
  /** The step of the job it failed in; undefined before a job runs, and in `trigger.when`. */
  readonly command: FailedCommand | undefined;

  constructor(path: string, expression: string, message: string, hint?: string, command?: FailedCommand) {
    super(message);
    this.path = path;
    this.expression = expression;
    this.hint = hint;
    this.command = command;
  }

  /** The same error, knowing the step it failed in; the innermost step is kept. */
  at(command: FailedCommand): ExpressionError {
    if (this.command) return this;
    // One step runs many times in a loop: say in which iteration.
    const path = command.path.includes("[") ? `${this.path} (at ${command.path})` : this.path;
    return new ExpressionError(path, this.expression, this.message, this.hint, command);
  }
}
