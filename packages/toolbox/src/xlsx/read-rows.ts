import { ConnectorError, defineAction, fileRef, readFileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { distinctColumns, refusedField, rowLimit } from "../table-rows.ts";
import { boundedZip, type ZipBounds } from "./bounded-zip.ts";
import { cellValue } from "./cell-value.ts";

const title = "Read spreadsheet";
const biggestFile = 100_000_000;
/** Texts compress to a tenth; a thousandth is no table. */
const bounds: ZipBounds = { kept: 256_000_000, streamed: 4_000_000_000 };

/** Reads rows of an Excel file as they stream by. */
export const readRows = defineAction({
  title,
  summary:
    "Gives the rows of a sheet of an Excel file (.xlsx) as objects by column. The file is streamed; a page of its rows is kept.",
  endpoint: "GET /rows",
  scopes: [],
  effect: "read",
  input: z.strictObject({
    file: fileRef.describe("A file that an earlier step gave"),
    sheet: z
      .union([z.string().min(1), z.int().min(1)])
      .default(1)
      .describe("The sheet's name, or its number from 1"),
    header: z.boolean().default(true).describe("Whether the first row names the columns"),
    columns: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("The columns' names, instead of the first row's"),
    skip: z.int().min(0).default(0).describe("Rows to pass over, to read on where an earlier step ended"),
    limit: rowLimit,
  }),
  output: z.object({
    sheet: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
    count: z.number(),
    more: z.boolean().describe("Whether the limit left some unread"),
  }),
  async run({ input: { file, sheet, header, columns: named, skip, limit }, openFile, signal }) {
    if ((file.size ?? 0) > biggestFile) throw refusedField(title, "file", "is bigger than 100 MB; use CSV");
    const { default: ExcelJS } = await import("@protobi/exceljs");
    const { source, broken } = boundedZip(readFileRef(openFile, file, { signal }), bounds, (path) =>
      refusedField(title, "file", `unpacks to more than can be read (${path}); use CSV`),
    );
    const read = async () => {
      const reader = new ExcelJS.stream.xlsx.WorkbookReader(source, {
        ...{ worksheets: "emit", sharedStrings: "cache", hyperlinks: "ignore", styles: "cache" },
      });
      const names: string[] = [];
      let found: Awaited<ReturnType<typeof rowsIn>> | undefined;
      for await (const worksheet of reader) {
        const { id, name = `Sheet${id}` } = worksheet as unknown as { id: number; name?: string };
        names.push(name);
        if (found === undefined && (typeof sheet === "number" ? names.length === sheet : name === sheet)) {
          found = await rowsIn(worksheet, { header, named, skip, limit });
          return { sheet: name, ...found };
        }
        // Each must be read to its end before the next.
        for await (const _ of worksheet);
      }
      throw refusedField(
        title,
        "sheet",
        `there is no sheet ${JSON.stringify(sheet)}; the file has ${names.join(", ") || "none"}`,
      );
    };
    try {
      return await Promise.race([read(), broken]);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ConnectorError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new ConnectorError(
        "invalid-input",
        "xlsx.malformed",
        `${file.name} is no Excel file (.xlsx) that can be read: ${why}.`,
        {
          fields: [{ field: "file", message: "must be an Excel file (.xlsx)" }],
          cause: error,
        },
      );
    } finally {
      source.destroy();
    }
  },
});

type Cells = readonly ReturnType<typeof cellValue>[];

async function rowsIn(
  worksheet: AsyncIterable<{ readonly values: unknown }>,
  {
    header,
    named,
    skip,
    limit,
  }: { header: boolean; named: readonly string[] | undefined; skip: number; limit: number },
) {
  let columns = named && distinctColumns(named);
  const rows: Record<string, Cells[number]>[] = [];
  let [passed, more, headed] = [0, false, !header];
  for await (const { values } of worksheet) {
    // The library counts columns from 1.
    const cells: Cells = (Array.isArray(values) ? Array.from(values as unknown[]) : [])
      .slice(1)
      .map(cellValue);
    if (cells.every((cell) => cell === null)) continue;
    if (!headed) {
      headed = true;
      columns ??= distinctColumns(cells);
    } else if (passed < skip) {
      passed += 1;
    } else if (rows.length === limit) {
      more = true;
      break;
    } else {
      columns = widened(columns ?? [], cells.length);
      rows.push(Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? null])));
    }
  }
  return { columns: [...(columns ?? [])], rows, count: rows.length, more };
}

function widened(columns: readonly string[], width: number): readonly string[] {
  if (width <= columns.length) return columns;
  return distinctColumns([...columns, ...Array.from({ length: width - columns.length }, () => "")]);
}
