/** The PostgreSQL from npm on a port, taking encrypted connections alone, with a certificate of the test's. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { preparedBinaries } from "../packages/engine/src/postgres/binaries.ts";
import { asUser, findOwner } from "../packages/engine/src/postgres/owner.ts";
import type { Issued } from "./certificates.test-kit.ts";
import { freePort } from "./processes.ts";

const password = "p@ss/word";

/** Starts it, at `localhost` and `127.0.0.1`. */
export async function startTlsPostgres({ key, cert }: Issued) {
  const around = mkdtempSync(join(tmpdir(), "greenroom-tls-"));
  const data = join(around, "data");
  const owner = findOwner(data);
  owner.makePrivate(around);
  const file = (name: string, text: string) => {
    const path = join(around, name);
    writeFileSync(path, text);
    if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid);
    chmodSync(path, 0o600);
    return path;
  };
  const bin = join(preparedBinaries(owner, join(around, "binaries")), "bin");
  const made = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "anna", "--auth=scram-sha-256", `--pwfile=${file("password", password)}`, "--no-sync"],
    { ...asUser(owner), cwd: "/", encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const hba = file("hba.conf", "hostssl all all 127.0.0.1/32 scram-sha-256\n");
  const port = await freePort();
  const settings = {
    ...{ listen_addresses: "127.0.0.1", hba_file: hba, ssl: "on", fsync: "off" },
    ...{ ssl_key_file: file("server.key", key), ssl_cert_file: file("server.crt", cert) },
  };
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-k", around, "-p", String(port)].concat(
      Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ),
    { ...asUser(owner), cwd: "/", stdio: "ignore" },
  );
  const ended = once(server, "exit");
  while (!(await answers(port))) {
    if (server.exitCode !== null) throw new Error(`postgres ended with code ${server.exitCode}`);
    await sleep(20);
  }
  return {
    port,
    /** By this host name, with parameters such as `sslmode=verify-full`. */
    url: (host: string, parameters: Readonly<Record<string, string>>) =>
      `postgresql://anna:${encodeURIComponent(password)}@${host}:${port}/postgres?${new URLSearchParams(parameters).toString()}`,
    form: { port: String(port), database: "postgres", user: "anna", password },
    async stop() {
      server.kill("SIGINT");
      await ended;
      rmSync(around, { recursive: true, force: true });
    },
  };
}

/** It listens before it takes anybody in. */
async function answers(port: number): Promise<boolean> {
  const ssl = { rejectUnauthorized: false };
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: "anna",
    password,
    database: "postgres",
    ssl,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
