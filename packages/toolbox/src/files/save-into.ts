import type { FileRef } from "@greenroom/connector-kit";
import { storedFileRef } from "./file-store.ts";
import { localFolder } from "./local-folder.ts";
import { mediaTypeOf } from "./media-type.ts";

/** Makes a function that saves bytes into the folder that the connector `files` reads, for other connectors' files. */
export function saveInto(folder: string) {
  const store = localFolder(folder);
  return async (file: {
    readonly path: string;
    readonly bytes: Uint8Array;
    /** The same for every attempt of a step. */
    readonly key: string;
  }): Promise<FileRef> => {
    const { path, bytes, key } = file;
    const about = { mediaType: mediaTypeOf(path), size: bytes.length };
    async function* all() {
      yield bytes;
    }
    await store.save(path, all(), { ...about, key, signal: undefined });
    return storedFileRef(path, about, undefined);
  };
}
