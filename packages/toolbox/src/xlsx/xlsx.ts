import { type Connector, defineConnector } from "@greenroom/connector-kit";
import type { FileStore } from "../files/file-store.ts";
import { readRows } from "./read-rows.ts";
import { writeRows } from "./write-rows.ts";

/** Makes the connector `xlsx`, which writes files into a store. */
export function createXlsxConnector(store: FileStore): Connector {
  const nothing = () => Promise.reject(new Error("spreadsheets send nothing"));
  return defineConnector({
    id: "xlsx",
    title: "Excel files",
    summary: "Spreadsheets (.xlsx): read and written as streams.",
    actions: { "read-rows": readRows, "write-rows": writeRows(store) },
    triggers: {},
    createClient: () => ({ request: nothing, send: nothing }),
  });
}
