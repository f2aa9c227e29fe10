/**
 * PostgreSQL from npm, for who has none: its data in the home, its only door a unix socket that its owner alone can open.
 *
 * It outlives a crash of ours, and the next start takes it over; it is stopped in order when we are.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, chmodSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { StartError } from "../start-error.ts";
import { preparedBinaries } from "./binaries.ts";
import { asUser, findOwner, type Owner } from "./owner.ts";

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  readonly databaseUrl: string;
  readonly pid: number;
  /** Stops it in order, and waits for it. */
  stop(): Promise<void>;
}

const databaseName = "greenroom";
const user = "greenroom";
const majorVersion = "18";
const startWithinMs = 30_000;
const stopWithinMs = 20_000;

/** Durable, and sized for a machine that runs everything. `max_wal_size` keeps checkpoints rare under load. */
const serverSettings: Readonly<Record<string, string>> = {
  listen_addresses: "",
  shared_buffers: "192MB",
  max_connections: "60",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  wal_compression: "on",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  jit: "off",
  max_parallel_workers_per_gather: "0",
  log_min_messages: "warning",
};

/** Starts PostgreSQL on the home's data, or takes over the one that an earlier crash of ours left running. @throws {StartError} */
export async function startEmbeddedPostgres({ home, log }: { home: string; log: (message: string) => void }): Promise<EmbeddedPostgres> {
  const owner = findOwner();
  const place = placeOf(home, owner);
  const lock = takeLock(home);
  try {
    const native = preparedBinaries(owner, join(place, "..", "binaries"));
    const data = join(place, "data");
    const sockets = socketDirectory(data, owner);
    if (!existsSync(join(data, "PG_VERSION"))) {
      log("making the database (once)");
      initialise(native, data, owner);
    }
    const version = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
    if (version !== majorVersion) {
      throw new StartError(`The data in ${data} is of PostgreSQL ${version}, but this Greenroom brings ${majorVersion}. Start the Greenroom it was made with and take a backup, or set GREENROOM_HOME to a new directory.`);
    }
    const pid = runningPid(data) ?? (await launch(native, data, sockets, home, owner, log));
    await ready(sockets, data);
    await createDatabase(sockets);
    return {
      databaseUrl: urlOf(sockets, databaseName),
      pid,
      async stop() {
        await end(pid, data);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Beside the home where PostgreSQL's user can go; else in a place of the system, found again by the home's path. */
function placeOf(home: string, owner: Owner): string {
  const inside = join(home, "postgres");
  owner.makePrivate(inside);
  if (owner.canWrite(inside)) return inside;
  // Passing through is enough for it; what is ours in the home stays closed by its own mode.
  chmodSync(home, 0o711);
  if (owner.canWrite(inside)) return inside;
  rmSync(inside, { recursive: true, force: true });
  const outside = join("/var/lib/greenroom", createHash("sha256").update(home).digest("hex").slice(0, 16));
  mkdirSync("/var/lib/greenroom", { recursive: true, mode: 0o755 });
  owner.makePrivate(outside);
  writeFileSync(join(home, "postgres-is-elsewhere.txt"), `PostgreSQL's own user cannot enter this directory, so its data is in ${outside}\n`);
  return outside;
}

/** A short path: PostgreSQL takes no more than 107 bytes for a socket. */
function socketDirectory(data: string, owner: Owner): string {
  const directory = join("/tmp", `greenroom-${createHash("sha256").update(data).digest("hex").slice(0, 16)}`);
  owner.makePrivate(directory);
  const mine = statSync(directory);
  if (mine.uid !== (owner.uid ?? process.getuid?.() ?? mine.uid)) throw new StartError(`${directory} belongs to another user. Remove it.`);
  return directory;
}

function initialise(native: string, data: string, owner: Owner): void {
  rmSync(data, { recursive: true, force: true });
  const args = ["-D", data, "-U", user, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"];
  const run = (extra: string[]) => spawnSync(join(native, "bin/initdb"), [...args, ...extra], { ...asUser(owner), encoding: "utf8", cwd: "/" });
  const made = run(["--locale-provider=builtin"]);
  if (made.status === 0) return;
  rmSync(data, { recursive: true, force: true });
  throw new StartError(`PostgreSQL could not make its data in ${data}: ${(made.stderr || String(made.error)).trim().split("\n").at(-1)}`);
}

async function launch(native: string, data: string, sockets: string, home: string, owner: Owner, log: (message: string) => void): Promise<number> {
  const logFile = join(home, "postgres.log");
  rotate(logFile);
  const settings = Object.entries({ ...serverSettings, unix_socket_directories: sockets }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // A server that just died can hold its lock until its parent has noticed: then the first try fails.
  for (let attempt = 1; ; attempt += 1) {
    rmSync(join(data, "postmaster.pid"), { force: true });
    const output = openSync(logFile, "a");
    // Its own session: Ctrl-C in the terminal is for us, and we stop it in order.
    const child = spawn(join(native, "bin/postgres"), ["-D", data, ...settings], { ...asUser(owner), cwd: "/", detached: true, stdio: ["ignore", output, output] });
    child.unref();
    const failed = await failedSoon(child, sockets);
    if (failed === undefined && child.pid !== undefined) return child.pid;
    if (attempt >= 5) {
      const lines = readFileSync(logFile, "utf8").trim().split("\n");
      throw new StartError(`PostgreSQL did not start: ${lines.findLast((line) => /FATAL|ERROR|PANIC/.test(line)) ?? failed}. Its log is ${logFile}.`);
    }
    log(`PostgreSQL did not start at once (${failed}); trying again`);
    await sleep(200 * 2 ** attempt);
  }
}

/** Waits until the server answers or ends. @returns why it ended */
async function failedSoon(child: ChildProcess, sockets: string): Promise<string | undefined> {
  let ended: string | undefined;
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, signal) => (ended = `it ended with ${signal ?? code}`));
  const deadline = Date.now() + startWithinMs;
  while (ended === undefined && Date.now() < deadline) {
    if (await answers(sockets)) return undefined;
    await sleep(20);
  }
  return ended ?? "it did not answer in time";
}

/** The pid of the server that runs on this data, when there is one: the file alone proves nothing after a crash. */
function runningPid(data: string): number | undefined {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  return Number.isInteger(pid) && pid > 1 && isPostgres(pid, data) ? pid : undefined;
}

function isPostgres(pid: number, data: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return /postgres$/.test(command[0] ?? "") && command.includes(data);
  } catch {
    if (process.platform === "linux") return false;
    const { stdout } = spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
    return Boolean(stdout?.includes("postgres") && stdout.includes(data));
  }
}

async function ready(sockets: string, data: string): Promise<void> {
  const deadline = Date.now() + startWithinMs;
  while (!(await answers(sockets))) {
    if (Date.now() > deadline) throw new StartError(`PostgreSQL runs on ${data} but does not answer. Stop it, then start again.`);
    await sleep(50);
  }
}

async function answers(sockets: string): Promise<boolean> {
  if (!existsSync(join(sockets, ".s.PGSQL.5432"))) return false;
  try {
    await ask(sockets, "select 1");
    return true;
  } catch {
    // Starting, or going through its log after a crash.
    return false;
  }
}

async function createDatabase(sockets: string): Promise<void> {
  const { rowCount } = await ask(sockets, `select from pg_database where datname = '${databaseName}'`);
  if (rowCount === 0) await ask(sockets, `create database ${databaseName}`);
}

async function ask(sockets: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: urlOf(sockets, "postgres"), connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

function urlOf(sockets: string, database: string): string {
  return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(sockets)}`;
}

/** Fast shutdown: open transactions end, everything committed is kept. */
async function end(pid: number, data: string): Promise<void> {
  if (!isPostgres(pid, data)) return;
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + stopWithinMs;
  while (isPostgres(pid, data) && Date.now() < deadline) await sleep(20);
}

/** One Greenroom a home. The lock of a process that is gone counts for nothing. */
function takeLock(home: string): { release(): void } {
  const path = join(home, "server.pid");
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 3) throw error;
      const holder = Number(readFileSync(path, "utf8"));
      if (isGreenroom(holder)) {
        throw new StartError(`Another Greenroom (process ${holder}) uses the data directory ${home}. Stop it, or set GREENROOM_HOME to another directory.`);
      }
      rmSync(path, { force: true });
    }
  }
}

/** Whether that process is alive and one of ours: after a reboot its number may be anybody's. */
function isGreenroom(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  try {
    return /node/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}

const longestLogBytes = 10 * 1024 * 1024;

function rotate(logFile: string): void {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) < longestLogBytes) return appendFileSync(logFile, "");
  const tail = readFileSync(logFile).subarray(-longestLogBytes / 10);
  writeFileSync(logFile, tail);
}
