import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { type FileStore, storePath } from "../files/file-store.ts";
import { columnsOf, rowsToWrite, valuesOf, writeInto, writtenFile } from "../table-rows.ts";

const input = z.strictObject({
  rows: rowsToWrite,
  columns: z
    .array(z.string())
    .optional()
    .describe("Which columns, and in which order; otherwise all as they come"),
  delimiter: z.string().length(1).default(","),
  header: z.boolean().default(true).describe("Whether the first row names the columns"),
  escapeFormulas: z
    .boolean()
    .default(true)
    .describe("Puts ' before values that spreadsheets would run as formulas, such as =HYPERLINK(…)"),
});

type Input = z.output<typeof input>;

/** Makes CSV as text. */
export const makeText = defineAction({
  title: "Make CSV text",
  summary: "Gives rows as CSV (RFC 4180), for a message or a request.",
  endpoint: "POST /text",
  scopes: [],
  effect: "read",
  input,
  output: z.object({ text: z.string(), rows: z.number() }),
  async run({ input: given }) {
    const chunks: string[] = [];
    for await (const chunk of lines(given)) chunks.push(chunk.toString());
    return { text: chunks.join(""), rows: given.rows.length };
  },
});

/** Writes a CSV file, as a stream. */
export function writeRows(store: FileStore) {
  return defineAction({
    title: "Write CSV file",
    summary:
      "Writes rows as CSV (RFC 4180) into the server's folder of files, for a later step to send or save.",
    endpoint: "PUT /files",
    scopes: [],
    effect: "update",
    input: input.extend({
      path: storePath.describe("Where to write it, such as reports/attendance.csv"),
      bom: z.boolean().default(false).describe("A mark at the beginning, by which Excel knows UTF-8"),
    }),
    output: writtenFile,
    async run({ input: { path, bom, ...given }, signal, idempotencyKey: key }) {
      async function* bytes() {
        if (bom) yield Buffer.from("\uFEFF");
        yield* lines(given);
      }
      const about = { path, mediaType: "text/csv", key, signal, rows: given.rows.length };
      return await writeInto(store, about, bytes());
    },
  });
}

async function* lines({
  rows,
  columns: chosen,
  delimiter,
  header,
  escapeFormulas,
}: Input): AsyncGenerator<Buffer> {
  const { stringify } = await import("csv-stringify");
  const columns = chosen ?? columnsOf(rows);
  const stringifier = stringify({
    ...{ delimiter, escape_formulas: escapeFormulas, record_delimiter: "\r\n" },
    cast: {
      boolean: String,
      date: (value) => value.toISOString(),
      object: (value) => JSON.stringify(value),
    },
  });
  const { Readable } = await import("node:stream");
  function* records() {
    if (header && columns.length > 0) yield columns;
    for (const row of rows) yield valuesOf(row, columns);
  }
  for await (const chunk of Readable.from(records()).pipe(stringifier)) yield Buffer.from(chunk as Buffer);
}
