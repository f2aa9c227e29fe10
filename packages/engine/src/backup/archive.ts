/**
 * The form of a backup: a gzipped tar. First `manifest.json`; then each table's rows as PostgreSQL's COPY text in pieces
 * (`tables/<number>/<piece>`), the home's files (`home/…`), and `end.json` with what must have come by then.
 */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { Readable, type Writable } from "node:stream";
import { text as readText } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import * as tar from "tar-stream";
import { z } from "zod";
import { StartError } from "../start-error.ts";

/** What a backup holds, told at its beginning. */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** The version of Greenroom that wrote it. */
  greenroom: z.string(),
  createdAt: z.iso.datetime(),
  /** The hashes of the migrations that its schema had, in their order. */
  migrations: z.array(z.string()).min(1),
  /** Sealed with the secret key, in base64: shows whether a key is the right one. */
  secretKeyCheck: z.string(),
  tables: z.array(
    z.object({
      schema: z.enum(["greenroom", "greenroom_tables"]),
      name: z.string(),
      columns: z.array(z.string()).min(1),
      /** Where its identity column's sequence was. */
      sequence: z.object({ column: z.string(), last: z.string() }).optional(),
    }),
  ),
});
/** See {@link manifestSchema}. */
export type Manifest = z.infer<typeof manifestSchema>;
/** A table of a backup. */
export type BackupTable = Manifest["tables"][number];

/** What a backup held, told at its end. */
export const endSchema = z.object({
  tables: z.array(z.object({ rows: z.number().int(), sha256: z.string() })),
  files: z.number().int(),
});
/** See {@link endSchema}. */
export type End = z.infer<typeof endSchema>;

/** Collects a table's sum and rows on the way. */
export const tableSum = (): Hash => createHash("sha256");

/** Writes entries one after the other. */
export function writeArchive(out: Writable) {
  const pack = tar.pack();
  const written = pipeline(pack, createGzip(), out);
  // A full disk is told where the next entry is awaited; by then it must not be an unhandled rejection.
  written.catch(() => undefined);
  const whenTaken = (begin: (taken: (error?: Error | null) => void) => void) =>
    Promise.race([
      new Promise<void>((resolve, reject) => begin((error) => (error ? reject(error) : resolve()))),
      // Ends before an entry is taken only when it fails.
      written,
    ]);
  return {
    add: (name: string, body: Buffer | string) =>
      whenTaken((taken) => pack.entry({ name, mode: 0o600 }, body, taken)),
    /** False when the file is gone by now. */
    async addFile(name: string, path: string): Promise<boolean> {
      let file: FileHandle;
      try {
        file = await open(path);
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
        throw error;
      }
      try {
        const { size, mode } = await file.stat();
        const header = { name, size, mode: mode & 0o777 };
        await whenTaken((taken) => {
          const entry = pack.entry(header, taken);
          if (size === 0) entry.end(undefined);
          // As long as it was: the header has told its size.
          else
            file
              .createReadStream({ end: size - 1, autoClose: false })
              .on("error", taken)
              .pipe(entry);
        });
        return true;
      } finally {
        await file.close();
      }
    },
    async end(): Promise<void> {
      pack.finalize();
      await written;
    },
    destroy: () => pack.destroy(new Error("the backup was given up")),
  };
}

/** An entry being read. */
export interface ArchiveEntry {
  readonly name: string;
  readonly mode: number;
  readonly body: Readable;
}

/** Reads the entries in their order. @throws {StartError} when the file is damaged or was cut off */
export async function* readArchive(input: Readable): AsyncGenerator<ArchiveEntry> {
  const extract = tar.extract();
  const read = pipeline(input, createGunzip(), extract);
  read.catch(() => undefined);
  try {
    for await (const entry of extract) {
      const { name, mode = 0o600, type } = entry.header;
      if (type !== "file") throw new Error(`${name} is no file`);
      yield { name, mode, body: Readable.from(whole(entry)) };
    }
    await read;
  } catch (error) {
    throw asDamaged(error);
  }
}

async function* whole(entry: AsyncIterable<unknown>): AsyncGenerator {
  try {
    yield* entry;
  } catch (error) {
    throw asDamaged(error);
  }
}

const asDamaged = (error: unknown): StartError =>
  error instanceof StartError ? error : damaged(error instanceof Error ? error.message : String(error));

/** Reads an entry of JSON. */
export async function jsonOf<T>({ name, body }: ArchiveEntry, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(body);
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw damaged(`its ${name} cannot be read: ${z.prettifyError(parsed.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A backup that is not whole. */
export const damaged = (why: string): StartError =>
  new StartError(
    `The backup is damaged, or is none of Greenroom (${why}). Nothing was restored; take another copy of it.`,
  );
