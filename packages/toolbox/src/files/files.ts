import { type Connector, defineConnector } from "@greenroom/connector-kit";
import { saveFile } from "./save-file.ts";

/** Makes the connector `files`: a folder on the server's machine. */
export function createFilesConnector({ folder }: { readonly folder: string }): Connector {
  const nothing = () => Promise.reject(new Error("the folder is not called over HTTP"));
  return defineConnector({
    id: "files",
    title: "Files",
    summary: "A folder on the server's machine.",
    actions: { "save-file": saveFile(folder) },
    triggers: {},
    createClient: () => ({ request: nothing, send: nothing }),
  });
}
