import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { lockHome } from "./home-lock.ts";
import { isPostmaster } from "./postmaster.ts";

const asRoot = process.getuid?.() === 0;
const unprivileged = 65_534;

let around: string;
let home: string;
let fresh: string;
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

/** The first start takes a second; most tests begin with the second one. */
let begun: string;

beforeAll(async () => {
  begun = mkdtempSync(join(tmpdir(), "greenroom-begun-"));
  const postgres = await startEmbeddedPostgres({ home: begun, log: () => undefined });
  await postgres.stop();
});

afterAll(() => rmSync(begun, { recursive: true, force: true }));

beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), "greenroom-pg-"));
  chmodSync(around, 0o755);
  home = join(around, "home");
  fresh = join(around, "fresh");
  // As cpSync would not, it keeps whose the files are.
  spawnSync("cp", ["-a", begun, home]);
});

afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await stopped(child);
  for (const postgres of running.splice(0)) await postgres.stop();
  chmodSync(around, 0o755);
  const pointer = join(fresh, "postgres-is-elsewhere.txt");
  if (asRoot && existsSync(pointer)) rmSync(firstLine(pointer), { recursive: true, force: true });
  rmSync(around, { recursive: true, force: true });
});

describe("a home", () => {
  it("keeps its data from one start to the next", async () => {
    const first = await start(fresh);
    await query(first, "create table kept (word text)");
    await query(first, "insert into kept values ('still here')");
    await first.stop();
    expect(isPostmaster(first.pid, dataOf(fresh))).toBe(false);

    expect(await query(await start(fresh), "select word from kept")).toEqual([{ word: "still here" }]);
  });

  it("is refused while another Greenroom uses it, and free when that one ends", async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(
      `Another Greenroom (process ${process.pid}) uses the data directory ${home}.`,
    );
    const { refused } = await inChild();
    expect(refused).toContain(`Another Greenroom (process ${process.pid})`);
    await first.stop();
    await start();
  });

  it("started twice at the same time is used by one, and the other says so", async () => {
    const both = await Promise.all([inChild(), inChild()]);
    expect(both.filter(({ pid }) => pid !== undefined)).toHaveLength(1);
    expect(both.map(({ refused }) => refused ?? "").join("")).toContain("Another Greenroom");
  });

  it("stands beside another home", async () => {
    const [one, other] = [await start(), await start(fresh)];
    await query(one, "create table mine ()");
    expect(await query(other, "select to_regclass('mine') as found")).toEqual([{ found: null }]);
  });

  it("may have a path too long for a socket", async () => {
    const deep = join(around, "d".repeat(60), "e".repeat(60));
    mkdirSync(deep, { recursive: true });
    const postgres = await start(deep);
    expect(await query(postgres, "select 1 as one")).toEqual([{ one: 1 }]);
    const sockets = new URL(postgres.databaseUrl).searchParams.get("host") ?? "";
    expect(statSync(sockets).mode & 0o777).toBe(0o700);
    await postgres.stop();
    expect(existsSync(sockets)).toBe(false);
  });

  it("with the data of another PostgreSQL is refused in one sentence", async () => {
    await (await start()).stop();
    writeFileSync(join(dataOf(home), "PG_VERSION"), "17\n");
    await expect(start()).rejects.toThrow(/is of PostgreSQL 17, but this Greenroom brings 18\. /);
  });

  it("that is a file is refused in one sentence that names it", async () => {
    writeFileSync(fresh, "");
    await expect(start(fresh)).rejects.toThrow(`The data directory ${fresh} cannot be read and written`);
  });
});

