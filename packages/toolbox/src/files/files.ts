import { type AddressPolicy, type Connector, defineConnector } from "@greenroom/connector-kit";
import { pathOf, storeClients } from "./file-store.ts";
import { createLink, deleteFile, getFile, listFiles, readText } from "./find-files.ts";
import { localFolder } from "./local-folder.ts";
import { s3Fields, s3Store } from "./s3-store.ts";
import { saveFile } from "./save-file.ts";

/** Makes the connector `files`: a folder on the server's machine, and with a connection a bucket. */
export function createFilesConnector({
  folder,
  allowPrivateNetworks = true,
}: {
  readonly folder: string;
  readonly allowPrivateNetworks?: AddressPolicy["allowPrivateNetworks"];
}): Connector {
  const local = localFolder(folder);
  return defineConnector({
    id: "files",
    title: "Files",
    summary: "A folder on the server's machine, or with a connection a bucket of S3 or alike.",
    connections: [
      {
        ...{ type: "form", id: "s3", title: "S3 storage", profileFields: s3Fields },
        summary: "A bucket at Amazon S3, or at any service that speaks its protocol.",
        identify: (client) => storeClients.in(client).identify(),
      },
    ],
    connectionOptional: true,
    actions: {
      "save-file": saveFile,
      "get-file": getFile,
      "read-text": readText,
      "list-files": listFiles,
      "delete-file": deleteFile,
      "create-link": createLink,
    },
    triggers: {},
    createClient({ profile, kind }) {
      const store = kind === "s3" ? s3Store(profile, { allowPrivateNetworks }) : local;
      return storeClients.of(store, async (ref, from) => await store.open(pathOf(ref), from));
    },
  });
}
