/** PostgreSQL's log: kept below a length, also while it is written to. */
import { chownSync, copyFileSync, openSync, rmSync, statSync, truncateSync } from "node:fs";
import type { Owner } from "./owner.ts";

const longestBytes = 10 * 1024 * 1024;

/** Opens it to append to; it belongs to who owns the data. @returns the file descriptor */
export function openLog(path: string, { uid, gid }: Owner): number {
  const file = openSync(path, "a", 0o600);
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  return file;
}

/** Its length; zero when there is none. */
export function logSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Keeps the log as the one before, and begins anew. It is emptied, not replaced: PostgreSQL appends to it. */
export function rotateWhenLong(path: string): void {
  if (logSize(path) < longestBytes) return;
  rmSync(`${path}.1`, { force: true });
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}
