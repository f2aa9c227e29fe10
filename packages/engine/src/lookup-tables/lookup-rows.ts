/** The rows of lookup tables: found by any columns, paged, changed, and moved in and out as CSV. */
import type { Readable } from "node:stream";
import type { Database } from "../database/database.ts";
import type { LookupColumn } from "../database/data-tables.ts";
import { notFound } from "../store/refusals.ts";
import { cellsOf, type LookupValue, sqlTypes } from "./lookup-columns.ts";
import { exportCsv, importLines, openCsv } from "./lookup-csv.ts";

/** A row by its columns' names, and its id. */
export interface LookupRow {
  readonly id: number;
  readonly values: Readonly<Record<string, LookupValue>>;
}

/** Rows whose columns have these values; all rows when there are none. */
export type LookupWhere = Readonly<Record<string, unknown>>;

/** The rows. All names are of columns; a name that is none is refused with those there are. */
export interface LookupRows {
  /** In the order they were added; `after` is the id to go on from. */
  find(
    tableId: string,
    query: {
      readonly where?: LookupWhere | undefined;
      readonly limit: number;
      readonly after?: number | undefined;
    },
  ): Promise<readonly LookupRow[]>;
  /** `key` makes it happen once: the same key again answers with the row that it made. */
  add(tableId: string, rows: readonly LookupWhere[], key?: string): Promise<readonly LookupRow[]>;
  update(tableId: string, rowId: number, values: LookupWhere): Promise<LookupRow>;
  /** @returns how many were changed. */
  updateWhere(tableId: string, where: LookupWhere, values: LookupWhere): Promise<number>;
  remove(tableId: string, rowId: number): Promise<void>;
  /** @returns how many there were. */
  removeWhere(tableId: string, where: LookupWhere): Promise<number>;
  /** Reads CSV with a line of column names: all of it, or, when a line does not fit, none. @returns how many rows. */
  importCsv(tableId: string, csv: Readable, mode: "append" | "replace"): Promise<number>;
  /** All rows as CSV with a line of column names, as they were at one moment. */
  exportCsv(tableId: string): Promise<Readable>;
}

/** Below this many rows a table is read through faster than an index is made. */
const indexFrom = 2_000;

