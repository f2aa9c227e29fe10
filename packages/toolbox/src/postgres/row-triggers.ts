/** Triggers that look for new and changed rows. */
import { ConnectorError, definePollingTrigger, type Look, type LookAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { databases, type Run } from "./postgres-database.ts";
import { columnName, quoted, quotedPart, tableName } from "./sql-names.ts";

const atOnce = 500;
const payload = z.looseObject({ table: z.string(), row: z.record(z.string(), z.unknown()) });
const sample = {
  table: "registrants",
  row: { id: 7, email: "ada@northwind.example", updated_at: "2026-11-24T15:00:00.000Z" },
};

const newRowConfig = z.strictObject({
  table: tableName,
  key: columnName
    .default("id")
    .describe("A unique column that grows with each new row, such as a serial number or a UUID of version 7"),
});

/** Starts a job for each row that is added. */
export const newRow = definePollingTrigger({
  title: "New row",
  summary: "Starts a job when a row is added to a table.",
  event: "row.new",
  scopes: [],
  everyMs: 60_000,
  config: newRowConfig,
  payload,
  sample,
  poll: (look: Look<z.output<typeof newRowConfig>>) =>
    rowsSince(look, { ...look.config, orderedBy: [look.config.key], dedupe: "row.new" }),
});

const changedRowConfig = z.strictObject({
  table: tableName,
  key: columnName.default("id").describe("A unique column"),
  changedAt: columnName
    .default("updated_at")
    .describe("A column that grows with each change, such as the time of the last one"),
});

/** Starts a job for each row that is added or changed. */
export const changedRow = definePollingTrigger({
  title: "New or updated row",
  summary: "Starts a job when a row is added to a table, and when one is changed.",
  event: "row.changed",
  scopes: [],
  everyMs: 60_000,
  config: changedRowConfig,
  payload,
  sample,
  poll: (look: Look<z.output<typeof changedRowConfig>>) =>
    rowsSince(look, {
      ...look.config,
      orderedBy: [look.config.changedAt, look.config.key],
      dedupe: "row.changed",
    }),
});

const cursorSchema = z.object({ at: z.array(z.string()).nullable() });

/** The rows after the cursor, in order; the first look passes over all that are there. */
async function rowsSince(
  { client, cursor, now, signal }: Look,
  {
    table,
    key,
    orderedBy,
    dedupe,
  }: { table: string; key: string; orderedBy: readonly string[]; dedupe: string },
): Promise<LookAnswer> {
  const before = cursor === undefined ? undefined : cursorSchema.parse(cursor).at;
  return await databases.in(client).reading(async (run) => {
    const settled = await settledCondition(run, table);
    const columns = orderedBy.map((name) => `t.${quotedPart(name)}`);
    const shown = `array[${columns.map((name) => `${name}::text`).join(", ")}] as "greenroom cursor"`;
    const known = `${columns.at(0) ?? ""} is not null`;
    if (before === undefined) {
      const newestFirst = columns.map((name) => `${name} desc`).join(", ");
      const { rows } = await run({
        sql: `select ${shown} from ${quoted(table)} t where ${known} and ${settled} order by ${newestFirst} limit 1`,
      });
      return { events: [], cursor: { at: placeOf(rows[0]) ?? null }, more: false };
    }
    const after =
      before === null
        ? ""
        : ` and (${columns.join(", ")}) > (${before.map((_, index) => `$${index + 1}`).join(", ")})`;
    const { rows } = await run({
      sql: `select t.*, ${shown} from ${quoted(table)} t where ${known} and ${settled}${after} order by ${columns.join(", ")} limit ${atOnce}`,
      parameters: before ?? [],
    });
    signal.throwIfAborted();
    const events = rows.map(({ "greenroom cursor": place, ...row }) => {
      if (!(key in row)) throw noColumn(table, key);
      return {
        dedupeKey: `${dedupe} ${table} ${JSON.stringify(place)}`,
        occurredAt: now,
        payload: { table, row },
      };
    });
    return { events, cursor: { at: placeOf(rows.at(-1)) ?? before }, more: rows.length === atOnce };
  });
}

function placeOf(row: Readonly<Record<string, unknown>> | undefined): string[] | undefined {
  return row && z.array(z.string()).parse(row["greenroom cursor"]);
}

/**
 * Rows of a transaction that began before one that still runs wait for it: numbers and times are given when a row is
 * written, and may become visible in another order. Views have no such mark.
 */
async function settledCondition(run: Run, table: string): Promise<string> {
  const { rows } = await run({
    sql: "select relkind from pg_class where oid = to_regclass($1)",
    parameters: [quoted(table)],
  });
  const kind = rows[0]?.["relkind"];
  if (kind === undefined)
    throw new ConnectorError(
      "not-found",
      "postgres.no-table",
      `There is no table “${table}” that the user may see.`,
      {
        fields: [{ field: "table", message: "names no table" }],
      },
    );
  return kind === "r" || kind === "p"
    ? "age(t.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)"
    : "true";
}

function noColumn(table: string, key: string): ConnectorError {
  return new ConnectorError("invalid-input", "postgres.no-column", `“${table}” has no column “${key}”.`, {
    fields: [{ field: "key", message: "names no column" }],
  });
}
