/**
 * PostgreSQL from npm, for who has none: its data in the home, its only door a unix socket that its owner alone can open.
 *
 * It outlives a crash of ours, and the next start takes it over; it is stopped in order when we are. When it ends by
 * itself, it is started again.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { StartError } from "../start-error.ts";
import { preparedBinaries } from "./binaries.ts";
import { waitForLock } from "./home-lock.ts";
import { keepRunning } from "./keep-running.ts";
import { logSize, openLog, rotateWhenLong } from "./log-file.ts";
import { asUser } from "./owner.ts";
import { existingData, findPlace, type Place } from "./place.ts";
import {
  answers,
  ask,
  databaseUser,
  declareDead,
  end,
  fitsSocket,
  type Postmaster,
  runningOn,
  urlOf,
} from "./postmaster.ts";

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  readonly databaseUrl: string;
  readonly pid: number;
  /** Stops it in order, and waits for it. */
  stop(): Promise<void>;
}

/** What tells of something that takes long or went wrong at first. */
type Log = (message: string) => void;

const databaseName = "greenroom";
const majorVersion = "18";
/** Who starts us again may not have waited for the one before to end. */
const locksWithinMs = 3_000;
const attempts = 6;
const retryBaseMs = 100;
/** After a crash it first goes through up to `max_wal_size` of its log. */
const startsWithinMs = 5 * 60_000;
const adoptsWithinMs = 30_000;
const looksAtLogEveryMs = 10 * 60_000;

/** The same order of text on every system, and none that an update of its C library could change. */
const textOrder = ["--locale=C.UTF-8", "--locale-provider=builtin"];

/**
 * Durable, and sized for a machine that runs everything. `max_wal_size` keeps checkpoints rare under load.
 * `commit_delay` was measured with 1 and 20 clients and gains nothing that can be told from noise: it stays off.
 */
