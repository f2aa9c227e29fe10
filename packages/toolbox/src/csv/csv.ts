import { type Connector, defineConnector } from "@greenroom/connector-kit";
import type { FileStore } from "../files/file-store.ts";
import { readRows } from "./read-rows.ts";
import { makeText, writeRows } from "./write-rows.ts";

/** Makes the connector `csv`, which writes files into a store. */
export function createCsvConnector(store: FileStore): Connector {
  const nothing = () => Promise.reject(new Error("CSV sends nothing"));
  return defineConnector({
    id: "csv",
    title: "CSV",
    summary: "Tables as text: read and written as streams.",
    actions: { "read-rows": readRows, "write-rows": writeRows(store), "make-text": makeText },
    triggers: {},
    createClient: () => ({ request: nothing, send: nothing }),
  });
}
