/** What can be told of arguments that are written out: names of rows' fields, and of time zones. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { nearest } from "../did-you-mean.ts";
import { isZone, zoneNames } from "../expressions/moments.ts";
import { isSlip, listed } from "./type-rules.ts";
import { type ValueType, waysOf } from "./value-type.ts";

/** Formulas on rows whose first argument names a field, or holds fields and what they must be. */
const ofFields: ReadonlySet<string> = new Set(["pluck", "where", "sort_by", "group_by", "uniqBy"]);

/** Which argument of a formula is a time zone. */
const zoneAt: Readonly<Record<string, number>> = {
  ...{ in_time_zone: 0, dst: 0, from_now: 0, ago: 0, now: 0, today: 0 },
  ...{ strftime: 1, to_time: 1 },
};

/** What is wrong with an argument: a sentence, and what may have been meant. */
export interface ArgumentProblem {
  readonly message: string;
  readonly hint: string | undefined;
}

/** The problems of a formula's arguments, as far as they are written out; `on` is what it is called on. */
export function argumentProblems(
  name: string,
  on: ValueType | undefined,
  args: readonly ASTNode[],
): readonly ArgumentProblem[] {
  const fields = on && ofFields.has(name) ? fieldsIn(args[0]) : [];
  const zone = Object.hasOwn(zoneAt, name) ? textIn(args[zoneAt[name] ?? 0]) : undefined;
  return [
    ...fields.flatMap((field) => fieldProblem(name, on, field) ?? []),
    ...(zone === undefined ? [] : zoneProblem(zone)),
  ];
}

function fieldsIn(node: ASTNode | undefined): readonly string[] {
  if (node?.op === "map")
    return node.args.flatMap(([key]) => textIn(key)?.replace(/\s*(==|!=|>=|<=|>|<)?\s*$/, "") ?? []);
  const field = textIn(node);
  return field === undefined ? [] : [field];
}

const textIn = (node: ASTNode | undefined): string | undefined =>
  node?.op === "value" && typeof node.args === "string" ? node.args : undefined;

/** A field that no row can have, or that surely is a misspelling; what a service may send besides is let be. */
function fieldProblem(formula: string, on: ValueType | undefined, path: string): ArgumentProblem | undefined {
  const rows = on ? waysOf(on).flatMap((way) => (way.kind === "list" ? waysOf(way.of) : [])) : [];
  const objects = rows.flatMap((row) => (row.kind === "object" ? [row] : []));
  if (objects.length === 0 || rows.some(({ kind }) => kind === "any")) return undefined;
  const [field = ""] = path.split(".");
  const known = [...new Set(objects.flatMap((row) => row.names))];
  if (known.length === 0 || known.includes(field) || known.includes(path)) return undefined;
  const slip = known.find((each) => isSlip(field, each));
  if (slip === undefined && objects.some(({ rest }) => rest !== undefined)) return undefined;
  const near = slip ?? nearest(field, known);
  return {
    message: `${formula}() finds no “${field}”: the list's items have none.`,
    hint: near === undefined ? listed(known) : `Did you mean “${near}”?`,
  };
}

function zoneProblem(zone: string): readonly ArgumentProblem[] {
  if (isZone(zone)) return [];
  const near = nearest(zone, zoneNames());
  return [
    {
      message: `“${zone.slice(0, 60)}” is not a time zone.`,
      hint: near === undefined ? "Use an IANA name such as Europe/Paris." : `Did you mean “${near}”?`,
    },
  ];
}
