/** What went wrong, as the engine decides by it; the set is closed. */
export type ErrorKind =
  | "reconnect"
  | "forbidden"
  | "invalid-input"
  | "not-found"
  | "conflict"
  | "rate-limited"
  | "unavailable"
  | "outcome-unknown"
  | "unexpected-response";

/** A field of the input that was refused, by its path (`settings.approval_type`). */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Options of {@link ConnectorError} beside its kind, code and message. */
export interface ConnectorErrorOptions {
  /** When it is worth trying again (rate limits, maintenance). */
  readonly retryAt?: Date | undefined;
  /** The fields that were refused. */
  readonly fields?: readonly FieldProblem[] | undefined;
  /** What the person can do about it, as a sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The one error that actions, triggers and connections throw; anything else is a bug. */
export class ConnectorError extends Error {
  override readonly name = "ConnectorError";
  readonly kind: ErrorKind;
  /** Stable, for programs: the service's own code with its name (`acme.3001`), or ours (`timeout`). */
  readonly code: string;
  readonly retryAt: Date | undefined;
  readonly fields: readonly FieldProblem[];
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, code: string, message: string, options: ConnectorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.retryAt = options.retryAt;
    this.fields = options.fields ?? [];
    this.hint = options.hint;
  }
}
