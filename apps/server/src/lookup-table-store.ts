import type { Engine } from "@greenroom/engine";
import type { LookupTableStore } from "@greenroom/toolbox";

/** The engine's lookup tables for the connector `lookup-table`, which is made before there is an engine. */
export function lookupTableStore(engine: () => Engine): LookupTableStore {
  const tables = () => engine().lookupTables;
  const idOf = async (name: string) => (await tables().byName(name)).id;
  return {
    find: async (table, query) => await tables().rows.find(await idOf(table), query),
    add: async (table, rows, key) => await tables().rows.add(await idOf(table), rows, key),
    update: async (table, where, values) => await tables().rows.updateWhere(await idOf(table), where, values),
    remove: async (table, where) => await tables().rows.removeWhere(await idOf(table), where),
  };
}
