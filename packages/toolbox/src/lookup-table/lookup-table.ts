/** The connector `lookup-table`: the installation's own tables, kept by whoever hands in {@link LookupTableStore}. */
import { type Connector, ConnectorError, defineAction, defineConnector } from "@greenroom/connector-kit";
import { z } from "zod";

/** A row, by its columns' names. */
export interface StoredRow {
  readonly id: number;
  readonly values: Readonly<Record<string, unknown>>;
}

type Values = Readonly<Record<string, unknown>>;

/** Where the tables are. Tables and columns go by their names; what is not there is a `ConnectorError`. */
export interface LookupTableStore {
  find(table: string, query: { where: Values; limit: number; after?: number }): Promise<readonly StoredRow[]>;
  /** The same key again adds nothing and answers the same rows. */
  add(table: string, rows: readonly Values[], key: string): Promise<readonly StoredRow[]>;
  update(table: string, where: Values, values: Values): Promise<number>;
  remove(table: string, where: Values): Promise<number>;
}

const table = z.string().min(1).describe("The table's name");
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const values = z.record(z.string(), value);
const where = values.describe("Values by column name; rows that have all of them");
const some = where.refine((given) => Object.keys(given).length > 0, "needs at least one column");
const row = z.object({ id: z.number(), values });
const maxRows = 1_000;
const shared = { scopes: [], endpoint: "POST /lookup-tables" } as const;

const absent = (name: string) =>
  Promise.reject(new ConnectorError("not-found", "not-found", `There is no lookup table “${name}”.`));
const noStore: LookupTableStore = { find: absent, add: absent, update: absent, remove: absent };

/** Makes the connector over a store. */
export function createLookupTableConnector(store: LookupTableStore = noStore): Connector {
  const nothing = () => Promise.reject(new Error("lookup tables are not called over HTTP"));
  // The store hands out what its columns hold: text, numbers, true or false, or nothing.
  const shown = (rows: readonly StoredRow[]) => rows.map((one) => row.parse(one));
  return defineConnector({
    id: "lookup-table",
    title: "Lookup tables",
    summary: "Tables kept in Greenroom: look up, add, change and delete rows.",
    actions: {
      "look-up": defineAction({
        ...shared,
        ...{ title: "Look up", summary: "Finds the first row with these values.", effect: "read" },
        input: z.strictObject({ table, where: some }),
        output: z.object({
          found: z.boolean(),
          values: values.describe("The row's values by column name; empty when there is no such row"),
        }),
        async run({ input }) {
          const [first] = shown(await store.find(input.table, { where: input.where, limit: 1 }));
          return { found: first !== undefined, values: first?.values ?? {} };
        },
      }),
      "list-rows": defineAction({
        ...shared,
        ...{ title: "List rows", summary: "Lists the rows with these values, oldest first.", effect: "read" },
        input: z.strictObject({
          table,
          where: where.default({}),
          limit: z.number().int().min(1).max(maxRows).default(100),
          after: z.number().int().min(0).optional().describe("The id of the last row of the page before"),
        }),
        output: z.object({
          rows: z.array(row),
          nextAfter: z
            .number()
            .optional()
            .describe("What to pass as after for the next page; absent on the last"),
        }),
        async run({ input: { table: name, limit, after, where: wanted } }) {
          const query = { where: wanted, limit: limit + 1, ...(after !== undefined && { after }) };
          const found = shown(await store.find(name, query));
          const rows = found.slice(0, limit);
          const last = found.length > limit ? rows.at(-1) : undefined;
          return { rows, ...(last && { nextAfter: last.id }) };
        },
      }),
      "add-row": defineAction({
        ...shared,
        ...{ title: "Add row", summary: "Adds a row.", effect: "create", idempotent: true },
        input: z.strictObject({ table, values }),
        output: row,
        async run({ input, idempotencyKey }) {
          const [added] = shown(await store.add(input.table, [input.values], idempotencyKey));
          if (!added) throw new Error("the store added nothing");
          return added;
        },
      }),
      "add-rows": defineAction({
        ...shared,
        ...{
          title: "Add rows",
          summary: "Adds many rows at once: all or none.",
          effect: "create",
          idempotent: true,
        },
        input: z.strictObject({ table, rows: z.array(values).min(1).max(maxRows) }),
        output: z.object({ rows: z.array(row) }),
        run: async ({ input, idempotencyKey }) => ({
          rows: shown(await store.add(input.table, input.rows, idempotencyKey)),
        }),
      }),
      "update-rows": defineAction({
        ...shared,
        ...{ title: "Update rows", summary: "Changes all rows with these values.", effect: "update" },
        input: z.strictObject({ table, where: some, values }),
        output: z.object({ updated: z.number() }),
        run: async ({ input }) => ({ updated: await store.update(input.table, input.where, input.values) }),
      }),
      "delete-rows": defineAction({
        ...shared,
        ...{ title: "Delete rows", summary: "Deletes all rows with these values.", effect: "delete" },
        input: z.strictObject({ table, where: some }),
        output: z.object({ deleted: z.number() }),
        run: async ({ input }) => ({ deleted: await store.remove(input.table, input.where) }),
      }),
    },
    triggers: {},
    createClient: () => ({ request: nothing, send: nothing }),
  });
}
