import { ConnectorError, type FieldProblem } from "@greenroom/connector-kit";

/** What went wrong, as the history keeps it and people read it; never a stack trace. */
export interface JobError {
  /** A ConnectorError's kind, `expression`, or `bug`. */
  readonly kind: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly fields?: readonly FieldProblem[] | undefined;
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