/** Makes the rows. */
export function createLookupRows(context: {
  readonly database: Database;
  readonly columnsOf: (tableId: string) => Promise<readonly LookupColumn[]>;
  readonly tableOf: (tableId: string) => string;
}): LookupRows {
  const { columnsOf, tableOf } = context;
  const pool = context.database.$client;
  /** The indexes this process knows to be there. */
  const indexed = new Set<string>();

  async function index(
    tableId: string,
    ids: readonly string[],
    columns: readonly LookupColumn[],
  ): Promise<void> {
    for (const id of ids) {
      const key = `${tableId} ${id}`;
      if (indexed.has(key)) continue;
      const { rows } = await pool.query<{ large: boolean }>(
        `select exists (select from ${tableOf(tableId)} offset ${indexFrom} limit 1) as large`,
      );
      if (!rows[0]?.large) return;
      const type = columns.find((column) => column.id === id)?.type;
      // A B-tree's entry holds no long text; equal texts have equal hashes.
      const expression = type === "text" ? `hashtextextended(${id}, 0)` : id;
      const name = `t_${tableId.replaceAll("-", "")}_${id}`;
      await pool.query(`create index if not exists "${name}" on ${tableOf(tableId)} (${expression})`);
      indexed.add(key);
    }
  }

  /** The condition for a `where`, with its values. */
  async function condition(
    tableId: string,
    where: LookupWhere,
    columns: readonly LookupColumn[],
    from: number,
  ) {
    const cells = Object.entries(cellsOf(columns, where));
    await index(
      tableId,
      cells.map(([id]) => id),
      columns,
    );
    const values: LookupValue[] = [];
    const parts = cells.map(([id, value]) => {
      if (value === null) return `${id} is null`;
      values.push(value);
      const mark = `$${from + values.length - 1}`;
      if (typeof value !== "string") return `${id} = ${mark}`;
      return `hashtextextended(${id}, 0) = hashtextextended(${mark}::text, 0) and ${id} = ${mark}::text`;
    });
    return { sql: parts.length > 0 ? parts.join(" and ") : "true", values };
  }

  const selected = (columns: readonly LookupColumn[]) => ["id", ...columns.map(({ id }) => id)].join(", ");
  const rowOf =
    (columns: readonly LookupColumn[]) =>
    (row: Readonly<Record<string, LookupValue>>): LookupRow => ({
      id: Number(row["id"]),
      values: Object.fromEntries(columns.map(({ id, name }) => [name, row[id] ?? null])),
    });

  async function set(
    tableId: string,
    where: string,
    from: readonly unknown[],
    values: LookupWhere,
    columns: readonly LookupColumn[],
  ) {
    const cells = Object.entries(cellsOf(columns, values));
    const sets = cells.map(([id], at) => `${id} = $${from.length + at + 1}`);
    // Without a value to set, the rows are read as they are.
    const text = `update ${tableOf(tableId)} set ${sets.join(", ") || "made_by = made_by"} where ${where} returning ${selected(columns)}`;
    return await pool.query<Record<string, LookupValue>>(text, [...from, ...cells.map(([, value]) => value)]);
  }

  return {
    async find(tableId, { where = {}, limit, after = 0 }) {
      const columns = await columnsOf(tableId);
      const wanted = await condition(tableId, where, columns, 3);
      // Found first and then sorted: else PostgreSQL may walk all rows in their order to save itself the sorting.
      const text = `with found as materialized (select * from ${tableOf(tableId)} where ${wanted.sql} and id > $1)
        select ${selected(columns)} from found order by id limit $2`;
      const plain = `select ${selected(columns)} from ${tableOf(tableId)} where id > $1 order by id limit $2`;
      const { rows } = await pool.query<Record<string, LookupValue>>(wanted.sql === "true" ? plain : text, [
        after,
        limit,
        ...wanted.values,
      ]);
      return rows.map(rowOf(columns));
    },

    async add(tableId, rows, key) {
      const columns = await columnsOf(tableId);
      const cells = rows.map((row, at) => ({
        made_by: key === undefined ? null : `${key}#${at}`,
        ...cellsOf(columns, row),
      }));
      const types = ["made_by text", ...columns.map(({ id, type }) => `${id} ${sqlTypes[type]}`)];
      const names = ["made_by", ...columns.map(({ id }) => id)].join(", ");
      const text = `insert into ${tableOf(tableId)} (${names})
        select ${names} from json_to_recordset($1::json) as x(${types.join(", ")})
        on conflict (made_by) do nothing returning ${selected(columns)}`;
      const made = await pool.query<Record<string, LookupValue>>(text, [JSON.stringify(cells)]);
      if (made.rows.length === rows.length || key === undefined) return made.rows.map(rowOf(columns));
      const again = await pool.query<Record<string, LookupValue>>(
        `select ${selected(columns)} from ${tableOf(tableId)} where made_by = any($1) order by id`,
        [cells.map(({ made_by }) => made_by)],
      );
      return again.rows.map(rowOf(columns));
    },

    async update(tableId, rowId, values) {
      const columns = await columnsOf(tableId);
      const { rows } = await set(tableId, "id = $1", [rowId], values, columns);
      const [row] = rows;
      if (!row) throw notFound("row of this table", String(rowId));
      return rowOf(columns)(row);
    },

    async updateWhere(tableId, where, values) {
      const columns = await columnsOf(tableId);
      const wanted = await condition(tableId, where, columns, 1);
      return (await set(tableId, wanted.sql, wanted.values, values, columns)).rows.length;
    },

    async remove(tableId, rowId) {
      await columnsOf(tableId);
      const { rowCount } = await pool.query(`delete from ${tableOf(tableId)} where id = $1`, [rowId]);
      if (rowCount === 0) throw notFound("row of this table", String(rowId));
    },

    async removeWhere(tableId, where) {
      const columns = await columnsOf(tableId);
      const wanted = await condition(tableId, where, columns, 1);
      const { rowCount } = await pool.query(
        `delete from ${tableOf(tableId)} where ${wanted.sql}`,
        wanted.values,
      );
      return rowCount ?? 0;
    },

    async importCsv(tableId, csv, mode) {
      const columns = await columnsOf(tableId);
      return await importLines(pool, { table: tableOf(tableId), columns, ...(await openCsv(csv)), mode });
    },

    async exportCsv(tableId) {
      return await exportCsv(pool, { table: tableOf(tableId), columns: await columnsOf(tableId) });
    },
  };
}
