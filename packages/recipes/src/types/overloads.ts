/** What CEL's library says of functions and operators on values of known kinds: asked with variables of those kinds. */
import { environment } from "../expressions/environment.ts";
import { any, either, listOf, objectOf, type ValueType, waysOf } from "./value-type.ts";

/** More combinations than this are not worth the asking. */
const maxCombinations = 64;

const celTypes: Readonly<Record<ValueType["kind"], string>> = {
  ...{ any: "dyn", text: "string", number: "double", whole: "int", truth: "bool", null: "null" },
  ...{ time: "google.protobuf.Timestamp", period: "google.protobuf.Duration", bytes: "bytes" },
  ...{ secret: "secret", list: "list<dyn>", object: "map<string, dyn>", either: "dyn" },
};

/** The variable of a kind. */
const variableOf = (kind: ValueType["kind"]): string => `of_${kind}`;

const typed = environment.clone();
for (const [kind, type] of Object.entries(celTypes)) typed.registerVariable(`of_${kind}`, type);

const asked = new Map<string, ValueType | undefined>();

/**
 * The type of an expression of the given parts, where any of their combinations has one.
 *
 * @param write the expression, of the variables that stand for the parts.
 * @returns undefined when no combination goes together.
 */
export function typeOfParts(
  write: (variables: readonly string[]) => string,
  parts: readonly ValueType[],
): ValueType | undefined {
  const combinations = parts.reduce<readonly string[][]>(
    (sofar, part) => sofar.flatMap((before) => waysOf(part).map(({ kind }) => [...before, variableOf(kind)])),
    [[]],
  );
  if (combinations.length > maxCombinations) return any;
  const found = combinations.flatMap((variables) => {
    const expression = write(variables);
    if (!asked.has(expression)) asked.set(expression, ask(expression));
    return asked.get(expression) ?? [];
  });
  return found.length === 0 ? undefined : either(...found);
}

/** The kinds of values that a function is called on; undefined where those are any, or it is no such function. */
export function receiversOf(name: string): ValueType | undefined {
  const receivers = environment
    .getDefinitions()
    .functions.flatMap((each) =>
      each.name === name && each.receiverType !== null ? [typeNamed(each.receiverType)] : [],
    );
  const all = either(...receivers);
  return all.kind === "any" ? undefined : all;
}

function ask(expression: string): ValueType | undefined {
  const { valid, type } = typed.check(expression);
  return valid ? typeNamed(type ?? "dyn") : undefined;
}

function typeNamed(name: string): ValueType {
  if (name.startsWith("list")) return listOf(any);
  if (name.startsWith("map")) return objectOf({}, any);
  const kind = Object.entries(celTypes).find(([, type]) => type === name)?.[0];
  return plainKinds.has(kind ?? "") ? ({ kind } as ValueType) : any;
}

const plainKinds: ReadonlySet<string> = new Set([
  ...["text", "number", "whole", "truth", "null", "time", "period", "bytes", "secret"],
]);
