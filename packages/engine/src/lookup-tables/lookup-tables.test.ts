import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { ConnectorError } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Kit, startKit } from "../lifecycle.test-kit.ts";
import type { LookupTables } from "./lookup-tables.ts";

let kit: Kit;
let tables: LookupTables;
beforeAll(async () => {
  kit = await startKit();
  tables = kit.engine.lookupTables;
});
afterAll(() => kit?.stop());

const refusal = async (promise: Promise<unknown>): Promise<ConnectorError> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof ConnectorError) return error;
  throw new Error("expected a ConnectorError", { cause: error });
};
let count = 0;
const people = () =>
  tables.create({
    name: `People ${(count += 1)}`,
    columns: [
      { name: "email", type: "text" },
      { name: "seats", type: "number" },
      { name: "vip", type: "boolean" },
    ],
  });
const values = async (id: string, where = {}) =>
  (await tables.rows.find(id, { where, limit: 100 })).map((row) => row.values);

test("rows are found by any columns, changed and deleted, one or many", async () => {
  const { id } = await people();
  await tables.rows.add(id, [
    { email: "a@x.example", seats: 5, vip: true },
    { email: "b@x.example", seats: 5 },
    { email: `'; drop table t; --"\\ ü`, seats: 0.5, vip: false },
  ]);
  expect(await values(id, { seats: 5, vip: true })).toEqual([{ email: "a@x.example", seats: 5, vip: true }]);
  expect(await values(id, { vip: null })).toEqual([{ email: "b@x.example", seats: 5, vip: null }]);
  expect(await values(id, { email: `'; drop table t; --"\\ ü` })).toHaveLength(1);
  expect(await tables.rows.updateWhere(id, { seats: 5 }, { seats: 6, vip: null })).toBe(2);
  expect(await values(id, { seats: 6 })).toHaveLength(2);
  expect(await tables.rows.removeWhere(id, { seats: 6 })).toBe(2);
  const [left] = await tables.rows.find(id, { limit: 1 });
  expect((await tables.rows.update(id, left?.id ?? 0, { email: "c" })).values).toMatchObject({
    email: "c",
    seats: 0.5,
  });
  await tables.rows.remove(id, left?.id ?? 0);
  expect((await tables.get(id)).rows).toBe(0);
  expect((await refusal(tables.rows.remove(id, 1))).kind).toBe("not-found");
});

test("a row that does not fit is refused with every field that is wrong", async () => {
  const { id } = await people();
  const error = await refusal(tables.rows.add(id, [{ mail: "a", seats: "five", vip: 1, email: ["a"] }]));
  expect(error.fields).toEqual([
    { field: "mail", message: "is no column of this table; it has email, seats, vip" },
    { field: "seats", message: "must be a number, but is text" },
    { field: "vip", message: "must be true or false, but is number" },
    { field: "email", message: "must be text, but is a list" },
  ]);
  expect((await refusal(tables.rows.find(id, { where: { nope: 1 }, limit: 1 }))).fields[0]?.field).toBe(
    "nope",
  );
});

test("added again with the same key, nothing is added and the same rows are answered", async () => {
  const { id } = await people();
  const rows = [{ email: "a" }, { email: "b" }];
  const first = await tables.rows.add(id, rows, "job:1");
  expect(await tables.rows.add(id, rows, "job:1")).toEqual(first);
  expect(await values(id)).toHaveLength(2);
});

test("columns are added, renamed and dropped; what is kept keeps its values", async () => {
  const { id, columns } = await people();
  await tables.rows.add(id, [{ email: "a", seats: 1 }]);
  const [email, seats] = columns;
  if (!email || !seats) throw new Error("no columns");
  const changed = await tables.change(id, {
    columns: [{ ...email, name: "mail" }, { name: "note", type: "text" }, seats],
  });
  expect(changed.columns.map(({ name }) => name)).toEqual(["mail", "note", "seats"]);
  expect(await values(id)).toEqual([{ mail: "a", note: null, seats: 1 }]);
  expect((await refusal(tables.change(id, { columns: [{ ...seats, type: "text" }] }))).message).toBe(
    "“seats” holds number and cannot become text.",
  );
  const twice = tables.change(id, { columns: [email, { name: "email", type: "text" }] });
  expect((await refusal(twice)).fields[0]?.message).toBe("has “email” twice");
});

