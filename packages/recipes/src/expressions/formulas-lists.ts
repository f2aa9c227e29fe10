/** Formulas on lists. Rows are objects; a field may be a path of names joined by dots. */
import { checkTextLength, spend, spendFormula } from "./bounds.ts";
import { formulasOn } from "./formula.ts";
import { textOf } from "./formulas-any.ts";
import { shortened } from "./moments.ts";
import { partOf } from "./formulas-text.ts";
import { compare, fieldOf, isNumber, without } from "./rows.ts";
import { keyOf, where } from "./where.ts";

type List = readonly unknown[];
type Row = Readonly<Record<string, unknown>>;

const onList = formulasOn("Lists", "list");

/** Its key is made once: a list may be looked for in a long one. */
function sameAs(wanted: unknown): (item: unknown) => boolean {
  const key = keyOf(wanted);
  return (item) => keyOf(item) === key;
}

function distinct(list: List, by: (item: unknown) => unknown): unknown[] {
  const seen = new Set<string>();
  spend(list.length * 5);
  return list.filter((item) => {
    const key = keyOf(by(item));
    return seen.has(key) ? false : seen.add(key);
  });
}

function sorted(list: List, by: (item: unknown) => unknown = (item) => item): unknown[] {
  spend(list.length * 8);
  return list
    .map((item) => [by(item), item] as const)
    .toSorted(([a], [b]) => compare(a, b))
    .map(([, item]) => item);
}

function joined(parts: readonly string[], separator: string): string {
  checkTextLength(parts.reduce((length, part) => length + part.length, separator.length * parts.length));
  return parts.join(separator);
}

function smartJoin(list: List, separator: string): string {
  return joined(
    list.map((item) => textOf(item).trim()).filter((part) => part !== ""),
    separator,
  );
}

/** What writing one field of a row costs. */
const unitsPerField = 4;

function formatted(row: unknown, template: string): string {
  const text = template.replace(/%\{([^{}]*)\}|%%/g, (whole, field: string | undefined) => {
    spend(unitsPerField);
    return field === undefined ? whole.slice(1) : textOf(fieldOf(row, field));
  });
  checkTextLength(text.length);
  spendFormula(text.length);
  return text;
}

function sum(list: List): bigint | number {
  return list.reduce<bigint | number>((total, item) => {
    if (item == null || item === "") return total;
    const value = typeof item === "string" ? Number.parseFloat(item) : item;
    if (Number.isNaN(value))
      throw new Error(
        `sum() adds numbers, and “${shortened(typeof item === "string" ? item : "NaN")}” is none; join() puts texts together`,
      );
    if (!isNumber(value)) throw new Error("sum() adds numbers; the list has something else in it");
    return typeof total === "bigint" && typeof value === "bigint"
      ? total + value
      : Number(total) + Number(value);
  }, 0n);
}

function flat(list: List): unknown[] {
  return list.flatMap((item) => {
    spend(1);
    return Array.isArray(item) ? flat(item) : [item];
  });
}

function groupBy(list: List, field: string): Row {
  spend(list.length * 10);
  return Object.fromEntries(Map.groupBy(list, (row) => textOf(fieldOf(row, field))));
}

const extreme = (list: List, sign: 1 | -1): unknown =>
  list
    .filter((item) => item != null)
    .reduce<unknown>((best, item) => (best === null || compare(item, best) * sign > 0 ? item : best), null);

const rows = "[{'id': 1, 'kind': 'a'}, {'id': 2, 'kind': 'b'}, {'id': 3, 'kind': 'a'}]";

