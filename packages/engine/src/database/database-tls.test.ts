/** The engine's own database over TLS: a real PostgreSQL that takes encrypted connections alone. */
import { randomBytes } from "node:crypto";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Secret } from "@greenroom/connector-kit";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newAuthority } from "../../../../tools/certificates.test-kit.ts";
import { startTlsPostgres } from "../../../../tools/tls-postgres.test-kit.ts";
import { startEngine } from "../engine.ts";
import { openDatabase } from "./database.ts";

let server: Awaited<ReturnType<typeof startTlsPostgres>>;
let folder: string;
let own: string;
let other: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-authorities-"));
  const [acme, another] = [await newAuthority("Acme"), await newAuthority("Another")];
  [own, other] = [join(folder, "own.pem"), join(folder, "other.pem")];
  writeFileSync(own, acme.certificate);
  writeFileSync(other, another.certificate);
  server = await startTlsPostgres(await acme.issue("localhost"));
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const clock = {
  now: () => new Date(),
  sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal && { signal }),
};
const log = { info: () => {}, warn: () => {}, error: () => {} };
const verified = (host = "localhost", sslrootcert = own) =>
  server.url(host, { sslmode: "verify-full", sslrootcert });
const refusal = async (url: string) =>
  await openDatabase(url, log).then(
    () => "it was taken",
    (error: unknown) => String(error),
  );

test("an engine runs on it with sslmode=verify-full, every one of its connections encrypted", async () => {
  const databaseUrl = verified();
  const engine = await startEngine({
    ...{ databaseUrl, secretKey: new Secret(randomBytes(32).toString("base64")), connectors: [], log },
    ...{ random: Math.random, clock },
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; ssl: boolean }>(
      "select application_name as name, ssl from pg_stat_activity join pg_stat_ssl using (pid) where usename = 'anna'",
    );
    expect(rows.filter(({ name }) => name.startsWith("greenroom")).length).toBeGreaterThan(0);
    expect(rows.filter(({ ssl }) => !ssl)).toEqual([]);
  } finally {
    await client.end();
    await engine.stop();
  }
});

test("a certificate that no known authority signed is refused, and the start says how to name the authority", async () => {
  const said = await refusal(server.url("localhost", { sslmode: "verify-full" }));
  expect(said).toMatch(/cannot be reached: unable to verify the first certificate\. Give the authority/);
  expect(said).toContain("sslrootcert=/path/to/ca.pem");
  expect(said).not.toContain("p%40ss");
});

test("so is one of another authority than the one that is named", async () => {
  expect(await refusal(verified("localhost", other))).toMatch(/certificate.*Give the authority/);
});

test("so is one for another name", async () => {
  expect(await refusal(verified("127.0.0.1"))).toMatch(
    /Name the server in DATABASE_URL as its certificate does/,
  );
});

test("a file that is not there is told by its name", async () => {
  expect(await refusal(verified("localhost", "/nowhere/ca.pem"))).toContain("/nowhere/ca.pem");
});

test("without TLS a server that wants it says so", async () => {
  expect(await refusal(server.url("localhost", {}))).toContain("add ?sslmode=verify-full to DATABASE_URL");
});
