/** `node bench/lookup-tables.ts`: a lookup table of 100 columns by 100,000 rows: filled, looked up, read out. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Secret } from "@greenroom/connector-kit";
import { startEmbeddedPostgres, startEngine } from "@greenroom/engine";

const [columns, rows] = [100, 100_000];
const home = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
const postgres = await startEmbeddedPostgres({ home, log: () => {} });
const engine = await startEngine({
  ...{ databaseUrl: postgres.databaseUrl, connectors: [], random: Math.random },
  secretKey: new Secret(randomBytes(32).toString("base64")),
  clock: { now: () => new Date(), sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }) },
  log: { info: () => {}, warn: console.warn, error: console.error },
});
const results: { what: string; ms: number }[] = [];
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  results.push({ what, ms: Math.round((performance.now() - begun) * 10) / 10 });
  return result;
}

try {
  const names = Array.from({ length: columns }, (_, at) => `column ${at}`);
  async function* csv() {
    yield Buffer.from(`${names.join(",")}\n`);
    for (let row = 0; row < rows; row += 1) {
      yield Buffer.from(
        `${names.map((_, at) => (at === 0 ? `key${row}` : at < 50 ? `value ${row % (at * 37)}` : `text ${row} ${at}`)).join(",")}\n`,
      );
    }
  }
  const { id } = await timed("import of the CSV", () =>
    engine.lookupTables.createFromCsv("Bench", Readable.from(csv())),
  );
  const find = (where: Record<string, string>) =>
    engine.lookupTables.rows.find(id, { where, limit: 10 }).then((found) => found.length);
  await timed("first look-up by a column (makes its index)", () => find({ "column 0": "key5" }));
  await timed("look-up by that column", () => find({ "column 0": "key777" }));
  await timed("first look-up by two others", () => find({ "column 7": "value 8", "column 60": "text 8 60" }));
  await timed("look-up by these two", () => find({ "column 7": "value 9", "column 60": "text 9 60" }));
  await timed("look-up of what 2,700 rows have", () => find({ "column 1": "value 3" }));
  await timed("look-up of what 2,700 rows have, again", () => find({ "column 1": "value 4" }));
  let bytes = 0;
  await timed("export as CSV", async () => {
    for await (const chunk of await engine.lookupTables.rows.exportCsv(id)) bytes += (chunk as Buffer).length;
  });
  console.log(`${columns} columns by ${rows} rows, ${Math.round(bytes / 1e6)} MB of CSV`);
  console.table(results);
} finally {
  await engine.stop({ graceMs: 0 });
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}