test("CSV goes in whole or not at all, and comes out as it went in", async () => {
  const { id } = await people();
  const csv = (body: string) => Readable.from([Buffer.from(body)]);
  const body = `\ufeffseats;email;vip\r\n5;"a;""quoted""\nline";true\r\n;b@x.example;FALSE\r\n`;
  expect(await tables.rows.importCsv(id, csv(body), "append")).toBe(2);
  expect(await values(id)).toEqual([
    { email: 'a;"quoted"\nline', seats: 5, vip: true },
    { email: "b@x.example", seats: null, vip: false },
  ]);
  const out = await text(await tables.rows.exportCsv(id));
  expect(out).toBe('email,seats,vip\n"a;""quoted""\nline",5,true\nb@x.example,,false\n');
  expect(await tables.rows.importCsv(id, csv(out), "replace")).toBe(2);

  const wrong = await refusal(tables.rows.importCsv(id, csv("email,seats\na,1\nb,many\n"), "replace"));
  expect(wrong.message).toBe("Line 3, column “seats”: “many” is no number.");
  expect((await refusal(tables.rows.importCsv(id, csv("mail\na\n"), "append"))).message).toContain("“mail”");
  expect((await refusal(tables.rows.importCsv(id, csv(""), "append"))).message).toBe("The file is empty.");
  expect((await refusal(tables.rows.importCsv(id, csv('email\n"never closed\n'), "append"))).message).toMatch(
    /^The file is no CSV/,
  );
  expect((await refusal(tables.rows.importCsv(id, csv("email,seats\na,1,2\n"), "append"))).message).toMatch(
    /no CSV/,
  );
  // In the encoding of old Excels: a character at the end of a piece, or at the end of all, is no excuse.
  for (const pieces of [
    ["email\nGr\u00f6\u00dfe\n"],
    ["email\n", "Gr\u00f6"],
    ["email\nplain\n", "\u00f6"],
  ]) {
    const old = Readable.from(pieces.map((piece) => Buffer.from(piece, "latin1")));
    expect(await refusal(tables.rows.importCsv(id, old, "append"))).toMatchObject({
      ...{ message: "The file is not in UTF-8.", hint: "Save it as “CSV UTF-8”." },
    });
  }
  expect(await values(id)).toHaveLength(2);
  const halves = Buffer.from("email\nGr\u00f6\u00dfe\n");
  const cut = halves.indexOf(0xb6);
  expect(
    await tables.rows.importCsv(id, Readable.from([halves.subarray(0, cut), halves.subarray(cut)]), "append"),
  ).toBe(1);
});

test("an export that nobody reads to its end gives its connection back", async () => {
  const { id } = await people();
  await tables.rows.add(
    id,
    Array.from({ length: 5_000 }, (_, at) => ({ email: `${at}@x.example` })),
  );
  for (let time = 0; time < 20; time += 1) {
    for await (const _ of await tables.rows.exportCsv(id)) break;
  }
  expect(await values(id, { email: "7@x.example" })).toHaveLength(1);
});

test("a table with 100 columns and many rows is looked up by any columns through an index", async () => {
  const names = Array.from({ length: 100 }, (_, at) => `column ${at}`);
  const { id } = await tables.create({
    name: "Wide",
    columns: names.map((name) => ({ name, type: "text" as const })),
  });
  const rows = 5_000;
  async function* lines() {
    yield Buffer.from(`${names.join(",")}\n`);
    for (let row = 0; row < rows; row += 1)
      yield Buffer.from(
        `${names.map((_, at) => (at < 50 ? `v${row % (at + 7)}` : `t${row}-${at}`)).join(",")}\n`,
      );
  }
  expect(await tables.rows.importCsv(id, Readable.from(lines()), "append")).toBe(rows);
  expect(await values(id, { "column 3": "v4", "column 77": "t4-77" })).toHaveLength(1);
  const plan = await kit.query<{ "QUERY PLAN": string }>(
    `explain select id from greenroom_tables."t_${id.replaceAll("-", "")}"
     where hashtextextended(c78, 0) = hashtextextended('t4-77', 0) and c78 = 't4-77'`,
  );
  expect(plan.map((line) => line["QUERY PLAN"]).join("\n")).toContain("_c78");
});
