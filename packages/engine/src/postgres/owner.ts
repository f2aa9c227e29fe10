/** Who PostgreSQL runs as: us, or, because it refuses to run as root, somebody without privileges. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync } from "node:fs";

/** A user to run programs as. */
export interface Owner {
  /** Undefined when it is the user we are. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Whether the program can be reached and run by this user. */
  canRun(program: string): boolean;
  /** Whether the directory can be entered and written by this user. */
  canWrite(directory: string): boolean;
  /** Makes a directory that only this user can enter. */
  makePrivate(directory: string): void;
}

/** The unprivileged user to use when we are root; nobody's usual number where there is no such name. */
const fallbackId = 65_534;

/** Finds the owner. */
export function findOwner(): Owner {
  const root = process.getuid?.() === 0;
  const { uid, gid } = root ? (entryOf("postgres") ?? entryOf("nobody") ?? { uid: fallbackId, gid: fallbackId }) : { uid: undefined, gid: undefined };
  const test = (...args: string[]) => spawnSync("/usr/bin/env", ["test", ...args], asUser({ uid, gid })).status === 0;
  return {
    uid,
    gid,
    canRun: (program) => process.platform === "win32" || test("-x", program),
    canWrite: (directory) => process.platform === "win32" || test("-w", directory, "-a", "-x", directory),
    makePrivate(directory) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      if (uid !== undefined && gid !== undefined) chownSync(directory, uid, gid);
      chmodSync(directory, 0o700);
    },
  };
}

/** The options that make a child process run as that user. */
export function asUser({ uid, gid }: Pick<Owner, "uid" | "gid">): { uid?: number; gid?: number } {
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

function entryOf(name: string): { uid: number; gid: number } | undefined {
  try {
    for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
      const [user, , uid, gid] = line.split(":");
      if (user === name) return { uid: Number(uid), gid: Number(gid) };
    }
  } catch {
    // No such file on this system: the fallback number will do.
  }
  return undefined;
}
