/** PostgreSQL's first process on a data directory: found, asked and ended. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type QueryResult } from "pg";

/** A PostgreSQL that runs, and the directory of its socket. */
export interface Postmaster {
  readonly pid: number;
  readonly sockets: string;
}

/** The role and superuser; only who can open the socket's directory can use it. */
export const databaseUser = "greenroom";

const endsWithinMs = 20_000;
const socketName = ".s.PGSQL.5432";
/** What the kernel takes for the path of a socket, with its final zero. */
const longestSocketPath = 107;

/** Whether a socket in this directory has a path that the kernel accepts. */
export function fitsSocket(directory: string): boolean {
  return Buffer.byteLength(join(directory, socketName)) <= longestSocketPath;
}

/** The one that runs on this data. Its pid file alone proves nothing after a crash. */
export function runningOn(data: string): Postmaster | undefined {
  const [pid, , , , sockets] = pidFile(data);
  return sockets && isPostmaster(Number(pid), data) ? { pid: Number(pid), sockets } : undefined;
}

/**
 * Lets the next start pass a pid file whose process is gone, a zombie or a stranger's.
 * PostgreSQL takes its parent's number, ours, as proof of that; the rest of the file stays, for by it PostgreSQL
 * sees whether children of the dead server still hold the shared memory. Deleting the file would hide them.
 */
export function declareDead({ data, sockets }: { data: string; sockets: string }): void {
  const lines = pidFile(data);
  if (lines.length > 0)
    writeFileSync(join(data, "postmaster.pid"), [String(process.pid), ...lines.slice(1)].join("\n"));
  // The socket has a pid file of its own, which guards nothing but the name.
  rmSync(join(sockets, `${socketName}.lock`), { force: true });
}

/** Whether it answers a query. */
export async function answers(sockets: string): Promise<boolean> {
  if (!existsSync(join(sockets, socketName))) return false;
  try {
    await ask(sockets, "select 1");
    return true;
  } catch {
    // Starting, or going through its log after a crash.
    return false;
  }
}

/** One query as the superuser. */
export async function ask(sockets: string, sql: string): Promise<QueryResult> {
  const client = new Client({
    connectionString: urlOf(sockets, "postgres"),
    connectionTimeoutMillis: 5_000,
  });
  // A server that ends under us is told by the query already.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The address of one of its databases. */
export function urlOf(sockets: string, database: string): string {
  return `postgresql://${databaseUser}@localhost/${database}?host=${encodeURIComponent(sockets)}`;
}

/** Ends it fast, but in order: open transactions are rolled back, what was committed is written. Waits for it. */
export async function end(pid: number, data: string): Promise<void> {
  // The second stops without tidying up; the next start then goes through its log.
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    const deadline = Date.now() + endsWithinMs;
    if (isPostmaster(pid, data)) process.kill(pid, signal);
    while (isPostmaster(pid, data) && Date.now() < deadline) await sleep(20);
  }
}

/** Whether that process is PostgreSQL on this data, not one that got the same number later. A zombie is not. */
export function isPostmaster(pid: number, data: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    if (process.platform === "win32") return true;
    if (process.platform !== "linux") {
      const { stdout } = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
      return stdout.includes("postgres") && stdout.includes(data);
    }
    // It works in its data directory.
    return (
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres") &&
      readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data)
    );
  } catch {
    // No such process, or not ours to look at.
    return false;
  }
}

function pidFile(data: string): string[] {
  try {
    return readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}
