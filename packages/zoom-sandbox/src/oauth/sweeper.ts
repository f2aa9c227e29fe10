import type { Table } from "../table.ts";

// Long enough for clients to be told that theirs has expired.
const KEPT_AFTER_EXPIRY_MS = 86_400_000;
const SWEEP_FROM = 1_000;

/** Makes what forgets rows that expired long ago, so that a sandbox that runs for years does not grow. */
export function createSweeper<Row extends { expires_ms: number }>(
  rows: Table<Row>,
  idOf: (row: Row) => string,
  nowMs: () => number,
): () => void {
  let sweepAt = SWEEP_FROM;
  return () => {
    if (rows.size() < sweepAt) return;
    const before = nowMs() - KEPT_AFTER_EXPIRY_MS;
    for (const row of rows.filter(({ expires_ms }) => expires_ms < before)) rows.delete(idOf(row));
    sweepAt = Math.max(SWEEP_FROM, 2 * rows.size());
  };
}
