/** Plain create, read, update and delete, described as data: code is for what is special. */
import type { Call } from "../call.ts";
import type { Sandbox, ZoomError } from "../sandbox.ts";
import type { Table } from "../table.ts";

/** A collection of rows that Zoom's operations list, create, read, change and delete. */
export interface CollectionSpec<Row extends object> {
  /** The table's name; a row's key is its id, after its owner's and `/` where there is an owner. */
  readonly table: string;
  /** The row's field that identifies it. */
  readonly id: keyof Row & string;
  /** The path parameter that carries the id. */
  readonly param: string;
  /** Whose rows a call means, such as a meeting's id; also checks that the caller may. Default: the account's. */
  readonly ownerOf?: (call: Call) => string;
  readonly list?: string;
  /** The answer's field that holds the list. */
  readonly listKey?: string;
  readonly create?: string;
  readonly get?: string;
  readonly update?: string;
  readonly remove?: string;
  /** Makes the row from the checked body. */
  readonly make: (call: Call, owner: string) => Row;
  /** Changes the row; default: the body's fields replace the row's. */
  readonly change?: (row: Row, call: Call) => void;
  readonly missing: (id: string) => ZoomError;
  /** Which rows a list shows. */
  readonly listed?: (row: Row, call: Call) => boolean;
  /** A row in a list. */
  readonly item?: (row: Row, call: Call) => object;
  /** A row by itself, and the answer of create. */
  readonly view?: (row: Row, call: Call) => object;
  readonly onCreated?: (row: Row, call: Call) => void;
  /** Told with what the row was before. */
  readonly onUpdated?: (row: Row, before: Row, call: Call) => void;
  readonly onRemoved?: (row: Row, call: Call) => void;
}

/** The rows of a collection, for what is special about it. */
export interface Collection<Row extends object> {
  readonly table: Table<Row>;
  readonly rowsOf: (owner: string) => Row[];
  /** @throws {ZoomError} the spec's `missing` */
  readonly named: (owner: string, id: string) => Row;
}

/** Registers the operations of a collection; those left out of the spec are not emulated by it. */
export function collection<Row extends object>(sandbox: Sandbox, spec: CollectionSpec<Row>): Collection<Row> {
  const { api } = sandbox;
  const table = sandbox.table<Row & { readonly owner_key?: string }>(spec.table);
  const { id, param, ownerOf = () => "", view = (row: Row) => row } = spec;
  const { item = view, listed = () => true, listKey = spec.table } = spec;
  const keyOf = (owner: string, rowId: string) => (owner === "" ? rowId : `${owner}/${rowId}`);
  const rowsOf = (owner: string) => table.filter((row) => (row.owner_key ?? "") === owner);
  const named = (owner: string, rowId: string): Row => {
    const row = table.get(keyOf(owner, rowId));
    if (!row) throw spec.missing(rowId);
    return row;
  };
  const rowOf = (call: Call): Row => named(ownerOf(call), call.params[param] ?? "");

  if (spec.list) {
    api.on(spec.list, (call) => {
      const all = rowsOf(ownerOf(call)).filter((row) => listed(row, call));
      const { rows, ...page } = call.page(all);
      return { ...page, [listKey]: rows.map((row) => item(row, call)) };
    });
  }
  if (spec.create) {
    api.on(spec.create, (call) => {
      const owner = ownerOf(call);
      const row = spec.make(call, owner);
      table.set(keyOf(owner, String(row[id])), owner === "" ? row : Object.assign(row, { owner_key: owner }));
      spec.onCreated?.(row, call);
      return view(row, call);
    });
  }
  if (spec.get) api.on(spec.get, (call) => view(rowOf(call), call));
  if (spec.update) {
    api.on(spec.update, (call) => {
      const row = rowOf(call);
      const before = structuredClone(row);
      if (spec.change) spec.change(row, call);
      else Object.assign(row, call.body());
      spec.onUpdated?.(row, before, call);
    });
  }
  if (spec.remove) {
    api.on(spec.remove, (call) => {
      const owner = ownerOf(call);
      const row = rowOf(call);
      table.delete(keyOf(owner, String(row[id])));
      spec.onRemoved?.(row, call);
    });
  }
  return { table, rowsOf, named };
}
