/** Formulas on objects. */
import { spend, spendMaking } from "./bounds.ts";
import { formulasOn } from "./formula.ts";
import { textOf } from "./formulas-any.ts";
import { fieldOf, without } from "./rows.ts";

type Row = Readonly<Record<string, unknown>>;

const onObject = formulasOn("Objects", "object");
const onList = formulasOn("Objects", "list");

/** What a name and its value cost in an address. */
const unitsPerPair = 15;

/** Name and value pairs as Rails writes them: `a=1&b[]=2&b[]=3&c[d]=4`. */
function pairsOf(value: unknown, name: string): [string, string][] {
  spend(unitsPerPair);
  if (Array.isArray(value)) return value.flatMap((item) => pairsOf(item, `${name}[]`));
  if (typeof value === "object" && value !== null && value.constructor === Object) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return entries.flatMap(([key, inner]) => pairsOf(inner, name === "" ? key : `${name}[${key}]`));
  }
  return [[name, textOf(value)]];
}

function pick(row: Row, fields: readonly string[]): Row {
  return Object.fromEntries(
    fields.filter((field) => Object.hasOwn(row, field)).map((field) => [field, row[field]]),
  );
}

const toParam = (row: Row): string => String(new URLSearchParams(pairsOf(row, "")));

/** Formulas on objects. */
export const objectFormulas = [
  onObject("keys", "(): list", "Its keys.", [["{'a': 1, 'b': 2}.keys()", ["a", "b"]]], (row: Row) =>
    Object.keys(row),
  ),
  onObject("values", "(): list", "Its values.", [["{'a': 1, 'b': 2}.values()", [1, 2]]], (row: Row) =>
    Object.values(row),
  ),
  onObject(
    "length",
    "(): whole",
    "How many keys it has.",
    [["{'a': 1}.length()", 1]],
    (row: Row) => Object.keys(row).length,
  ),
  onObject(
    "except",
    "(...key: text): object",
    "Without some keys.",
    [["{'a': 1, 'b': 2, 'c': 3}.except('a', 'b')", { c: 3 }]],
    (row: Row, ...keys: string[]) => without(row, keys),
  ),
  onObject(
    "pick",
    "(...key: text): object",
    "With some of its keys only.",
    [["{'a': 1, 'b': 2}.pick('b')", { b: 2 }]],
    (row: Row, ...keys: string[]) => pick(row, keys),
  ),
  onObject(
    "merge",
    "(other: object): object",
    "With another object's keys, which win.",
    [["{'a': 1}.merge({'a': 2, 'b': 3})", { a: 2, b: 3 }]],
    (row: Row, other: Row) => {
      spendMaking(Object.keys(row).length + Object.keys(other).length);
      return { ...row, ...other };
    },
  ),
  onObject(
    "get",
    "(path: text, otherwise?: any): any",
    "What stands at a path, or null, or what is given for it.",
    [
      ["{'a': {'b': 1}}.get('a.b')", 1],
      ["{'a': 1}.get('x', 0)", 0],
    ],
    (row: Row, path: string, otherwise: unknown = null) => fieldOf(row, path) ?? otherwise,
  ),
  onObject(
    "include",
    "(key: text): truth",
    "Whether it has a key.",
    [["{'a': 1}.include('a')", true]],
    (row: Row, key: string) => Object.hasOwn(row, key),
  ),
  onObject(
    "exclude",
    "(key: text): truth",
    "Whether it has not a key.",
    [["{'a': 1}.exclude('a')", false]],
    (row: Row, key: string) => !Object.hasOwn(row, key),
  ),
  onObject(
    "encode_www_form",
    "(): text",
    "As a form or an address's query sends it.",
    [["{'page': 2, 'q': 'a b'}.encode_www_form()", "page=2&q=a+b"]],
    (row: Row) =>
      String(
        new URLSearchParams(
          Object.entries(row).flatMap(([key, value]) =>
            (Array.isArray(value) ? value : [value]).map((each): [string, string] => {
              spend(unitsPerPair);
              return [key, textOf(each)];
            }),
          ),
        ),
      ),
  ),
  onObject(
    "to_param",
    "(): text",
    "As a query in the order of its keys, with lists and objects in it as Rails writes them.",
    [["{'ids': [1, 2]}.to_param()", "ids%5B%5D=1&ids%5B%5D=2"]],
    toParam,
  ),
  onList(
    "to_param",
    "(): text",
    "Its items joined by /.",
    [["['a', 1].to_param()", "a/1"]],
    (list: readonly unknown[]) => list.map(textOf).join("/"),
  ),
];
