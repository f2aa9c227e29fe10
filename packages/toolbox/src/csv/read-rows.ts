import { Readable } from "node:stream";
import { ConnectorError, defineAction, fileRef, readFileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { distinctColumns, refusedField, rowLimit } from "../table-rows.ts";

const title = "Read CSV";
const delimiters = [",", ";", "\t", "|"] as const;
const longestRow = 1_000_000;

/** Reads rows of a CSV file as they stream by. */
export const readRows = defineAction({
  title,
  summary:
    "Gives the rows of a CSV file, or of a text, as objects by column. The file is streamed; a page of its rows is kept.",
  endpoint: "GET /rows",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    file: fileRef.optional().describe("A file that an earlier step gave"),
    text: z.string().optional().describe("Instead of a file: the CSV itself"),
    delimiter: z
      .union([z.literal("auto"), z.string().length(1)])
      .default("auto")
      .describe("What stands between values; found in the first line where it is not said"),
    header: z.boolean().default(true).describe("Whether the first row names the columns"),
    columns: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("The columns' names, instead of the first row's"),
    encoding: z.enum(["utf-8", "utf-16le", "windows-1252", "iso-8859-1"]).default("utf-8"),
    skip: z.int().min(0).default(0).describe("Rows to pass over, to read on where an earlier step ended"),
    limit: rowLimit,
  }),
  output: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.record(z.string(), z.string())),
    count: z.number(),
    more: z.boolean().describe("Whether the limit left some unread"),
  }),
  async run({ input, openFile, signal }) {
    const { file, text, encoding, header, skip, limit } = input;
    if ((file === undefined) === (text === undefined))
      throw refusedField(title, "file", "name a file, or a text, and one of them");
    const chunks = file ? decoded(readFileRef(openFile, file, { signal }), encoding) : onlyOne(text ?? "");
    const { first, all } = await peeked(chunks);
    const delimiter = input.delimiter === "auto" ? delimiterOf(first) : input.delimiter;
    const { parse } = await import("csv-parse");
    const parser = Readable.from(all).pipe(
      parse({
        bom: true,
        delimiter,
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: longestRow,
      }),
    );
    let columns = input.columns && distinctColumns(input.columns);
    const rows: Record<string, string>[] = [];
    let [passed, more, headed] = [0, false, !header];
    try {
      for await (const record of parser) {
        const values = record as string[];
        if (!headed) {
          headed = true;
          columns ??= distinctColumns(values);
          continue;
        }
        columns ??= distinctColumns(values.map(() => ""));
        if (passed < skip) {
          passed += 1;
          continue;
        }
        if (rows.length === limit) {
          more = true;
          break;
        }
        if (values.length > columns.length) columns = widened(columns, values.length);
        rows.push(Object.fromEntries(columns.map((name, index) => [name, values[index] ?? ""])));
      }
    } catch (error) {
      throw explained(error);
    } finally {
      parser.destroy();
    }
    return { columns: [...(columns ?? [])], rows, count: rows.length, more };
  },
});

async function* onlyOne(text: string) {
  yield text;
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refusedField(title, "encoding", `the file is not ${encoding}; Excel often writes windows-1252`);
  }
}

/** The beginning of a text, and all of it. */
async function peeked(
  chunks: AsyncGenerator<string>,
): Promise<{ first: string; all: AsyncGenerator<string> }> {
  let first = "";
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) break;
    first += next.value;
    if (first.length > 4_096) break;
  }
  async function* all() {
    yield first;
    yield* chunks;
  }
  return { first, all: all() };
}

/** The delimiter that the first line has most of, outside quotes. */
function delimiterOf(text: string): string {
  const [line = ""] = text.replaceAll(/"(?:[^"]|"")*"/g, "").split(/\r?\n/, 1);
  const counted = delimiters.map((delimiter) => [delimiter, line.split(delimiter).length] as const);
  return counted.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function widened(columns: readonly string[], width: number): readonly string[] {
  return distinctColumns([...columns, ...Array.from({ length: width - columns.length }, () => "")]);
}

function explained(error: unknown): unknown {
  if (error instanceof ConnectorError || !(error instanceof Error) || !("code" in error)) return error;
  if (!String(error.code).startsWith("CSV_")) return error;
  const message = error.message.replace(/\.?$/, ".");
  return new ConnectorError("invalid-input", "csv.malformed", `The CSV cannot be read: ${message}`, {
    fields: [{ field: "file", message }],
    hint: "Check the delimiter and the quotes.",
  });
}
