import { ConnectorError, type FieldProblem } from "@greenroom/connector-kit";

/** What a person may say of a step that waits for one: it is done (with this output), do it (again), or let it fail. */
export type Choice = "done" | "again" | "fail";

/** What went wrong, as the history keeps it and people read it; never a stack trace. */
export interface JobError {
  /** A ConnectorError's kind, `expression`, `call`, `limit`, `cancelled`, `approval` or `bug`. */
  readonly kind: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly fields?: readonly FieldProblem[] | undefined;
  /** The path of the step that failed its job. */
  readonly path?: string | undefined;
  /** There while the step waits for a person to choose. */
  readonly choices?: readonly Choice[] | undefined;
  /** What is asked then: each time another one, which an answer names. */
  readonly question?: string | undefined;
}

/** An error for the log: where it came from, as far as it says. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** An error as data. What is not a ConnectorError is our bug: people get its name, the log gets its stack. */
export function toJobError(error: unknown): JobError {
  if (error instanceof ConnectorError) {
    return {
      kind: error.kind,
      code: error.code,
      message: error.message,
      ...(error.hint && { hint: error.hint }),
      ...(error.fields.length > 0 && { fields: error.fields }),
    };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    kind: "bug",
    code: "bug",
    message,
    hint: "This is a fault in Greenroom. The server's log has the details; please report it.",
  };
}
