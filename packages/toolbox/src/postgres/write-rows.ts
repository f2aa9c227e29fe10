/** Writes rows into a table: all of them or none, in one statement however many they are. */
import { ConnectorError, defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { databases, type Statement } from "./postgres-database.ts";
import { columnName, quoted, quotedPart, tableName } from "./sql-names.ts";

const row = z.record(columnName, z.unknown());
const rows = z
  .union(
    [z.array(row).max(100_000), row.transform((one) => [one])],
    "must be an object by column, or a list of them",
  )
  .describe("One row, or a list: objects by column. What a row leaves out is null");
const returning = z.array(columnName).max(100).default([]).describe("Columns to give back, such as id");
const output = z.object({ rows: z.array(z.record(z.string(), z.unknown())), rowCount: z.number() });

/** Inserts rows. */
export const insertRows = defineAction({
  title: "Insert rows",
  summary: "Inserts rows into a table, all of them or none.",
  endpoint: "POST /tables/{table}/rows",
  scopes: [],
  effect: "create",
  // Those that are there already stay as they are: a second time does nothing.
  idempotentOf: (given) => z.looseObject({ ignoreExisting: z.literal(true) }).safeParse(given).success,
  input: z.strictObject({
    table: tableName,
    rows,
    ignoreExisting: z.boolean().default(false).describe("Passes over rows that a unique key refuses"),
    returning,
  }),
  output,
  async run({ client, input: { table, rows: given, ignoreExisting, returning: wanted } }) {
    if (given.length === 0) return { rows: [], rowCount: 0 };
    const tail = ignoreExisting ? " on conflict do nothing" : "";
    return await databases.in(client).writing((run) => run(insertion(table, given, tail, wanted)));
  },
});

/** Inserts rows, or changes those that are there. */
export const upsertRows = defineAction({
  title: "Insert or update rows",
  summary: "Inserts rows, and changes those whose key is there already; all of them or none.",
  endpoint: "PUT /tables/{table}/rows",
  scopes: [],
  effect: "update",
  input: z.strictObject({
    table: tableName,
    rows,
    key: z
      .array(columnName)
      .min(1)
      .max(32)
      .describe("The columns of a unique key, such as id or webinar_id and email"),
    keep: z.array(columnName).default([]).describe("Columns that stay as they are in rows that are there"),
    returning,
  }),
  output,
  async run({ client, input: { table, rows: given, key, keep, returning: wanted } }) {
    if (given.length === 0) return { rows: [], rowCount: 0 };
    const columns = columnsOf(given);
    const missing = key.filter((name) => !columns.includes(name));
    if (missing.length > 0) throw refused("key", `${missing.join(", ")} is in no row`);
    const changed = columns.filter((name) => !key.includes(name) && !keep.includes(name));
    const doing =
      changed.length === 0
        ? "do nothing"
        : `do update set ${changed.map((name) => `${quotedPart(name)} = excluded.${quotedPart(name)}`).join(", ")}`;
    const tail = ` on conflict (${key.map(quotedPart).join(", ")}) ${doing}`;
    // Of rows with one key the last counts, as if they came one after the other.
    const last = new Map(given.map((one) => [JSON.stringify(key.map((name) => one[name])), one]));
    return await databases
      .in(client)
      .writing((run) => run(insertion(table, [...last.values()], tail, wanted)));
  },
});

/** Deletes rows. */
export const deleteRows = defineAction({
  title: "Delete rows",
  summary: "Deletes the rows of a table whose columns have these values.",
  endpoint: "DELETE /tables/{table}/rows",
  scopes: [],
  effect: "delete",
  input: z.strictObject({
    table: tableName,
    where: row.describe("The values that rows must have, by column; all of them"),
    returning,
  }),
  output,
  async run({ client, input: { table, where, returning: wanted } }) {
    const names = Object.keys(where);
    if (names.length === 0)
      throw refused("where", "names no column, so it would delete every row; use Run statement for that");
    const target = quoted(table);
    const same = names.map((name) => `t.${quotedPart(name)} is not distinct from w.${quotedPart(name)}`);
    const sql = `delete from ${target} t using json_populate_record(null::${target}, $1::json) w where ${same.join(" and ")}${giving(wanted, "t.")}`;
    return await databases.in(client).writing((run) => run({ sql, parameters: [JSON.stringify(where)] }));
  },
});

/** The server itself makes each value of its column's type. */
function insertion(
  table: string,
  given: readonly Record<string, unknown>[],
  tail: string,
  wanted: readonly string[],
): Statement {
  const target = quoted(table);
  const columns = columnsOf(given);
  if (columns.length === 0) throw refused("rows", "name no column");
  const list = columns.map(quotedPart).join(", ");
  const sql = `insert into ${target} (${list}) select ${list} from json_populate_recordset(null::${target}, $1::json)${tail}${giving(wanted, "")}`;
  return { sql, parameters: [JSON.stringify(given)] };
}

function columnsOf(given: readonly Record<string, unknown>[]): readonly string[] {
  return [...new Set(given.flatMap((one) => Object.keys(one)))];
}

function giving(columns: readonly string[], of: string): string {
  return columns.length === 0
    ? ""
    : ` returning ${columns.map((name) => `${of}${quotedPart(name)}`).join(", ")}`;
}

function refused(field: string, problem: string): ConnectorError {
  return new ConnectorError("invalid-input", "invalid-input", `${field}: ${problem}.`, {
    fields: [{ field, message: problem }],
  });
}
