/**
 * Lookup tables. The rows of each are a real table of PostgreSQL with a real column each, so a hundred columns cost what
 * they hold; a column gets an index when it is first looked up by (docs/adr/0017).
 */
import type { Readable } from "node:stream";
import { ConnectorError } from "@greenroom/connector-kit";
import { eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../database/database.ts";
import { type LookupColumn, type LookupColumnType, lookupTables } from "../database/data-tables.ts";
import { alreadyNamed, notFound } from "../store/refusals.ts";
import { refuseColumns, refuseNames, sqlTypes } from "./lookup-columns.ts";
import { importLines, openCsv } from "./lookup-csv.ts";
import { createLookupRows, type LookupRows } from "./lookup-rows.ts";

/** A lookup table. */
export interface LookupTable {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly columns: readonly LookupColumn[];
  readonly rows: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A column to make. */
export interface NewColumn {
  readonly name: string;
  readonly type: LookupColumnType;
}

/** The lookup tables. */
export interface LookupTables {
  list(): Promise<readonly LookupTable[]>;
  get(id: string): Promise<LookupTable>;
  byName(name: string): Promise<LookupTable>;
  create(table: {
    readonly name: string;
    readonly description?: string | undefined;
    readonly columns: readonly NewColumn[];
  }): Promise<LookupTable>;
  /**
   * `columns` are all that there are to be, in their order: those with an id are kept, under whatever name; those
   * without are new; those left out are gone with what they hold.
   */
  change(
    id: string,
    change: {
      readonly name?: string | undefined;
      readonly description?: string | undefined;
      readonly columns?: readonly (NewColumn & { readonly id?: string | undefined })[] | undefined;
    },
  ): Promise<LookupTable>;
  /** Makes a table of text columns named by the first line, with all lines as rows; or nothing. */
  createFromCsv(name: string, csv: Readable): Promise<LookupTable>;
  remove(id: string): Promise<void>;
  readonly rows: LookupRows;
}

/** The table that holds the rows, as SQL writes it. */
export const tableOf = (id: string) => `greenroom_tables."t_${id.replaceAll("-", "")}"`;

/** The statement that makes the rows' table. */
export function createTableSql(id: string, columns: readonly Pick<LookupColumn, "id" | "type">[]): string {
  const lines = [
    "id bigint generated always as identity primary key",
    "made_by text unique",
    ...columns.map(columnSql),
  ];
  return `create table ${tableOf(id)} (${lines.join(", ")})`;
}

/** Makes the store of lookup tables. */
export function createLookupTables(context: {
  readonly database: Database;
  readonly now: () => Date;
}): LookupTables {
  const { database, now } = context;

  async function tableFrom(row: typeof lookupTables.$inferSelect): Promise<LookupTable> {
    const { rows } = await database.execute<{ count: number }>(
      sql.raw(`select count(*)::int as count from ${tableOf(row.id)}`),
    );
    const { nextColumn: _, description, ...table } = row;
    return { ...table, description: description ?? undefined, rows: rows[0]?.count ?? 0 };
  }

  async function get(id: string): Promise<LookupTable> {
    const [row] = await database.select().from(lookupTables).where(eq(lookupTables.id, id));
    if (!row) throw notFound("lookup table", id);
    return await tableFrom(row);
  }

  async function columnsOf(id: string): Promise<readonly LookupColumn[]> {
    const [row] = await database.select().from(lookupTables).where(eq(lookupTables.id, id));
    if (!row) throw notFound("lookup table", id);
    return row.columns;
  }

  async function remove(id: string): Promise<void> {
    await database.transaction(async (tx) => {
      const gone = await tx.delete(lookupTables).where(eq(lookupTables.id, id)).returning();
      if (gone.length === 0) throw notFound("lookup table", id);
      await tx.execute(sql.raw(`drop table ${tableOf(id)}`));
    });
  }

  return {
    get,
    rows: createLookupRows({ database, columnsOf, tableOf }),

    async list() {
      return await Promise.all(
        (await database.select().from(lookupTables).orderBy(lookupTables.name)).map(tableFrom),
      );
    },

    async byName(name) {
      const [row] = await database.select().from(lookupTables).where(eq(lookupTables.name, name));
      if (!row) throw notFound("lookup table", name);
      return { ...row, description: row.description ?? undefined, rows: Number.NaN };
    },

    async create({ name, description, columns }) {
      refuseColumns(columns.map((column) => column.name));
      const id = uuidv7();
      const at = now();
      const made = columns.map(
        (column, index): LookupColumn => ({ id: `c${index + 1}`, name: column.name, type: column.type }),
      );
      await database.transaction(async (tx) => {
        const row = {
          id,
          name,
          description,
          columns: made,
          nextColumn: made.length + 1,
          createdAt: at,
          updatedAt: at,
        };
        const inserted = await tx.insert(lookupTables).values(row).onConflictDoNothing().returning();
        if (inserted.length === 0) throw alreadyNamed("lookup table", name);
        await tx.execute(sql.raw(createTableSql(id, made)));
      });
      return await get(id);
    },

    async change(id, { name, description, columns }) {
      if (columns) refuseColumns(columns.map((column) => column.name));
      await database.transaction(async (tx) => {
        const [row] = await tx.select().from(lookupTables).where(eq(lookupTables.id, id)).for("update");
        if (!row) throw notFound("lookup table", id);
        if (name !== undefined && name !== row.name) {
          const [other] = await tx.select().from(lookupTables).where(eq(lookupTables.name, name));
          if (other) throw alreadyNamed("lookup table", name);
        }
        let { nextColumn } = row;
        const kept = columns?.map((column): LookupColumn => {
          const old = row.columns.find((one) => one.id === column.id);
          if (column.id !== undefined && !old) throw notFound("column of this table", column.id);
          if (old && old.type !== column.type) throw otherType(old, column.type);
          return { id: old?.id ?? `c${nextColumn++}`, name: column.name, type: column.type };
        });
        if (kept) {
          const alterations = [
            ...row.columns
              .filter((old) => !kept.some((one) => one.id === old.id))
              .map((old) => `drop column ${old.id}`),
            ...kept
              .filter((one) => !row.columns.some((old) => old.id === one.id))
              .map((one) => `add column ${columnSql(one)}`),
          ];
          if (alterations.length > 0)
            await tx.execute(sql.raw(`alter table ${tableOf(id)} ${alterations.join(", ")}`));
        }
        const changed = {
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
          ...(kept && { columns: kept, nextColumn }),
        };
        await tx
          .update(lookupTables)
          .set({ ...changed, updatedAt: now() })
          .where(eq(lookupTables.id, id));
      });
      return await get(id);
    },

    async createFromCsv(name, csv) {
      const opened = await openCsv(csv);
      refuseNames(opened.header);
      const columns = opened.header.map((column): NewColumn => ({ name: column, type: "text" }));
      const { id } = await this.create({ name, columns });
      try {
        await importLines(database.$client, {
          ...opened,
          table: tableOf(id),
          columns: await columnsOf(id),
          mode: "append",
        });
      } catch (error) {
        await remove(id);
        throw error;
      }
      return await get(id);
    },

    remove,
  };
}

const columnSql = ({ id, type }: Pick<LookupColumn, "id" | "type">) => `${id} ${sqlTypes[type]}`;

function otherType(column: LookupColumn, type: LookupColumnType): ConnectorError {
  const message = `“${column.name}” holds ${column.type} and cannot become ${type}.`;
  return new ConnectorError("invalid-input", "invalid-input", message, {
    fields: [{ field: "columns", message: `“${column.name}” is ${column.type}` }],
    hint: "Export the table, and import it into one whose column has that type.",
  });
}