describe("PostgreSQL", () => {
  it("listens on a unix socket that only its user can reach, and on no port", async () => {
    const postgres = await start();
    expect(await query(postgres, "select current_setting('listen_addresses') as listen")).toEqual([
      { listen: "" },
    ]);
    expect(tcpSocketsOf(postgres.pid)).toEqual([]);
    const sockets = new URL(postgres.databaseUrl).searchParams.get("host") ?? "";
    expect(statSync(sockets).mode & 0o777).toBe(0o700);
    expect(statSync(dataOf(home)).mode & 0o777).toBe(0o700);
  });

  it("is durable: what it confirmed is on the disk", async () => {
    const rows = await query(
      await start(),
      "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by name",
    );
    expect(rows).toEqual(
      ["fsync", "full_page_writes", "synchronous_commit"].map((name) => ({ name, setting: "on" })),
    );
  });

  it("starts after it was killed, with everything it had confirmed", async () => {
    const first = await start();
    await query(first, "create table kept as select 7 as number");
    process.kill(first.pid, "SIGKILL");
    await first.stop();
    expect(await query(await start(), "select number from kept")).toEqual([{ number: 7 }]);
  });

  it("that ends by itself is started again at the same address, until it is stopped", async () => {
    const postgres = await start();
    const { pid } = postgres;
    await query(postgres, "create table kept as select 7 as number");
    process.kill(pid, "SIGKILL");
    await vi.waitFor(
      async () => expect(await query(postgres, "select number from kept")).toEqual([{ number: 7 }]),
      { timeout: 60_000, interval: 50 },
    );
    // It answers a moment before whoever started it knows.
    await vi.waitFor(() => expect(postgres.pid).not.toBe(pid), { timeout: 60_000, interval: 50 });
    expect(isPostmaster(postgres.pid, dataOf(home))).toBe(true);
    await postgres.stop();
    expect(isPostmaster(postgres.pid, dataOf(home))).toBe(false);
  }, 90_000);

  it("starts beside a stale pid file, whoever has that number now", async () => {
    const first = await start();
    const file = join(dataOf(home), "postmaster.pid");
    const written = readFileSync(file, "utf8");
    await first.stop();
    // Of a process that lives and is of the same user as PostgreSQL will be: the case it refuses by itself.
    const stranger = spawn("sleep", ["60"], {
      ...(asRoot ? { uid: uidOf(dataOf(home)) } : {}),
      stdio: "ignore",
    });
    children.push(stranger);
    writeFileSync(file, written.replace(/^\d+/, String(stranger.pid)));
    if (asRoot) chownSync(file, uidOf(dataOf(home)), uidOf(dataOf(home)));
    expect(await query(await start(), "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("that survived the kill of its Greenroom is taken over at once", async () => {
    const { child, pid } = await inChild();
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isPostmaster(pid ?? 0, dataOf(home))).toBe(true);

    const next = await start();
    expect(next.pid).toBe(pid);
    expect(await query(next, "select 1 as one")).toEqual([{ one: 1 }]);
    await next.stop();
    expect(isPostmaster(next.pid, dataOf(home))).toBe(false);
  });

  it("starts beside its dead predecessor that nobody has buried", async () => {
    const { child, pid } = await inChild();
    // A parent that is held up cannot bury; nor can one that never does, as in many containers.
    child.kill("SIGSTOP");
    process.kill(pid ?? 0, "SIGKILL");
    rmSync(join(home, "postgres/greenroom.pid"));
    try {
      expect(await query(await start(), "select 1 as one")).toEqual([{ one: 1 }]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it.runIf(process.platform === "linux")(
    "is not ended by Ctrl-C in the terminal of its Greenroom",
    async () => {
      const { pid } = await start();
      // The session, field 6 of the line, is its own.
      const [, session] = /\) (?:\S+ ){3}(\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      expect(session).toBe(String(pid));
    },
  );
});

describe("a lock left behind", () => {
  it("counts for nothing, also when its number belongs to another process now", () => {
    mkdirSync(fresh);
    const path = join(fresh, "greenroom.pid");
    writeFileSync(path, `${process.pid} 1\n`);
    const unlock = lockHome(path, fresh);
    expect(() => lockHome(path, fresh)).toThrow("Another Greenroom");
    unlock();
    expect(readdirSync(fresh)).toEqual([]);
  });
});

describe.runIf(asRoot)("for root", () => {
  it("PostgreSQL runs as somebody without privileges", async () => {
    const { pid } = await start();
    expect(uidOf(`/proc/${pid}`)).not.toBe(0);
  });

  it("a home in a directory closed to others works, and keeps its data there when it is opened", async () => {
    chmodSync(around, 0o700);
    const first = await start(fresh);
    await query(first, "create table kept ()");
    await first.stop();
    expect(firstLine(join(fresh, "postgres-is-elsewhere.txt"))).toMatch(/^\/var\/lib\/greenroom\//);

    chmodSync(around, 0o755);
    expect(await query(await start(fresh), "select to_regclass('kept') as found")).toEqual([
      { found: "kept" },
    ]);
  });

  it("a home whose data is gone from where it was says so", async () => {
    mkdirSync(fresh);
    writeFileSync(join(fresh, "postgres-is-elsewhere.txt"), "/var/lib/greenroom/not-there\n");
    await expect(start(fresh)).rejects.toThrow(
      "says that the data is in /var/lib/greenroom/not-there, but there is no such directory.",
    );
  });

  it("a home that an ordinary user began goes on, and is still that user's after", async () => {
    mkdirSync(fresh);
    chownSync(fresh, unprivileged, unprivileged);
    const { child, databaseUrl, refused } = await inChild(unprivileged, fresh);
    expect(refused).toBeUndefined();
    await query({ databaseUrl: databaseUrl ?? "" }, "create table kept ()");
    await stopped(child);

    const asRootNow = await start(fresh);
    expect(await query(asRootNow, "select to_regclass('kept') as found")).toEqual([{ found: "kept" }]);
    await asRootNow.stop();
    expect((await inChild(unprivileged, fresh)).refused).toBeUndefined();
  });

  it("an ordinary user is told which home cannot be read", async () => {
    mkdirSync(fresh, { mode: 0o700 });
    expect((await inChild(unprivileged, fresh)).refused).toMatch(
      `The data directory ${fresh} cannot be read and written (EACCES).`,
    );
  });

  it("a link in the place of the data is not followed", async () => {
    mkdirSync(fresh);
    const target = join(around, "target");
    mkdirSync(target);

    symlinkSync(target, join(fresh, "postgres"));
    await expect(start(fresh)).rejects.toThrow("must be a directory");
    expect(uidOf(target)).toBe(0);
  });
});

async function start(at = home): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ home: at, log: () => undefined });
  running.push(postgres);
  return postgres;
}

const said = z.object({
  databaseUrl: z.string().optional(),
  pid: z.number().optional(),
  refused: z.string().optional(),
});
type InChild = z.infer<typeof said> & { child: ChildProcess };

async function inChild(uid?: number, at = home): Promise<InChild> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "postgres-in-child.ts"), at], {
    ...(uid === undefined ? {} : { uid, gid: uid, cwd: "/" }),
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface(child.stdout)) return { child, ...said.parse(JSON.parse(line)) };
  throw new Error("the child said nothing");
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.stdin) child.stdin.end();
  else child.kill();
  await once(child, "exit");
}

async function query(
  { databaseUrl }: Pick<EmbeddedPostgres, "databaseUrl">,
  sql: string,
): Promise<unknown[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The sockets among its open files that are in the system's table of TCP sockets. */
function tcpSocketsOf(pid: number): string[] {
  if (process.platform !== "linux") return [];
  const table = ["tcp", "tcp6"].map((name) => readFileSync(`/proc/${pid}/net/${name}`, "utf8")).join("\n");
  return readdirSync(`/proc/${pid}/fd`)
    .map((fd) => /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? "")
    .filter((inode) => inode !== "" && new RegExp(` ${inode} `).test(table));
}

function dataOf(at: string): string {
  return join(at, "postgres/data");
}

function uidOf(path: string): number {
  return statSync(path).uid;
}

function firstLine(path: string): string {
  return readFileSync(path, "utf8").split("\n")[0] ?? "";
}
