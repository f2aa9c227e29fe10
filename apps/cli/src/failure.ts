/** How a command fails: a sentence, what to do about it, and the exit code that scripts go by. */

/** The exit codes; `greenroom help exit-codes` prints them. */
export const exitCodes = {
  ok: 0,
  /** It was done, and the answer is no: problems found, a job failed, folder and server differ. */
  failed: 1,
  /** The command was written wrongly. */
  usage: 2,
  /** The server cannot be reached. */
  unreachable: 3,
  /** The server refused: no key, or one that may not do it. */
  refused: 4,
  /** What was named is not there. */
  notFound: 5,
} as const;

/** An end of a command that is not success. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(
    message: string,
    {
      exitCode = exitCodes.failed,
      hint,
    }: { readonly exitCode?: number; readonly hint?: string | undefined } = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
