/** Files that go into pieces and come out of them: pieces hold them in memory, so big ones are refused. */
import { ConnectorError, fileRef, type FileRef, type OpenFile, readFileRef } from "@greenroom/connector-kit";
import type { FileForPiece } from "./piece-calls.ts";

/** Keeps a file that a piece made, for later steps. */
export type SaveFile = (file: {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly key: string;
}) => Promise<FileRef>;

const biggest = 50_000_000;

/** An input with the bytes of the files that it refers to. @throws {ConnectorError} */
export async function withBytes(
  value: unknown,
  openFile: OpenFile,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (Array.isArray(value)) return await Promise.all(value.map((one) => withBytes(one, openFile, signal)));
  if (typeof value !== "object" || value === null) return value;
  const ref = fileRef.safeParse(value);
  if (ref.success) return await bytesOf(ref.data, openFile, signal);
  const entries = await Promise.all(
    Object.entries(value).map(async ([name, one]) => [name, await withBytes(one, openFile, signal)] as const),
  );
  return Object.fromEntries(entries);
}

async function bytesOf(
  ref: FileRef,
  openFile: OpenFile,
  signal: AbortSignal | undefined,
): Promise<FileForPiece> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readFileRef(openFile, ref, { signal })) {
    size += chunk.length;
    if (size > biggest)
      throw new ConnectorError(
        "invalid-input",
        "piece.file-too-big",
        `${ref.name} is bigger than 50 MB, which pieces hold in memory.`,
        {
          fields: [{ field: "file", message: "must be at most 50 MB" }],
        },
      );
    chunks.push(chunk);
  }
  return { greenroomFile: true, name: ref.name, bytes: Buffer.concat(chunks) };
}

/** The name of a piece's file as a part of a path. */
export function fileName(name: string): string {
  const plain = name.replaceAll(/[/\\\0]/g, "_").slice(-120);
  return plain === "" || plain === "." || plain === ".." ? "file" : plain;
}

/** An output in which the marks of files that were written are references to them. */
export function withReferences(value: unknown, written: ReadonlyMap<string, FileRef>): unknown {
  if (typeof value === "string") return written.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => withReferences(one, written));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withReferences(one, written)]));
}
