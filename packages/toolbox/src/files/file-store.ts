import {
  carryingClients,
  ConnectorError,
  type FileRef,
  type Identity,
  type OpenedFile,
} from "@greenroom/connector-kit";
import { z } from "zod";

/** A file in a store, as a list shows it. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: string;
}

/** Where files are kept: a folder of the server, or a bucket. */
export interface FileStore {
  /** Saves a file, whole or not at all; one of that path is replaced. @throws {ConnectorError} */
  save(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    about: {
      readonly mediaType: string;
      readonly size: number | undefined;
      /** The same for every attempt of a step. */
      readonly key: string;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<void>;
  /** @throws {ConnectorError} `not-found` when there is none. */
  open(path: string, from: number): Promise<OpenedFile>;
  /** The files whose paths begin so, in the order of their paths. */
  list(
    prefix: string,
    limit: number,
  ): Promise<{ readonly files: readonly StoredFile[]; readonly more: boolean }>;
  /** Whether there was one. */
  remove(path: string): Promise<boolean>;
  /** An address that anybody who has it may read the file by, for so long. @throws {ConnectorError} */
  link(path: string, seconds: number): Promise<string>;
  identify(): Promise<Identity>;
}

/** Clients of file stores. */
export const storeClients = carryingClients<FileStore>("a file store");

/** A path in a store. */
export const storePath = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^[^\0\\]+$/, "must be a path with / between its parts")
  .refine((path) => !path.startsWith("/"), "must not begin with /: it is inside the store")
  .refine(
    (path) =>
      path
        .replace(/^\//, "")
        .split("/")
        .every((part) => part !== ".." && part !== "." && part !== ""),
    "must not have empty parts, . or ..",
  );

/** A reference to a file of a store, for later steps. */
export function storedFileRef(
  path: string,
  { mediaType, size }: { readonly mediaType: string; readonly size: number | undefined },
  connection: string | undefined,
): FileRef {
  const name = path.split("/").at(-1) ?? path;
  return {
    ...{
      connector: "files",
      url: `files:/${path.split("/").map(encodeURIComponent).join("/")}`,
      name,
      mediaType,
    },
    ...(connection !== undefined && { connection }),
    ...(size !== undefined && { size }),
  };
}

/** The path that a reference names. @throws {ConnectorError} */
export function pathOf({ url }: FileRef): string {
  const parts = /^files:\/(.+)$/.exec(url)?.[1]?.split("/").map(decoded);
  const path = storePath.safeParse(parts?.join("/"));
  if (path.success) return path.data;
  throw new ConnectorError("invalid-input", "not-a-stored-file", `“${url}” names no file of this store.`, {
    fields: [{ field: "url", message: "must come from an action of files" }],
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Says that there is no such file. */
export function noFile(path: string): ConnectorError {
  return new ConnectorError("not-found", "no-file", `There is no file “${path}”.`, {
    fields: [{ field: "path", message: "names no file" }],
  });
}
