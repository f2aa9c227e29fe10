/** Connectors of the toolbox in the engine: what they carry reaches their triggers and actions, and files go from one to another. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolboxConnectors } from "@greenroom/toolbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "pg";
import { stringify } from "yaml";
import { type Kit, startKit } from "../packages/engine/src/lifecycle.test-kit.ts";
import { startPostgresServer } from "../packages/toolbox/src/postgres/postgres-server.test-kit.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-toolbox-"));
let kit: Kit;
let server: Awaited<ReturnType<typeof startPostgresServer>>;
let admin: Client;

beforeAll(async () => {
  server = await startPostgresServer();
  admin = new Client({ connectionString: server.databaseUrl });
  await admin.connect();
  await admin.query("create table leads (id bigserial primary key, email text not null)");
  await admin.query("insert into leads (email) values ('old@acme.example')");
  kit = await startKit({ connectors: toolboxConnectors({ filesFolder: folder }) });
  const profile = { connector: "postgres", name: "Leads", fields: server.form };
  const { id: profileId } = await kit.engine.profiles.create(profile);
  const { id } = await kit.engine.connections.create({ name: "leads", connector: "postgres", profileId });
  await kit.engine.connections.authorize(id, "");
});
afterAll(async () => {
  await kit?.stop();
  await admin?.end();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a new row starts a job that asks the database, writes a file and hands it to the next step", async () => {
  const { engine } = kit;
  const source = stringify({
    name: "New leads",
    trigger: { use: "postgres/new-row", connection: "leads", input: { table: "leads" } },
    steps: [
      {
        id: "all",
        use: "postgres/run-query",
        connection: "leads",
        input: { sql: "select email from leads order by id" },
      },
      {
        id: "csv",
        use: "csv/write-rows",
        input: { rows: "{{ all.rows }}", path: "leads/{{ trigger.row.id }}.csv" },
      },
      { id: "read", use: "csv/read-rows", input: { file: "{{ csv.file }}" } },
      { use: "logger/log-message", input: { message: "{{ trigger.row.email }} of {{ read.count }}" } },
    ],
  });
  const { id } = await engine.recipes.create(source);
  await engine.recipes.start(id);
  // The first look takes note of what is there.
  await engine.triggers.runDue();
  await engine.idle();
  expect((await engine.queries.listJobs({ recipeId: id, limit: 10 })).items).toEqual([]);

  await admin.query("insert into leads (email) values ('new@acme.example')");
  kit.advance(61_000);
  await engine.triggers.runDue();
  await engine.idle();
  const { items } = await engine.queries.listJobs({ recipeId: id, limit: 10 });
  expect(items).toMatchObject([{ state: "succeeded" }]);
  const job = await engine.queries.getJob(items[0]?.id ?? "");
  expect(job.steps.at(-1)?.output).toMatchObject({ message: "new@acme.example of 2" });
  expect(readFileSync(join(folder, "leads/2.csv"), "utf8")).toBe(
    "email\r\nold@acme.example\r\nnew@acme.example\r\n",
  );

  kit.advance(61_000);
  await engine.triggers.runDue();
  await engine.idle();
  expect((await engine.queries.listJobs({ recipeId: id, limit: 10 })).items).toHaveLength(1);
});
