import { expect, test } from "vitest";
import { createProjection, type Node } from "./projection.ts";

const nodes: readonly Node[] = [
  { type: "string" },
  { type: "object", properties: { id: 0, name: 0 } },
  { type: "object", properties: { total: 0, rows: 3, one: 1, 'a"b': 0 }, required: ["kept"] },
  { type: "array", items: 1 },
  { of: [1, 5] },
  { type: "object", properties: { more: 0 } },
  { type: "object", properties: { $any: 0 } },
];
const { json } = createProjection(nodes);

test("what is written is JSON, whatever the text, and only what the shape names", () => {
  const awkward = [
    '"',
    "\\",
    "\n",
    "\u0000",
    "é",
    "日本",
    "😀",
    "\ud800",
    "",
    " ",
    "\u2028",
    "]",
    "[",
    "\u007f",
  ];
  for (const text of awkward)
    expect(json(1, { name: text, secret: text })).toBe(JSON.stringify({ name: text }));
  for (const scalar of [0, -0, 1.5, 1e21, Number.NaN, Infinity, true, false, null]) {
    expect(json(0, scalar)).toBe(JSON.stringify(scalar));
  }
});

test("lists, parts, required and unnamed fields are kept at every depth", () => {
  const row = { id: "1", name: "n", secret: 1 };
  const value = {
    total: 1,
    rows: [row, null, undefined],
    one: row,
    'a"b': undefined,
    kept: { any: [1] },
    secret: 1,
  };
  const shown = { id: "1", name: "n" };
  expect(JSON.parse(json(2, value))).toEqual({
    total: 1,
    rows: [shown, null, null],
    one: shown,
    kept: { any: [1] },
  });
  expect(json(2, { 'a"b': 1 })).toBe('{"a\\"b":1}');
  expect(json(2, {})).toBe("{}");
  expect(json(4, { id: 1, more: 2, secret: 3 })).toBe('{"id":1,"more":2}');
  expect(json(6, { anything: 1 })).toBe('{"anything":1}');
  expect(json(0, { at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  expect(json(-1, [1, undefined])).toBe("[1,null]");
});
