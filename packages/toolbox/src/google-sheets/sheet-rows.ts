/** Rows of a Google sheet, by the names in its first row. */
import { type Client, ConnectorError, defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";
import { columnsOf, distinctColumns, rowsToWrite, valuesOf } from "../table-rows.ts";

const values = z.looseObject({
  values: z.array(z.array(z.unknown())).optional(),
  range: z.string().optional(),
});
const spreadsheetId = z
  .string()
  .regex(
    /^(?:https:\/\/docs\.google\.com\/spreadsheets\/d\/)?[\w-]{10,}(?:\/.*)?$/,
    "must be a spreadsheet's ID, or its address",
  )
  .transform((text) => /\/d\/([\w-]+)/.exec(text)?.[1] ?? text)
  .describe("The spreadsheet's ID, or its address");
const sheet = z.string().min(1).max(100).default("Sheet1").describe("The sheet's name, as its tab shows it");
const asTyped = z
  .boolean()
  .default(false)
  .describe("Whether values are taken as if typed in: formulas run, and dates are recognised");
const option = (typed: boolean) => (typed ? "USER_ENTERED" : "RAW");

/** Google takes text, numbers, true and false; all else is written as JSON. An empty cell is an empty text. */
const cell = (value: unknown): string | number | boolean =>
  value === null || value === undefined
    ? ""
    : typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : JSON.stringify(value);

/** A sheet's name as ranges have it. */
const quotedSheet = (name: string): string => `'${name.replaceAll("'", "''")}'`;

/** A column's letters, from 0: A, B, …, AA. */
function lettersOf(index: number): string {
  return (index >= 26 ? lettersOf(Math.floor(index / 26) - 1) : "") + String.fromCharCode(65 + (index % 26));
}

/**
 * Reads rows.
 *
 * @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/get
 */
export const readRows = defineAction({
  title: "Read rows",
  summary: "Gives the rows of a sheet as objects by the names in its first row.",
  endpoint: "GET /v4/spreadsheets/{spreadsheetId}/values/{range}",
  scopes: ["https://www.googleapis.com/auth/spreadsheets"],
  effect: "read",
  input: z.strictObject({
    spreadsheetId,
    sheet,
    range: z
      .string()
      .regex(/^[A-Z]+\d*:[A-Z]*\d*$/i, "must be a range, such as A1:D100 or A:D")
      .optional()
      .describe("A part of the sheet; its first row has the names"),
    limit: z.int().min(1).max(100_000).default(10_000),
  }),
  output: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.record(z.string(), z.unknown())),
    count: z.number(),
    more: z.boolean(),
  }),
  async run({ call, input: { spreadsheetId: id, sheet: name, range, limit } }) {
    const place = range === undefined ? quotedSheet(name) : `${quotedSheet(name)}!${range}`;
    const query = { valueRenderOption: "UNFORMATTED_VALUE", dateTimeRenderOption: "FORMATTED_STRING" };
    const found = expectAnswer(
      values,
      await call({ path: { spreadsheetId: id, range: place }, query }),
      "Google",
    );
    const [head = [], ...all] = found.values ?? [];
    const width = Math.max(head.length, ...all.slice(0, limit).map(({ length }) => length));
    const columns = distinctColumns(Array.from({ length: width }, (_, index) => head[index] ?? ""));
    const rows = all
      .slice(0, limit)
      .map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ""])));
    return { columns: [...columns], rows, count: rows.length, more: all.length > limit };
  },
});

const appended = z.looseObject({
  updates: z.looseObject({ updatedRange: z.string(), updatedRows: z.number().optional() }).optional(),
});

/** Appends rows. */
export const appendRows = defineAction({
  title: "Append rows",
  summary:
    "Adds rows at the end of a sheet: objects by the names in its first row, or lists. An empty sheet gets the names too.",
  endpoint: "POST /v4/spreadsheets/{spreadsheetId}/values/{range}:append",
  scopes: ["https://www.googleapis.com/auth/spreadsheets"],
  effect: "create",
  input: z.strictObject({ spreadsheetId, sheet, rows: rowsToWrite, asTyped }),
  output: z.object({ range: z.string().nullable(), count: z.number() }),
  async run({ client, call, input: { spreadsheetId: id, sheet: name, rows, asTyped: typed } }) {
    if (rows.length === 0) return { range: null, count: 0 };
    const head = await headOf(client, id, name);
    const columns = head.length > 0 ? head : columnsOf(rows);
    const unknown = columnsOf(rows).filter((column) => !columns.includes(column));
    if (unknown.length > 0) throw noColumn("rows", unknown, columns);
    const lines = rows.map((row) => valuesOf(row, columns).map(cell));
    const said = await call({
      path: { spreadsheetId: id, range: quotedSheet(name) },
      query: { valueInputOption: option(typed), insertDataOption: "INSERT_ROWS" },
      body: { values: head.length === 0 && columns.length > 0 ? [columns, ...lines] : lines },
    });
    return {
      range: expectAnswer(appended, said, "Google").updates?.updatedRange ?? null,
      count: rows.length,
    };
  },
});

