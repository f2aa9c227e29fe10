/** What the actions on tables (CSV, spreadsheets) share: rows, and where a written file goes. */
import { createHash } from "node:crypto";
import { ConnectorError, fileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { type FileStore, storedFileRef } from "./files/file-store.ts";

/** Rows as steps hand them on: objects by column, or lists. */
export const rowsToWrite = z
  .array(
    z.union(
      [z.record(z.string(), z.unknown()), z.array(z.unknown())],
      "must be an object by column, or a list",
    ),
  )
  .describe("A list of objects by column, or of lists");

/** A row to write. */
export type RowToWrite = z.output<typeof rowsToWrite>[number];

/** How many rows a step's output holds at most; more are read page by page. */
export const rowLimit = z
  .int()
  .min(1)
  .max(100_000)
  .default(10_000)
  .describe("The most rows that are read; read on with skip");

/** A written file, as an action gives it. */
export const writtenFile = z.object({
  file: fileRef.describe("The written file, for later steps"),
  path: z.string(),
  size: z.number(),
  sha256: z.string(),
  rows: z.number(),
});

/** The columns of objects, in the order in which they first come. */
export function columnsOf(rows: readonly RowToWrite[]): readonly string[] {
  const columns = new Set<string>();
  for (const row of rows) if (!Array.isArray(row)) for (const name of Object.keys(row)) columns.add(name);
  return [...columns];
}

/** The values of a row in the order of the columns. */
export function valuesOf(row: RowToWrite, columns: readonly string[]): readonly unknown[] {
  return Array.isArray(row) ? row : columns.map((name) => row[name]);
}

/** Saves what is written as it is made, and gives it as a file. */
export async function writeInto(
  store: FileStore,
  {
    path,
    mediaType,
    key,
    signal,
    rows,
  }: {
    readonly path: string;
    readonly mediaType: string;
    readonly key: string;
    readonly signal: AbortSignal | undefined;
    readonly rows: number;
  },
  bytes: AsyncIterable<Uint8Array>,
): Promise<z.output<typeof writtenFile>> {
  const hash = createHash("sha256");
  let size = 0;
  async function* counted() {
    for await (const chunk of bytes) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  await store.save(path, counted(), { mediaType, size: undefined, key, signal });
  const file = storedFileRef(path, { mediaType, size }, undefined);
  return { file, path, size, sha256: hash.digest("hex"), rows };
}

/** Says which field of a step's input is wrong. */
export function refusedField(action: string, field: string, problem: string): ConnectorError {
  return new ConnectorError("invalid-input", "invalid-input", `${action}: ${field}: ${problem}.`, {
    fields: [{ field, message: problem }],
  });
}

/** Column names that can be told apart: empty ones are numbered, and those that come again too. */
export function distinctColumns(names: readonly unknown[]): readonly string[] {
  const seen = new Set<string>();
  return names.map((name, index) => {
    const plain = typeof name === "string" ? name.trim() : name == null ? "" : JSON.stringify(name);
    const base = plain === "" ? `column${index + 1}` : plain;
    let own = base;
    for (let number = 2; seen.has(own); number += 1) own = `${base} ${number}`;
    seen.add(own);
    return own;
  });
}
