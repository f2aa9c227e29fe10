/** Who PostgreSQL runs as: us, or, because it refuses to run as root, somebody without privileges. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync } from "node:fs";
import { StartError } from "../start-error.ts";

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

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** The unprivileged user's usual number, where there is no such name. */
const nobody: Ids = { uid: 65_534, gid: 65_534 };

/** Finds the owner. When we are root, what exists at `data` decides: an ordinary user may have made it before. */
export function findOwner(data: string): Owner {
  if (process.getuid?.() !== 0) return ownerOf(undefined);
  return ownerOf(unprivilegedOwnerOf(data) ?? idsOf("postgres") ?? idsOf("nobody") ?? nobody);
}

function ownerOf(ids: Ids | undefined): Owner {
  const { uid, gid } = ids ?? {};
  const test = (...args: string[]) =>
    process.platform === "win32" ||
    spawnSync("/usr/bin/env", ["test", ...args], { ...asUser({ uid, gid }), cwd: "/" }).status === 0;
  return {
    uid,
    gid,
    canRun: (program) => test("-x", program),
    canWrite: (directory) => test("-w", directory, "-a", "-x", directory),
    makePrivate(directory) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      // Never through a link: where others can write, one could lead root's chown to anything.
      if (!lstatSync(directory).isDirectory()) {
        throw new StartError(`${directory} must be a directory. Move what is there away, then start again.`);
      }
      if (ids) chownSync(directory, ids.uid, ids.gid);
      chmodSync(directory, 0o700);
    },
  };
}

/** The options that make a child process run as that user. */
export function asUser({ uid, gid }: Pick<Owner, "uid" | "gid">): { uid?: number; gid?: number } {
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

function unprivilegedOwnerOf(path: string): Ids | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}

function idsOf(name: string): Ids | undefined {
  try {
    for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
      const [user, , uid, gid] = line.split(":");
      if (user === name) return { uid: Number(uid), gid: Number(gid) };
    }
  } catch {
    // No such file on this system: the usual number will do.
  }
  return undefined;
}