/** Changes rows by a key. */
export const updateRows = defineAction({
  title: "Update rows",
  summary:
    "Changes the rows of a sheet that have the same value in a key column; those that are missing are added, passed over or refused.",
  endpoint: "POST /v4/spreadsheets/{spreadsheetId}/values:batchUpdate",
  scopes: ["https://www.googleapis.com/auth/spreadsheets"],
  effect: "update",
  input: z.strictObject({
    spreadsheetId,
    sheet,
    key: z.string().min(1).describe("The name of the column that tells rows apart, such as Email"),
    rows: z
      .array(z.record(z.string(), z.unknown()))
      .describe("Objects by the names in the first row; what a row leaves out stays as it is"),
    missing: z
      .enum(["add", "ignore", "fail"])
      .default("add")
      .describe("What becomes of rows that the sheet has not"),
    asTyped,
  }),
  output: z.object({ updated: z.number(), added: z.number(), ignored: z.number() }),
  async run({ client, call, input: { spreadsheetId: id, sheet: name, key, rows, missing, asTyped: typed } }) {
    if (rows.length === 0) return { updated: 0, added: 0, ignored: 0 };
    const path = { spreadsheetId: id, range: quotedSheet(name) };
    const found = expectAnswer(
      values,
      await client.request("GET", valuesPath, { path, query: { valueRenderOption: "UNFORMATTED_VALUE" } }),
      "Google",
    );
    const [head = [], ...all] = found.values ?? [];
    const columns = distinctColumns(head);
    const unknown = [...new Set([key, ...columnsOf(rows)])].filter((column) => !columns.includes(column));
    if (unknown.length > 0) throw noColumn(unknown.includes(key) ? "key" : "rows", unknown, columns);
    const at = columns.indexOf(key);
    const lines = new Map(all.map((row, index) => [String(cell(row[at])), index + 2]));
    const without = rows.filter((row) => !lines.has(String(cell(row[key]))));
    if (without.length > 0 && missing === "fail")
      throw new ConnectorError(
        "not-found",
        "google.no-row",
        `The sheet has no row whose ${key} is ${JSON.stringify(without[0]?.[key])}.`,
      );
    // What is added goes below all rows, so that a second attempt finds it there.
    let next = all.length + 2;
    if (missing === "add")
      for (const row of without)
        if (!lines.has(String(cell(row[key])))) lines.set(String(cell(row[key])), next++);
    const data = rows.flatMap((row) => {
      const line = lines.get(String(cell(row[key])));
      if (line === undefined) return [];
      return Object.entries(row).map(([column, value]) => ({
        range: `${quotedSheet(name)}!${lettersOf(columns.indexOf(column))}${line}`,
        values: [[cell(value)]],
      }));
    });
    if (data.length > 0)
      await call({ path: { spreadsheetId: id }, body: { valueInputOption: option(typed), data } });
    const added = missing === "add" ? without.length : 0;
    return { updated: rows.length - without.length, added, ignored: without.length - added };
  },
});

const valuesPath = "/v4/spreadsheets/{spreadsheetId}/values/{range}";

async function headOf(client: Client, id: string, name: string): Promise<readonly string[]> {
  const path = { spreadsheetId: id, range: `${quotedSheet(name)}!1:1` };
  const { values: found } = expectAnswer(values, await client.request("GET", valuesPath, { path }), "Google");
  return distinctColumns(found?.[0] ?? []);
}

function noColumn(field: string, unknown: readonly string[], columns: readonly string[]): ConnectorError {
  const problem = `the sheet has no column ${unknown.join(", ")}; it has ${columns.join(", ") || "none"}`;
  return new ConnectorError("invalid-input", "google.no-column", `${field}: ${problem}.`, {
    fields: [{ field, message: problem }],
  });
}
