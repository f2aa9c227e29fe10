import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ConnectorError } from "@greenroom/connector-kit";
import ExcelJS from "@protobi/exceljs";
import { afterAll, expect, it } from "vitest";
import { localFolder } from "../files/local-folder.ts";
import { connect, failure, fileOf } from "../stand-in.test-kit.ts";
import { boundedZip, type ZipBounds } from "./bounded-zip.ts";
import { createXlsxConnector } from "./xlsx.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-xlsx-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { run } = await connect(createXlsxConnector(localFolder(folder)), undefined, {});

const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const book = async (fill: (workbook: ExcelJS.Workbook) => void) => {
  const workbook = new ExcelJS.Workbook();
  fill(workbook);
  return fileOf(Buffer.from(await workbook.xlsx.writeBuffer()), "book.xlsx", type);
};

it("gives rows with numbers, times, formulas' values, links' words and nothing where nothing is", async () => {
  const { file, openFile } = await book((workbook) => {
    const sheet = workbook.addWorksheet("People");
    sheet.addRow(["Name", "Age", "When", "Sum", "Site", "Ok", null]);
    sheet.addRow([
      "Ada",
      36,
      new Date("2026-11-24T15:00:00Z"),
      { formula: "B2+1", result: 37 },
      { text: "here", hyperlink: "https://a.example" },
      true,
    ]);
    sheet.addRow([]);
    sheet.addRow([
      { richText: [{ text: "Ha" }, { text: "na" }] },
      null,
      null,
      { formula: "1/0", result: { error: "#DIV/0!" } },
    ]);
  });
  expect(await run("read-rows", { file }, { openFile })).toEqual({
    ...{ sheet: "People", columns: ["Name", "Age", "When", "Sum", "Site", "Ok"], count: 2, more: false },
    rows: [
      { Name: "Ada", Age: 36, When: "2026-11-24T15:00:00.000Z", Sum: 37, Site: "here", Ok: true },
      { Name: "Hana", Age: null, When: null, Sum: null, Site: null, Ok: null },
    ],
  });
});

it("breaks off where the file unpacks to more than it may, be it kept or streamed", async () => {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet("Long");
  for (let row = 0; row < 200; row += 1) sheet.addRow([`${row} ${"x".repeat(1_000)}`]);
  const bytes = Buffer.from(await workbook.xlsx.writeBuffer());
  expect(bytes.length).toBeLessThan(50_000);
  const read = async (bounds: ZipBounds) => {
    const { source, broken } = boundedZip(
      Readable.from([bytes]),
      bounds,
      (path) => new Error(`too big: ${path}`),
    );
    const rows = async () => {
      let count = 0;
      const options = { worksheets: "emit", sharedStrings: "cache", styles: "cache" } as const;
      for await (const worksheet of new ExcelJS.stream.xlsx.WorkbookReader(source, options))
        for await (const _ of worksheet) count += 1;
      return count;
    };
    return await Promise.race([rows(), broken]);
  };
  expect(await read({ kept: 300_000, streamed: 300_000 })).toBe(200);
  await expect(read({ kept: 100_000, streamed: 300_000 })).rejects.toThrow("too big: xl/sharedStrings.xml");
  await expect(read({ kept: 300_000, streamed: 1_000 })).rejects.toThrow("too big: xl/worksheets/sheet1.xml");
});

it("reads the sheet that is named or counted, and says which there are", async () => {
  const { file, openFile } = await book((workbook) => {
    workbook.addWorksheet("One").addRow(["a"]);
    workbook.addWorksheet("Two").addRows([["b"], [2]]);
  });
  const read = (sheet: unknown) => run("read-rows", { file, sheet }, { openFile });
  expect((await read("Two")).rows).toEqual([{ b: 2 }]);
  expect((await read(2)).rows).toEqual([{ b: 2 }]);
  expect((await failure(read("Three"))).message).toContain(
    'there is no sheet "Three"; the file has One, Two',
  );
});

it("writes a file of several sheets that it reads again page by page", async () => {
  const rows = Array.from({ length: 3_000 }, (_, index) => ({
    n: index,
    text: `row ${index}`,
    more: { a: [index] },
  }));
  const sheets = [
    { name: "Attendance", rows },
    { name: "Lists", rows: [["x", 1]], columns: ["a", "b"] },
  ];
  const { file, path, rows: count } = await run("write-rows", { path: "out/a.xlsx", sheets });
  expect([count, file.mediaType]).toEqual([3_001, type]);
  const { openFile } = fileOf(readFileSync(join(folder, path)), "a.xlsx", type);
  const page = await run("read-rows", { file, skip: 2_990, limit: 5 }, { openFile });
  expect(page).toMatchObject({ sheet: "Attendance", count: 5, more: true, columns: ["n", "text", "more"] });
  expect(page.rows[0]).toEqual({ n: 2_990, text: "row 2990", more: '{"a":[2990]}' });
  expect((await run("read-rows", { file, sheet: 2 }, { openFile })).rows).toEqual([{ a: "x", b: 1 }]);
});

it("says what is no spreadsheet, and what broke while it was read", async () => {
  const { file, openFile } = fileOf(Buffer.from("id,name\n1,2"), "a.xlsx", type);
  expect(await failure(run("read-rows", { file }, { openFile }))).toMatchObject({
    code: "xlsx.malformed",
    fields: [{ field: "file" }],
  });
  const gone = () => Promise.reject(new ConnectorError("not-found", "gone", "It is gone."));
  expect(await failure(run("read-rows", { file }, { openFile: gone }))).toMatchObject({ code: "gone" });
  expect(
    (await failure(run("read-rows", { file: { ...file, size: 200_000_000 } }, { openFile }))).message,
  ).toContain("100 MB");
});

it.each([
  [[{ name: "a/b", rows: [] }], "sheets[0].name"],
  [
    [
      { name: "A", rows: [] },
      { name: "a", rows: [] },
    ],
    "sheets[1].name",
  ],
  [[{ name: "A", rows: ["x"] }], "sheets[0].rows[0]"],
])("refuses the sheets %j", async (sheets, field) => {
  expect((await failure(run("write-rows", { path: "a.xlsx", sheets }))).fields[0]?.field).toBe(field);
});