/** Formulas on lists. */
export const listFormulas = [
  onList(
    "first",
    "(): any",
    "Its first item; null where it is empty.",
    [
      ["[3, 1].first()", 3],
      ["[].first()", null],
    ],
    (list: List) => list[0] ?? null,
  ),
  onList(
    "first",
    "(count: whole): list",
    "So many of its first items.",
    [["[3, 1, 2].first(2)", [3, 1]]],
    (list: List, count: number) => list.slice(0, Math.max(count, 0)),
  ),
  onList(
    "last",
    "(): any",
    "Its last item; null where it is empty.",
    [["[3, 1].last()", 1]],
    (list: List) => list.at(-1) ?? null,
  ),
  onList(
    "last",
    "(count: whole): list",
    "So many of its last items.",
    [["[3, 1, 2].last(2)", [1, 2]]],
    (list: List, count: number) => (count > 0 ? list.slice(-count) : []),
  ),
  onList(
    "at",
    "(place: whole): any",
    "The item at a place, counted from 0, or from the end where it is negative; null beyond it.",
    [
      ["[3, 1, 2].at(1)", 1],
      ["[3, 1].at(5)", null],
    ],
    (list: List, place: number) => list.at(place) ?? null,
  ),
  onList(
    "slice",
    "(at: whole, count: whole): any",
    "So many items from a place on; a negative place counts from the end; null beyond it.",
    [["[1, 2, 3].slice(1, 2)", [2, 3]]],
    partOf,
  ),
  onList(
    "index",
    "(item: any): any",
    "Where an item is, counted from 0; null where it is not in it.",
    [["['a', 'b'].index('b')", 1]],
    (list: List, wanted: unknown) => {
      const at = list.findIndex(sameAs(wanted));
      return at < 0 ? null : BigInt(at);
    },
  ),
  onList(
    "length",
    "(): whole",
    "How many items it has.",
    [["[1, 2].length()", 2]],
    (list: List) => list.length,
  ),
  onList(
    "count",
    "(item?: any): whole",
    "How many items it has, or how often it has one.",
    [["[1, 2, 1].count(1)", 2]],
    (...[list, ...wanted]: [List, ...unknown[]]) =>
      wanted.length === 0 ? list.length : list.filter(sameAs(wanted[0])).length,
  ),
  onList(
    "include",
    "(item: any): truth",
    "Whether it has an item.",
    [["[1, 2].include(2)", true]],
    (list: List, wanted: unknown) => list.some(sameAs(wanted)),
  ),
  onList(
    "exclude",
    "(item: any): truth",
    "Whether it has not an item.",
    [["[1, 2].exclude(2)", false]],
    (list: List, wanted: unknown) => !list.some(sameAs(wanted)),
  ),
  onList(
    "pluck",
    "(field: text): list",
    "A field of every row; null where a row has it not.",
    [
      [`${rows}.pluck('id')`, [1, 2, 3]],
      ["[{'a': {'b': 1}}].pluck('a.b')", [1]],
    ],
    (list: List, field: string) => list.map((row) => fieldOf(row, field)),
  ),
  onList(
    "pluck",
    "(path: list): list",
    "What stands at a path of every row.",
    [["[{'a': {'b': 1}}].pluck(['a', 'b'])", [1]]],
    (list: List, path: List) => {
      spend(list.length * path.length);
      return list.map((row) => fieldOf(row, path));
    },
  ),
  onList(
    "pluck",
    "(field: text, ...more: text): list",
    "Some fields of every row, a list each.",
    [[`${rows}.first(1).pluck('id', 'kind')`, [[1, "a"]]]],
    (list: List, ...fields: string[]) => list.map((row) => fields.map((field) => fieldOf(row, field))),
  ),
  onList(
    "where",
    "(field: text, value: any): list",
    "The rows whose field has a value.",
    [[`${rows}.where('kind', 'a').pluck('id')`, [1, 3]]],
    (list: List, field: string, value: unknown) =>
      list.filter((row) => keyOf(fieldOf(row, field)) === keyOf(value)),
  ),
  onList(
    "where",
    "(conditions: object): list",
    "The rows for which all conditions hold; a key may end with >, >=, <, <= or !=, and a list is any of its items.",
    [
      [`${rows}.where({'kind': 'a', 'id >': 1}).pluck('id')`, [3]],
      [`${rows}.where({'id': [1, 2]}).length()`, 2],
    ],
    where,
  ),
  onList(
    "except",
    "(...field: text): list",
    "The rows without some fields.",
    [[`${rows}.first(1).except('kind')`, [{ id: 1 }]]],
    (list: List, ...fields: string[]) => list.map((row) => without(row, fields)),
  ),
  onList("sort", "(): list", "In order; null last.", [["[3, null, 1].sort()", [1, 3, null]]], (list: List) =>
    sorted(list),
  ),
  onList(
    "sort_by",
    "(field: text): list",
    "The rows in the order of a field.",
    [[`${rows}.sort_by('kind').pluck('id')`, [1, 3, 2]]],
    (list: List, field: string) => sorted(list, (row) => fieldOf(row, field)),
  ),
  onList(
    "group_by",
    "(field: text): object",
    "The rows by what a field has.",
    [[`${rows}.group_by('kind').a.pluck('id')`, [1, 3]]],
    groupBy,
  ),
  onList("uniq", "(): list", "Each item once.", [["[3, 1, 3].uniq()", [3, 1]]], (list: List) =>
    distinct(list, (item) => item),
  ),
  onList(
    "uniqBy",
    "(field: text): list",
    "The first row of each value of a field.",
    [[`${rows}.uniqBy('kind').pluck('id')`, [1, 2]]],
    (list: List, field: string) => distinct(list, (row) => fieldOf(row, field)),
  ),
  onList("compact", "(): list", "Without null.", [["[1, null, 2].compact()", [1, 2]]], (list: List) =>
    list.filter((item) => item != null),
  ),
  onList(
    "flatten",
    "(): list",
    "With the items of the lists in it, however deep.",
    [["[[1], [2, [3]]].flatten()", [1, 2, 3]]],
    flat,
  ),
  onList("reverse", "(): list", "Backwards.", [["[1, 2].reverse()", [2, 1]]], (list: List) =>
    list.toReversed(),
  ),
  onList(
    "concat",
    "(other: list): list",
    "With another list's items after its own.",
    [["[1].concat([2])", [1, 2]]],
    (list: List, other: List) => [...list, ...other],
  ),
  onList(
    "sum",
    "(): number",
    "All its numbers together; text counts as the number it begins with.",
    [["[1, 2.5, '3'].sum()", 6.5]],
    sum,
  ),
  onList("max", "(): any", "Its greatest item.", [["[3, 9, 1].max()", 9]], (list: List) => extreme(list, 1)),
  onList("min", "(): any", "Its least item.", [["[3, 9, 1].min()", 1]], (list: List) => extreme(list, -1)),
  onList(
    "join",
    "(separator?: text): text",
    "Its items as one text.",
    [["['a', 1].join(', ')", "a, 1"]],
    (list: List, separator = "") => joined(list.map(textOf), separator),
  ),
  onList(
    "smart_join",
    "(separator: text): text",
    "Its items as one text, trimmed, without blank ones.",
    [["[' 1 Hill St ', null, '', 'Rome'].smart_join(', ')", "1 Hill St, Rome"]],
    smartJoin,
  ),
  onList(
    "format_map",
    "(template: text): list",
    "A text for each row, in which %{field} stands for a field.",
    [[`${rows}.first(2).format_map('%{id}: %{kind}')`, ["1: a", "2: b"]]],
    (list: List, template: string) => list.map((row) => formatted(row, template)),
  ),
];
