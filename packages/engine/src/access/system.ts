import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../database/database.ts";

/** A process that runs jobs. */
export interface WorkerSummary {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  readonly alive: boolean;
  readonly runningJobs: number;
}

/** A setting that living processes were started with differently. */
interface SettingDifference {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly processes: readonly string[] }[];
}

/** What runs, and how much there is. */
export interface SystemSummary {
  readonly workers: readonly WorkerSummary[];
  readonly differences: readonly SettingDifference[];
  /** Jobs that are not finished, by state. */
  readonly queue: Readonly<Record<string, number>>;
  readonly database: {
    readonly version: string;
    readonly bytes: number;
    readonly tables: readonly { readonly name: string; readonly bytes: number; readonly rows: number }[];
  };
}

const deadAfterMs = 10_000;
const countedBytes = 4_194_304;
const number = z.coerce.number();
const workerRow = z.object({
  ...{
    id: z.string(),
    host: z.string(),
    pid: number,
    started_at: z.coerce.date(),
    heartbeat_at: z.coerce.date(),
  },
  jobs: number,
  settings: z.record(z.string(), z.string()),
});
type WorkerRow = z.output<typeof workerRow>;
const tableRow = z.object({ name: z.string(), bytes: number, rows: number, small: z.boolean() });
const countRow = z.object({ name: z.string(), rows: number });
const databaseRow = z.object({ version: z.string(), bytes: number });
const queueRow = z.object({ state: z.string(), count: number });

/** Reads what runs. */
export async function readSystem(database: Database, now: () => Date): Promise<SystemSummary> {
  const [workers, queue, size, tables] = await Promise.all([
    database.execute(sql`
      select w.id, w.host, w.pid, w.started_at, w.heartbeat_at, w.settings,
        (select count(*) from greenroom.jobs j where j.worker_id = w.id and j.finished_at is null) as jobs
      from greenroom.workers w order by w.started_at`),
    database.execute(
      sql`select state, count(*) as count from greenroom.jobs where finished_at is null group by state`,
    ),
    database.execute(
      sql`select current_setting('server_version') as version, pg_database_size(current_database()) as bytes`,
    ),
    database.execute(sql`
      select c.relname as name, pg_total_relation_size(c.oid) as bytes, greatest(c.reltuples, 0) as rows,
        pg_relation_size(c.oid) <= ${countedBytes} as small
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'greenroom' and c.relkind = 'r' order by 2 desc`),
  ]);
  const [about] = z.array(databaseRow).parse(size.rows);
  const rows = z.array(workerRow).parse(workers.rows);
  const isAlive = ({ heartbeat_at: at }: WorkerRow) => now().getTime() - at.getTime() < deadAfterMs;
  return {
    workers: rows.map((row) => ({
      ...{ id: row.id, host: row.host, pid: row.pid, runningJobs: row.jobs, alive: isAlive(row) },
      ...{ startedAt: row.started_at, heartbeatAt: row.heartbeat_at },
    })),
    differences: differencesOf(rows.filter(isAlive)),
    queue: Object.fromEntries(
      z
        .array(queueRow)
        .parse(queue.rows)
        .map(({ state, count }) => [state, count]),
    ),
    database: {
      ...{ version: about?.version ?? "", bytes: about?.bytes ?? 0 },
      tables: await counted(database, z.array(tableRow).parse(tables.rows)),
    },
  };
}

/** Small tables as they are; of a large one an estimate: counting would take longer than anybody waits. */
async function counted(database: Database, tables: readonly z.output<typeof tableRow>[]) {
  const counts = tables
    .filter(({ small }) => small)
    .map(
      ({ name }) =>
        sql`select ${name}::text as name, count(*) as rows from greenroom.${sql.identifier(name)}`,
    );
  const { rows } = await database.execute(sql.join(counts, sql` union all `));
  const known = new Map(
    z
      .array(countRow)
      .parse(rows)
      .map((row) => [row.name, row.rows]),
  );
  return tables.map(({ name, bytes, rows: estimate }) => ({
    name,
    bytes,
    rows: known.get(name) ?? estimate,
  }));
}

function differencesOf(rows: readonly WorkerRow[]): readonly SettingDifference[] {
  const names = new Set(rows.flatMap(({ settings }) => Object.keys(settings)));
  return [...names].toSorted().flatMap((name) => {
    // One that says nothing of a setting is of another version, which is told by its own name.
    const told = rows.filter(({ settings }) => settings[name] !== undefined);
    const by = Map.groupBy(told, ({ settings }) => settings[name] ?? "");
    if (by.size < 2) return [];
    const values = [...by].map(([value, own]) => ({
      value,
      processes: own.map(({ host, pid }) => `${host.split(" ")[0]} ${pid}`),
    }));
    return [{ name, values }];
  });
}
