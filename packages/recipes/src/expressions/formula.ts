/** What a formula is: data from which its registration, its documentation, its tests and the editor's completion come. */
import type { Environment } from "@marcbachmann/cel-js";
import { keyCountOf, spend, spendFormula, spendKeys } from "./bounds.ts";

/** The kinds of values, as the reference names them, with the CEL types that each stands for. */
const kinds = {
  any: ["dyn"],
  text: ["string"],
  number: ["int", "double"],
  // JSON's numbers have one kind, CEL's two.
  whole: ["int", "double"],
  truth: ["bool"],
  // JSON has times as text.
  time: ["google.protobuf.Timestamp", "string"],
  instant: ["google.protobuf.Timestamp"],
  period: ["period", "google.protobuf.Duration"],
  list: ["list"],
  object: ["map"],
  bytes: ["bytes"],
  data: ["string", "bytes"],
} as const;

const results: Readonly<Record<Kind, string>> = {
  ...{ any: "dyn", text: "string", number: "dyn", whole: "int", truth: "bool" },
  ...{
    time: "google.protobuf.Timestamp",
    instant: "google.protobuf.Timestamp",
    period: "period",
    list: "list",
    object: "map",
    bytes: "bytes",
  },
  data: "dyn",
};

type Kind = keyof typeof kinds;

/** The chapters of the reference. */
export type FormulaGroup =
  | "Anything"
  | "Text"
  | "Patterns"
  | "Numbers"
  | "Times"
  | "Periods"
  | "Lists"
  | "Objects"
  | "Encodings"
  | "Formats"
  | "Countries, money and telephones";

interface Parameter {
  readonly name: string;
  readonly kind: Kind;
  readonly optional: boolean;
  /** Whether it may be given several times. */
  readonly rest: boolean;
}

/** One formula on one kind of receiver. */
export interface Formula {
  readonly name: string;
  readonly group: FormulaGroup;
  /** What it is called on; undefined for a function of its own, such as now(). */
  readonly on: Kind | undefined;
  readonly parameters: readonly Parameter[];
  readonly result: Kind;
  /** One sentence. */
  readonly doc: string;
  /** An expression and what it gives: in the reference, and a test each. */
  readonly examples: readonly (readonly [expression: string, result: unknown])[];
  readonly run: (...args: never[]) => unknown;
}

/** The most values that a parameter which may be repeated takes. */
const maxRest = 6;

/**
 * Makes the formulas of a group on one kind of receiver; the signature is written as `(start: whole, length?: whole): text`.
 */
export function formulasOn(group: FormulaGroup, on: Kind | undefined) {
  return (
    name: string,
    signature: string,
    doc: string,
    examples: Formula["examples"],
    run: (...args: never[]) => unknown,
  ): Formula => {
    const [, inside = "", result = ""] = /^\((.*)\): (\w+)$/.exec(signature) ?? [];
    const parameters = inside === "" ? [] : inside.split(", ").map(parameterOf);
    return { name, group, on, parameters, result: kindOf(result), doc, examples, run };
  };
}

function parameterOf(text: string): Parameter {
  const [, rest = "", name = "", optional = "", kind = ""] = /^(\.\.\.)?(\w+)(\?)?: (\w+)$/.exec(text) ?? [];
  return { name, kind: kindOf(kind), optional: optional !== "", rest: rest !== "" };
}

function kindOf(text: string): Kind {
  if (Object.hasOwn(kinds, text)) return text as Kind;
  throw new Error(`“${text}” is not a kind of value`);
}

/** The name with its parameters, as people write it: `slice(start, length?)`. */
export function callOf({ name, parameters }: Pick<Formula, "name" | "parameters">): string {
  const inside = parameters.map((each) => `${each.rest ? "…" : ""}${each.name}${each.optional ? "?" : ""}`);
  return `${name}(${inside.join(", ")})`;
}

/** Registers a formula with all its forms; `inside` is the name that parsed expressions call it by. */
export function registerFormula(env: Environment, formula: Formula, inside = formula.name): void {
  const receivers = formula.on === undefined ? [undefined] : kinds[formula.on];
  const handler = (...args: unknown[]) => call(formula, args);
  for (const receiver of receivers) {
    for (const form of forms(formula.parameters)) {
      const prefix = receiver === undefined ? "" : `${receiver}.`;
      const signature = `${prefix}${inside}(${form.join(", ")}): ${results[formula.result]}`;
      env.registerFunction(signature, handler, { async: false });
    }
  }
}

/** All lists of CEL types that the parameters take. */
function forms(parameters: readonly Parameter[]): readonly (readonly string[])[] {
  let complete: readonly (readonly string[])[] = [[]];
  let longest = complete;
  for (const { kind, optional, rest } of parameters) {
    const types = rest ? kinds[kind].slice(0, 1) : kinds[kind];
    const endings = types.flatMap((type) =>
      Array.from({ length: rest ? maxRest : 1 }, (_, more) => Array<string>(more + 1).fill(type)),
    );
    longest = longest.flatMap((form) => endings.map((ending) => [...form, ...ending]));
    complete = optional ? complete.concat(longest) : longest;
  }
  return complete;
}

/** Runs it on plain values, paying for what it must read. */
function call({ name, on, parameters, result, run }: Formula, args: readonly unknown[]): unknown {
  const declared = on === undefined ? parameters : [{ name: "", kind: on }, ...parameters];
  const plain = args.map((value, index) => {
    payFor(value, on === "object" && index === 0 && findsOne.has(name));
    const parameter = declared[Math.min(index, declared.length - 1)];
    return parameter?.kind === "whole" ? wholeOf(value, name, parameter.name) : value;
  });
  const answer = run(...(plain as never[]));
  return result === "whole" && typeof answer !== "bigint" ? BigInt(Math.trunc(Number(answer))) : answer;
}

/** Formulas that look keys of an object up, however many it has. */
const findsOne: ReadonlySet<string> = new Set(["get", "include", "exclude", "pick"]);

function payFor(value: unknown, isLookedUp: boolean): void {
  if (typeof value === "string" || value instanceof Uint8Array) spendFormula(value.length);
  else if (Array.isArray(value)) spend(value.length);
  else if (!isLookedUp) spendKeys(keyCountOf(value));
}

function wholeOf(value: unknown, name: string, parameter: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new Error(
    `${name}() takes a whole number${parameter === "" ? "" : ` as ${parameter}`}, not ${number}`,
  );
}
