/** Rows by conditions on their fields. */
import { spend } from "./bounds.ts";
import { compare, fieldOf } from "./rows.ts";
import { toJson } from "./to-json.ts";

type Row = Readonly<Record<string, unknown>>;

/** Equal for equal values, whatever their key order in the source was read in. */
export function keyOf(value: unknown): string {
  return typeof value === "string" ? `"${value}` : (JSON.stringify(toJson(value)) ?? "null");
}

type Test = (found: unknown) => boolean;

/** Its keys are made once: both lists may be long. */
function isOneOf(wanted: unknown): Test {
  const keys = new Set((Array.isArray(wanted) ? wanted : [wanted]).map(keyOf));
  return (found) => keys.has(keyOf(found));
}

const compared =
  (holds: (order: number) => boolean) =>
  (wanted: unknown): Test =>
  (found) =>
    found != null && holds(compare(found, wanted));

const tests: Readonly<Record<string, (wanted: unknown) => Test>> = {
  "==": isOneOf,
  "!=": (wanted) => {
    const is = isOneOf(wanted);
    return (found) => !is(found);
  },
  ">": compared((order) => order > 0),
  ">=": compared((order) => order >= 0),
  "<": compared((order) => order < 0),
  "<=": compared((order) => order <= 0),
};

/** The rows for which all conditions hold: values by field, whose name may end with an operator. */
export function where(list: readonly unknown[], wanted: Row): unknown[] {
  const conditions = Object.entries(wanted).map(([key, value]) => {
    const [, field = key, operator = "=="] = /^(.*?)\s*(==|!=|>=|<=|>|<)?\s*$/s.exec(key) ?? [];
    if (Array.isArray(value)) spend(value.length);
    const holds = tests[operator]?.(value);
    return (row: unknown) => holds?.(fieldOf(row, field)) ?? false;
  });
  spend(list.length * conditions.length);
  return list.filter((row) => conditions.every((holds) => holds(row)));
}