const serverSettings: Readonly<Record<string, string>> = {
  listen_addresses: "",
  shared_buffers: "192MB",
  max_connections: "100",
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
export async function startEmbeddedPostgres({
  home,
  log,
}: {
  home: string;
  log: Log;
}): Promise<EmbeddedPostgres> {
  const place = findPlace(home);
  const { data, directory, owner } = place;
  const unlock = await waitForLock(join(directory, "greenroom.pid"), home, locksWithinMs);
  try {
    const native = preparedBinaries(owner, place.binaries);
    if (!existsSync(join(data, "PG_VERSION"))) {
      log("making the database (once)");
      await initialise(native, place);
    }
    mustBeOurs(data);
    const logFile = join(directory, "postgres.log");
    const launchAt = (at: string, more: Pick<Launch, "attempts" | "signal"> = { attempts }) =>
      launch({ native, place, logFile, log, sockets: at, ...more });
    const first = (await adopt(data, log)) ?? (await launchAt(socketDirectory(place)));
    const { sockets } = first;
    await createDatabase(sockets);
    const watch = setInterval(() => rotateWhenLong(logFile), looksAtLogEveryMs).unref();
    const startAgain = (signal: AbortSignal) => launchAt(sockets, { attempts: 1, signal });
    const kept = keepRunning(first, { startAgain, log });
    return {
      databaseUrl: urlOf(sockets, databaseName),
      get pid() {
        return kept.pid;
      },
      async stop() {
        clearInterval(watch);
        await kept.release();
        await end(kept.pid, data);
        if (sockets !== directory) rmSync(sockets, { recursive: true, force: true });
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * The PostgreSQL of a home for a short while: the one that runs for its server, or else one of our own.
 *
 * @throws {StartError} when the home has no data
 */
export async function borrowEmbeddedPostgres({
  home,
  log,
}: {
  home: string;
  log: Log;
}): Promise<Pick<EmbeddedPostgres, "databaseUrl" | "stop">> {
  const data = existingData(home);
  if (data === undefined)
    throw new StartError(
      `There is no database in ${home}. Set GREENROOM_HOME to the data directory of a Greenroom, or DATABASE_URL to its PostgreSQL.`,
    );
  const running = runningOn(data);
  if (running && (await answers(running.sockets)))
    return { databaseUrl: urlOf(running.sockets, databaseName), stop: async () => {} };
  return await startEmbeddedPostgres({ home, log });
}

async function initialise(native: string, { data, owner }: Place): Promise<void> {
  // Made aside and moved: what was cut off half-way must not look whole.
  const half = `${data}.half`;
  rmSync(half, { recursive: true, force: true });
  const settings = ["--auth=trust", "--encoding=UTF8", "--no-instructions", ...textOrder];
  try {
    await promisify(execFile)(join(native, "bin/initdb"), ["-D", half, "-U", databaseUser, ...settings], {
      ...asUser(owner),
      cwd: "/",
    });
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    const why = (said || String(error)).trim().split("\n").at(-1);
    throw new StartError(`PostgreSQL could not make its data in ${data}: ${why}`);
  }
  renameSync(half, data);
}

function mustBeOurs(data: string): void {
  const version = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  if (version === majorVersion) return;
  throw new StartError(
    `The data in ${data} is of PostgreSQL ${version}, but this Greenroom brings ${majorVersion}. Start the Greenroom it was made with and take a backup, or set GREENROOM_HOME to a new directory.`,
  );
}

/** The one that survived us, if it answers; one that does not is ended. */
async function adopt(data: string, log: Log): Promise<Postmaster | undefined> {
  const running = runningOn(data);
  if (!running) return undefined;
  const deadline = Date.now() + adoptsWithinMs;
  while (Date.now() < deadline && runningOn(data)?.pid === running.pid) {
    if (await answers(running.sockets)) return running;
    await sleep(50);
  }
  log(`PostgreSQL (process ${running.pid}) runs but does not answer; starting it anew`);
  await end(running.pid, data);
  return undefined;
}

interface Launch {
  readonly native: string;
  readonly place: Place;
  readonly sockets: string;
  readonly logFile: string;
  readonly log: Log;
  readonly attempts: number;
  /** Ends what has not started yet. */
  readonly signal?: AbortSignal;
}

async function launch({
  native,
  place: { data, owner },
  sockets,
  logFile,
  log,
  ...tries
}: Launch): Promise<Postmaster> {
  rotateWhenLong(logFile);
  const settings = Object.entries({ ...serverSettings, unix_socket_directories: sockets });
  const args = ["-D", data, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  const begin = logSize(logFile);
  // After a crash the children of the dead server may need a moment to notice: then the first try fails.
  for (let attempt = 1; ; attempt += 1) {
    declareDead({ data, sockets });
    const output = openLog(logFile, owner);
    // Its own session: Ctrl-C in the terminal is for us, and we stop it in order.
    const child = spawn(join(native, "bin/postgres"), args, {
      ...asUser(owner),
      cwd: "/",
      detached: true,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    child.unref();
    const failed = await failure(child, sockets, tries.signal);
    if (failed === undefined && child.pid !== undefined) return { pid: child.pid, sockets };
    if (attempt === tries.attempts) {
      const said = readFileSync(logFile).subarray(begin).toString("utf8").split("\n");
      const why = said.findLast((line) => /FATAL|PANIC/.test(line)) ?? failed;
      throw new StartError(`PostgreSQL did not start: ${why}. Its log is ${logFile}.`);
    }
    log(`PostgreSQL did not start at once (${failed}); trying again`);
    await sleep(retryBaseMs * 2 ** attempt);
  }
}

/** Waits until the server answers or ends. @returns why it does not run */
async function failure(
  child: ChildProcess,
  sockets: string,
  given: AbortSignal | undefined,
): Promise<string | undefined> {
  const over = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
  const deadline = Date.now() + startsWithinMs;
  for (;;) {
    const ended = await Promise.race([over, sleep(20)]);
    if (ended !== undefined) return ended;
    if (await answers(sockets)) return undefined;
    if (Date.now() > deadline || given?.aborted) child.kill("SIGQUIT");
  }
}

/** Beside the data; or, where that path is too long for a socket, in a new directory that only PostgreSQL's user can enter. */
function socketDirectory({ directory, owner }: Place): string {
  if (fitsSocket(directory)) return directory;
  const made = mkdtempSync(
    join(fitsSocket(join(tmpdir(), "greenroom-xxxxxx")) ? tmpdir() : "/tmp", "greenroom-"),
  );
  owner.makePrivate(made);
  return made;
}

async function createDatabase(sockets: string): Promise<void> {
  const { rowCount } = await ask(sockets, `select from pg_database where datname = '${databaseName}'`);
  if (rowCount === 0) await ask(sockets, `create database ${databaseName}`);
}
