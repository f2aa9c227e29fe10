/** A PostgreSQL that is not ours to start: the system's own where it is installed, with a port and a password. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmbeddedPostgres } from "@greenroom/engine";
import { asUser, findOwner } from "../packages/engine/src/postgres/owner.ts";
import { freePort } from "./processes.ts";

/** A running database server for a test. */
export interface ExternalPostgres {
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** Starts the system's PostgreSQL; the one from npm where the system has none. */
export async function startExternalPostgres(): Promise<ExternalPostgres> {
  const around = mkdtempSync(join(tmpdir(), "greenroom-external-"));
  const bin = globSync("/usr/lib/postgresql/*/bin/postgres")
    .at(-1)
    ?.replace(/postgres$/, "");
  const running = bin
    ? await startInstalled(bin, around)
    : await startEmbeddedPostgres({ home: around, log: () => undefined });
  return {
    databaseUrl: running.databaseUrl,
    async stop() {
      await running.stop();
      rmSync(around, { recursive: true, force: true });
    },
  };
}

async function startInstalled(bin: string, around: string): Promise<ExternalPostgres> {
  const data = join(around, "data");
  const owner = findOwner(data);
  owner.makePrivate(around);
  const passwords = join(around, "password");
  writeFileSync(passwords, "p@ss/word");
  const made = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "anna", "--auth=scram-sha-256", `--pwfile=${passwords}`, "--no-sync"],
    { ...asUser(owner), cwd: "/", encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-k", around, "-p", String(port), "-c", "listen_addresses=127.0.0.1"],
    { ...asUser(owner), cwd: "/", stdio: "ignore" },
  );
  const ended = once(server, "exit");
  // It listens before it takes anybody in.
  const isReady = () =>
    spawnSync(join(bin, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port)]).status === 0;
  while (!isReady()) {
    if (server.exitCode !== null) throw new Error(`postgres ended with code ${server.exitCode}`);
    await sleep(20);
  }
  return {
    databaseUrl: `postgresql://anna:${encodeURIComponent("p@ss/word")}@127.0.0.1:${port}/postgres`,
    async stop() {
      server.kill("SIGINT");
      await ended;
    },
  };
}
