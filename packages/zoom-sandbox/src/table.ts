/** A named store of JSON rows, kept in order of insertion. Rows may be changed in place. */
export interface Table<Row extends object> {
  readonly get: (id: string | number) => Row | undefined;
  readonly set: (id: string | number, row: Row) => void;
  readonly delete: (id: string | number) => boolean;
  readonly has: (id: string | number) => boolean;
  readonly all: () => Row[];
  readonly find: (matches: (row: Row) => boolean) => Row | undefined;
  readonly filter: (matches: (row: Row) => boolean) => Row[];
  /** The rows whose field has the value, found by an index; the field must never change in a row that is kept. */
  readonly by: (field: keyof Row & string, value: string | number) => Row[];
  readonly size: () => number;
  /** How often all rows were replaced: what was derived from them is stale when it differs. */
  readonly generation: () => number;
}

/** All tables of a sandbox, with snapshot and restore. */
export interface Tables {
  readonly table: <Row extends object>(name: string) => Table<Row>;
  readonly snapshot: () => Record<string, [string, object][]>;
  readonly restore: (snapshot: Record<string, [string, object][]>) => void;
  /** Puts `work` off until any table but these is used; replacing all rows forgets it. */
  readonly owe: (present: ReadonlySet<string>, work: () => void) => void;
}

interface Debt {
  readonly present: ReadonlySet<string>;
  readonly work: () => void;
}

/** Rows by id, and from an indexed field's value to the rows that have it. */
interface Store {
  readonly rows: Map<string, object>;
  readonly indexes: Map<string, Map<unknown, Map<string, object>>>;
  generation: number;
}

/** Makes an empty set of tables. */
export function createTables(): Tables {
  const stores = new Map<string, Store>();
  let owed: Debt | undefined;
  const pay = (name?: string): void => {
    if (owed === undefined || (name !== undefined && owed.present.has(name))) return;
    const { work } = owed;
    owed = undefined;
    work();
  };
  const store = (name: string): Store => {
    let found = stores.get(name);
    if (found === undefined)
      stores.set(name, (found = { rows: new Map(), indexes: new Map(), generation: 0 }));
    return found;
  };
  const tables = new Map<string, unknown>();
  return {
    table: <Row extends object>(name: string): Table<Row> => {
      // A table holds what the part that named it puts in.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const known = tables.get(name) as Table<Row> | undefined;
      if (known !== undefined) return known;
      const held = store(name);
      // A table holds what the part that named it puts in; nothing else writes to it.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const rowsNow = held.rows as Map<string, Row>;
      const paid = (): Map<string, Row> => {
        if (owed !== undefined) pay(name);
        return rowsNow;
      };
      const { indexes } = held;
      const forget = (id: string, next?: Row): void => {
        const row = indexes.size === 0 ? undefined : rowsNow.get(id);
        if (row === undefined) return;
        for (const [field, index] of indexes) {
          const value = valueOf(row, field);
          // A row that is replaced by its like keeps its place.
          if (next === undefined || value !== valueOf(next, field)) index.get(value)?.delete(id);
        }
      };
      const made: Table<Row> = {
        get: (id) => paid().get(String(id)),
        set: (id, row) => {
          const rows = paid();
          const key = String(id);
          forget(key, row);
          rows.set(key, row);
          for (const [field, index] of indexes) enter(index, field, key, row);
        },
        delete: (id) => {
          const rows = paid();
          forget(String(id));
          return rows.delete(String(id));
        },
        by: (field, value) => {
          const rows = paid();
          let index = indexes.get(field);
          if (index === undefined) {
            indexes.set(field, (index = new Map()));
            for (const [id, row] of rows) enter(index, field, id, row);
          }
          // The index holds this table's own rows.
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          return [...(index.get(value)?.values() ?? [])] as Row[];
        },
        has: (id) => paid().has(String(id)),
        all: () => [...paid().values()],
        find: (matches) => paid().values().find(matches),
        filter: (matches) => paid().values().filter(matches).toArray(),
        size: () => paid().size,
        generation: () => held.generation,
      };
      tables.set(name, made);
      return made;
    },
    owe: (present, work) => {
      owed = { present, work };
    },
    snapshot: () => {
      pay();
      return Object.fromEntries(stores.entries().map(([name, { rows }]) => [name, [...rows]] as const));
    },
    restore: (snapshot) => {
      owed = undefined;
      for (const held of stores.values()) {
        held.rows.clear();
        held.indexes.clear();
        held.generation += 1;
      }
      for (const [name, rows] of Object.entries(snapshot)) {
        const target = store(name).rows;
        for (const [id, row] of rows) target.set(id, structuredClone(row));
      }
    },
  };
}

function enter(index: Map<unknown, Map<string, object>>, field: string, id: string, row: object): void {
  const value = valueOf(row, field);
  const group = index.get(value);
  if (group) group.set(id, row);
  else index.set(value, new Map([[id, row]]));
}

const valueOf = (row: object, field: string): unknown => Reflect.get(row, field);
