import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenFile } from "@greenroom/connector-kit";
import { afterAll, expect, it } from "vitest";
import { localFolder } from "../files/local-folder.ts";
import { connect, failure, fileOf } from "../stand-in.test-kit.ts";
import { createCsvConnector } from "./csv.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-csv-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { run } = await connect(createCsvConnector(localFolder(folder)), undefined, {});
const read = (text: string, more: object = {}) => run("read-rows", { text, ...more });

it("gives rows as objects by column", async () => {
  expect(await read('id,name\r\n1,"Park, Olivia"\r\n2,"says ""hi""\nthere"\r\n')).toEqual({
    columns: ["id", "name"],
    rows: [
      { id: "1", name: "Park, Olivia" },
      { id: "2", name: 'says "hi"\nthere' },
    ],
    ...{ count: 2, more: false },
  });
});

it.each([
  ["a;b\n1,5;2", { a: "1,5", b: "2" }],
  ["a\tb\n1\t2", { a: "1", b: "2" }],
  ['"a,b;";c\n1;2', { "a,b;": "1", c: "2" }],
  ["\uFEFFa,b\n1,2", { a: "1", b: "2" }],
])("finds the delimiter of %j", async (text, row) => {
  expect((await read(text)).rows).toEqual([row]);
});

it("takes names for columns, numbers those without, and tells equal ones apart", async () => {
  expect((await read("x,x,\n1,2,3,4")).rows).toEqual([{ x: "1", "x 2": "2", column3: "3", column4: "4" }]);
  expect((await read("1,2", { header: false })).rows).toEqual([{ column1: "1", column2: "2" }]);
  expect((await read("A,B\n1", { columns: ["id", "name"] })).rows).toEqual([{ id: "1", name: "" }]);
  expect(await read("")).toEqual({ columns: [], rows: [], count: 0, more: false });
});

it("reads on page by page", async () => {
  const text = `n\n${Array.from({ length: 25 }, (_, index) => index).join("\n")}`;
  const pages = [];
  for (let skip = 0; ; skip += 10) {
    const page = await read(text, { skip, limit: 10 });
    pages.push(page.rows.map(({ n }: { n: string }) => Number(n)));
    if (!page.more) break;
  }
  expect(pages.flat()).toEqual(Array.from({ length: 25 }, (_, index) => index));
  expect(pages.map(({ length }) => length)).toEqual([10, 10, 5]);
});

it("stops reading a big file when it has its rows", async () => {
  let made = 0;
  const endless: OpenFile = async () => ({
    ...{ mediaType: "text/csv", size: undefined },
    body: new ReadableStream({
      pull: (controller) => {
        made += 1;
        controller.enqueue(Buffer.from(made === 1 ? "n\n" : "1\n".repeat(1_000)));
      },
    }),
  });
  const { file } = fileOf(Buffer.alloc(0), "a.csv", "text/csv");
  const page = await run(
    "read-rows",
    { file: { ...file, size: undefined }, limit: 5 },
    { openFile: endless },
  );
  expect(page).toMatchObject({ count: 5, more: true });
  expect(made).toBeLessThan(100);
});

it("reads other encodings, and says when it is another", async () => {
  const { file, openFile } = fileOf(Buffer.from("name\nGr\xfc\xdfe", "latin1"), "a.csv", "text/csv");
  expect((await run("read-rows", { file, encoding: "windows-1252" }, { openFile })).rows).toEqual([
    { name: "Grüße" },
  ]);
  expect(await failure(run("read-rows", { file }, { openFile }))).toMatchObject({
    fields: [{ field: "encoding" }],
  });
});

it("says what is wrong with a file", async () => {
  expect(await failure(read('a,b\n1,"2'))).toMatchObject({ kind: "invalid-input", code: "csv.malformed" });
  expect((await failure(run("read-rows", {}))).fields[0]?.field).toBe("file");
});

it("writes a file that it reads again, whatever is in it", async () => {
  const rows = [
    { id: 1, name: 'Park, "O"', at: null, tags: ["a", "b"], ok: true },
    { id: 2, name: "two\nlines", extra: "ä" },
  ];
  const {
    file,
    path,
    size,
    rows: count,
  } = await run("write-rows", { rows, path: "out/people.csv", bom: true });
  expect({ path, count, mediaType: file.mediaType }).toEqual({
    path: "out/people.csv",
    count: 2,
    mediaType: "text/csv",
  });
  const bytes = readFileSync(join(folder, path));
  expect(bytes.length).toBe(size);
  const { openFile } = fileOf(bytes, "people.csv", "text/csv");
  expect((await run("read-rows", { file }, { openFile })).rows).toEqual([
    { id: "1", name: 'Park, "O"', at: "", tags: '["a","b"]', ok: "true", extra: "" },
    { id: "2", name: "two\nlines", at: "", tags: "", ok: "", extra: "ä" },
  ]);
});

it("makes text, with the columns that are wanted, and lets no spreadsheet run a formula", async () => {
  const rows = [{ b: "=HYPERLINK(1)", a: "-1", c: "x" }, ["@SUM(1)", "2"]];
  expect((await run("make-text", { rows, columns: ["a", "b"] })).text).toBe(
    "a,b\r\n'-1,'=HYPERLINK(1)\r\n'@SUM(1),2\r\n",
  );
  const plain = { rows: [{ a: "-1" }], escapeFormulas: false, header: false, delimiter: ";" };
  expect((await run("make-text", plain)).text).toBe("-1\r\n");
  expect((await run("make-text", { rows: [] })).text).toBe("");
});
