import { PassThrough } from "node:stream";
import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { type FileStore, storePath } from "../files/file-store.ts";
import { mediaTypeOf } from "../files/media-type.ts";
import { columnsOf, refusedField, rowsToWrite, valuesOf, writeInto, writtenFile } from "../table-rows.ts";
import { valueForCell } from "./cell-value.ts";

const title = "Write spreadsheet";

const sheet = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(31, "must have at most 31 characters, as Excel wants it")
    .regex(
      /^(?!')[^*?:\\/[\]]+(?<!')$/,
      "must have none of * ? : \\ / [ ], and no ' at its ends, as Excel wants it",
    ),
  rows: rowsToWrite,
  columns: z
    .array(z.string())
    .optional()
    .describe("Which columns, and in which order; otherwise all as they come"),
});

/** Writes an Excel file, as a stream. */
export function writeRows(store: FileStore) {
  return defineAction({
    title,
    summary:
      "Writes rows as an Excel file (.xlsx) into the server's folder of files, for a later step to send or save.",
    endpoint: "PUT /files",
    scopes: [],
    effect: "update",
    input: z.strictObject({
      path: storePath.describe("Where to write it, such as reports/attendance.xlsx"),
      sheets: z.array(sheet).min(1).max(100).describe("The file's sheets, in order"),
    }),
    output: writtenFile,
    async run({ input: { path, sheets }, signal, idempotencyKey: key }) {
      const names = sheets.map(({ name }) => name.toLowerCase());
      const twice = names.findIndex((name, index) => names.indexOf(name) < index);
      if (twice >= 0) throw refusedField(title, `sheets[${twice}].name`, "is another sheet's too");
      const rows = sheets.reduce((sum, one) => sum + one.rows.length, 0);
      const about = { path, mediaType: mediaTypeOf("a.xlsx"), key, signal, rows };
      return await writeInto(store, about, workbook(sheets));
    },
  });
}

async function* workbook(sheets: readonly z.output<typeof sheet>[]): AsyncGenerator<Uint8Array> {
  const { default: ExcelJS } = await import("@protobi/exceljs");
  const out = new PassThrough();
  const writing = (async () => {
    const book = new ExcelJS.stream.xlsx.WorkbookWriter({
      stream: out,
      useStyles: true,
      useSharedStrings: false,
    });
    for (const { name, rows, columns: chosen } of sheets) {
      const worksheet = book.addWorksheet(name, { views: [{ state: "frozen", ySplit: 1 }] });
      const columns = chosen ?? columnsOf(rows);
      if (columns.length > 0) {
        const head = worksheet.addRow([...columns]);
        head.font = { bold: true };
        head.commit();
      }
      for (const [index, row] of rows.entries()) {
        worksheet.addRow(valuesOf(row, columns).map(valueForCell)).commit();
        // Others get their turn; and what reads the stream takes what is there.
        if (index % 1_000 === 999) await new Promise((resolve) => setImmediate(resolve));
      }
      worksheet.commit();
    }
    await book.commit();
  })();
  writing.catch((error: Error) => out.destroy(error));
  yield* out;
  await writing;
}
