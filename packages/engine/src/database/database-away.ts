/** A database that does not answer is waited for: jobs go on when it is back. Webhooks are refused meanwhile, so that they come again. */

/**
 * Connection failures, and what PostgreSQL says of its own troubles: classes 08 (connection), 53 (disk full, memory,
 * too many connections) and 57P (shutting down, starting), a failed disk, a standby, of two in each other's way one, and who
 * stood still in a transaction.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  if (/^(08|53|57P)|^(58030|25006|25P03|40P01|40001|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT)$/.test(code))
    return true;
  const lost =
    /connection terminated|timeout exceeded when trying to connect|connection ended|encountered a connection error/i;
  return lost.test(error.message) || isDatabaseAway(error.cause);
}

/** Whether PostgreSQL ended one of two transactions that waited for each other. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "40P01";
}

/** Whether PostgreSQL refused a text: one with the character NUL, or with half of a character. */
export function isUnstorable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && /^(?:22021|22P05)$/.test(String(error.code))) || isUnstorable(error.cause);
}

const askAgainMs = 500;

/** Runs `work` until the database answers. @throws what else goes wrong, or the reason of an abort */
export async function waitForDatabase<T>(
  work: () => Promise<T>,
  sleep: (ms: number) => Promise<void>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
    await sleep(askAgainMs);
  }
}
