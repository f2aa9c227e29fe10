/** A named store of JSON rows, kept in order of insertion. Rows may be changed in place. */
export interface Table<Row extends object> {
  readonly get: (id: string | number) => Row | undefined;
  readonly set: (id: string | number, row: Row) => void;
  readonly delete: (id: string | number) => boolean;
  readonly has: (id: string | number) => boolean;
  readonly all: () => Row[];
  readonly find: (matches: (row: Row) => boolean) => Row | undefined;
  readonly filter: (matches: (row: Row) => boolean) => Row[];
  readonly size: () => number;
}

/** All tables of a sandbox, with snapshot and restore. */
export interface Tables {
  readonly table: <Row extends object>(name: string) => Table<Row>;
  readonly snapshot: () => Record<string, [string, object][]>;
  readonly restore: (snapshot: Record<string, [string, object][]>) => void;
}

/** Makes an empty set of tables. */
export function createTables(): Tables {
  const stores = new Map<string, Map<string, object>>();
  const store = (name: string): Map<string, object> => {
    let rows = stores.get(name);
    if (rows === undefined) stores.set(name, (rows = new Map()));
    return rows;
  };
  return {
    table: <Row extends object>(name: string): Table<Row> => {
      // A table holds what the part that named it puts in; nothing else writes to it.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const rows = store(name) as Map<string, Row>;
      return {
        get: (id) => rows.get(String(id)),
        set: (id, row) => void rows.set(String(id), row),
        delete: (id) => rows.delete(String(id)),
        has: (id) => rows.has(String(id)),
        all: () => [...rows.values()],
        find: (matches) => rows.values().find(matches),
        filter: (matches) => rows.values().filter(matches).toArray(),
        size: () => rows.size,
      };
    },
    snapshot: () => Object.fromEntries(stores.entries().map(([name, rows]) => [name, [...rows]] as const)),
    restore: (snapshot) => {
      for (const rows of stores.values()) rows.clear();
      for (const [name, rows] of Object.entries(snapshot)) {
        const target = store(name);
        for (const [id, row] of rows) target.set(id, structuredClone(row));
      }
    },
  };
}
