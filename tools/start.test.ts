import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { call, useOwnerKey } from "./api-client.ts";
import { startExternalPostgres } from "./external-postgres.test-kit.ts";
import { freePort, isFree, root } from "./processes.ts";

let around: string;
let settings: Record<string, string>;
const started: Start[] = [];

beforeAll(async () => {
  around = mkdtempSync(join(tmpdir(), "greenroom-start-"));
  // So that PostgreSQL's user can get to the homes in it.
  chmodSync(around, 0o755);
  settings = {
    GREENROOM_HOME: join(around, "home"),
    PORT: String(await freePort()),
    SANDBOX_PORT: String(await freePort()),
    DATABASE_URL: "",
    PUBLIC_URL: "",
    GREENROOM_SECRET_KEY: "",
  };
});

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill("SIGTERM");
    await ended;
  }
});

afterAll(() => rmSync(around, { recursive: true, force: true }));

describe("npm start", () => {
  it("serves Greenroom and the sandbox, set up, until Ctrl-C or until it is killed, and again with the same data", async () => {
    const first = start();
    await first.says("Ctrl-C stops both.");
    const [connection] = await connections();
    expect(connection).toMatchObject({ name: "zoom" });
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(0);
    expect(await isFree(Number(settings["PORT"]))).toBe(true);
    expect(await isFree(Number(settings["SANDBOX_PORT"]))).toBe(true);

    const second = start();
    await second.says("Ctrl-C stops both.");
    expect(await connections()).toMatchObject([{ id: connection?.id }]);
    expect(second.said()).not.toContain("Setting up the sandbox");

    // Killed, it leaves nothing running, and starts again at once.
    second.child.kill("SIGKILL");
    await second.ended;
    const third = start();
    await third.says("Ctrl-C stops both.");
    expect(await connections()).toHaveLength(1);
  }, 120_000);

  it("uses the PostgreSQL that DATABASE_URL names, and then makes no other", async () => {
    const postgres = await startExternalPostgres();
    try {
      const home = join(around, "home-of-external");
      const change = { DATABASE_URL: postgres.databaseUrl, GREENROOM_HOME: home };
      const first = start(change);
      await first.says("Ctrl-C stops both.");
      const [connection] = await connections(home);
      first.child.kill("SIGINT");
      expect(await first.ended).toBe(0);
      expect(readdirSync(home)).not.toContain("postgres");

      const client = new pg.Client({ connectionString: postgres.databaseUrl });
      await client.connect();
      const { rows } = await client.query("select id from greenroom.connections");
      await client.end();
      expect(rows).toEqual([{ id: connection?.id }]);
    } finally {
      await postgres.stop();
    }
  }, 120_000);

  it("names a port that is in use, and which setting to change", async () => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    const refused = start({ SANDBOX_PORT: String(port) });
    expect(await refused.ended).toBe(1);
    expect(refused.complaint()).toBe(
      `Port ${port} is in use by another program. Stop that program, or set SANDBOX_PORT to a free port.`,
    );
    other.close();
  });

  it.each<[what: string, change: Record<string, string>, sentence: RegExp]>([
    ["a port that is none", { PORT: "http" }, /^PORT must be a number from 0 to 65535, but it is “http”\.$/],
    [
      "a secret key that is none",
      { GREENROOM_SECRET_KEY: "not the one" },
      /^GREENROOM_SECRET_KEY must be 32 random bytes/,
    ],
    [
      "another secret key than the data was encrypted with",
      { GREENROOM_SECRET_KEY: Buffer.alloc(32, 7).toString("base64") },
      /secret key|GREENROOM_SECRET_KEY/,
    ],
    ["a database that cannot be reached", { DATABASE_URL: "postgresql://127.0.0.1:9/none" }, /database/i],
  ])("says in one sentence that it was given %s", async (_, change, sentence) => {
    const refused = start(change);
    expect(await refused.ended).toBe(1);
    expect(refused.complaint()).toMatch(sentence);
    expect(refused.complaint()).not.toContain("\n");
  });

  it("says in one sentence that the home cannot be used", async () => {
    const home = join(around, "file");
    writeFileSync(home, "");
    const refused = start({ GREENROOM_HOME: home });
    expect(await refused.ended).toBe(1);
    expect(refused.complaint()).toMatch(`The data directory ${home} cannot be read and written`);
    expect(refused.complaint()).not.toContain("\n");
  });
});

interface Start {
  readonly child: ChildProcess;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  said(): string;
  /** What it wrote to standard error. */
  complaint(): string;
  says(text: string): Promise<void>;
}

function start(change: Readonly<Record<string, string>> = {}): Start {
  const child = spawn(process.execPath, [join(root, "tools/start.ts")], {
    env: { ...process.env, ...settings, ...change },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let errors = "";
  let over = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      over = true;
      resolve(code);
    });
  });
  const one: Start = {
    child,
    ended,
    said: () => out,
    complaint: () => errors.trim(),
    async says(text) {
      while (!out.includes(text)) {
        if (over) throw new Error(`it ended: ${out}${errors}`);
        await sleep(20);
      }
    },
  };
  started.push(one);
  return one;
}

async function connections(home = settings["GREENROOM_HOME"] ?? ""): Promise<{ id: string; name: string }[]> {
  const serverUrl = `http://127.0.0.1:${settings["PORT"]}`;
  useOwnerKey(serverUrl, home);
  const { items } = await call<{ items: { id: string; name: string }[] }>(
    "GET",
    `${serverUrl}/api/connections`,
  );
  return items;
}
