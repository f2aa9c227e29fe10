/** Checks what somebody sent or wrote against a schema; what is wrong is told by field, with what is expected there. */
import { z } from "zod";
import type { FieldError } from "./sandbox.ts";

/** One thing that is wrong. */
export interface Fault extends FieldError {
  readonly path: readonly PropertyKey[];
}

/** Nobody reads more; a state of 100,000 people may have as many. */
const MOST_FAULTS = 50;

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What was given, as the schema makes it, or all that is wrong with it. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
):
  | { readonly data: z.output<Schema>; readonly faults?: never }
  | { readonly data?: never; readonly faults: readonly Fault[] } {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return { data: parsed.data };
  const faults = faultsOf(parsed.error.issues, schema, []);
  const more = faults.length - MOST_FAULTS;
  if (more <= 0) return { faults };
  return { faults: [...faults.slice(0, MOST_FAULTS), { path: [], field: "", message: `and ${more} more` }] };
}

function faultsOf(issues: readonly Issue[], schema: z.core.$ZodType, at: Path): Fault[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    const here = (message: string): Fault[] => [{ path, field: path.map(String).join("."), message }];
    if (issue.code === "unrecognized_keys") {
      const fields = fieldsOf(within(schema, issue.path));
      const known = fields.length === 0 ? "nothing is expected here" : `known are ${fields.join(", ")}`;
      return issue.keys.map((key) => {
        const wrong = [...path, key];
        return { path: wrong, field: wrong.map(String).join("."), message: `is not known here; ${known}` };
      });
    }
    const union = within(schema, issue.path);
    if (issue.code === "invalid_union" && union instanceof z.ZodUnion) {
      const fitting = branchOf(issue.errors, union.options, issue.input);
      return fitting === undefined
        ? here(`must be ${union.options.map(expectation).join(", or ")}`)
        : faultsOf(issue.errors[fitting] ?? [], union.options[fitting] ?? union, path);
    }
    const missing = issue.input === undefined ? "is missing: it " : "";
    if (issue.code === "invalid_type")
      return here(
        `${missing}must be ${named(issue.expected)}${missing ? "" : `, not ${kindOf(issue.input)}`}`,
      );
    if (issue.code === "invalid_value") return here(`${missing}must be ${oneOf(issue.values)}`);
    return here(issue.message);
  });
}

/** The place of the alternative that was meant; undefined when none of them shows that it was. */
function branchOf(
  errors: readonly (readonly Issue[])[],
  options: readonly z.core.$ZodType[],
  given: unknown,
): number | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const shared = options.map((option) => fieldsOf(option).filter((field) => field in given).length);
  const [best] = [...errors.keys()]
    .filter((place) => (shared[place] ?? 0) > 0)
    .toSorted((a, b) => (shared[b] ?? 0) - (shared[a] ?? 0) || count(errors, a) - count(errors, b));
  return best;
}

const count = (errors: readonly (readonly Issue[])[], place: number): number => errors[place]?.length ?? 0;

/** The schema of a place. */
function within(schema: z.core.$ZodType | undefined, path: Path): z.core.$ZodType | undefined {
  const inner = unwrapped(schema);
  const [first, ...rest] = path;
  if (first === undefined) return inner;
  if (inner instanceof z.ZodObject) return within(inner.shape[String(first)], rest);
  if (inner instanceof z.ZodArray) return within(inner.element, rest);
  if (inner instanceof z.ZodRecord) return within(inner.valueType, rest);
  if (inner instanceof z.ZodUnion)
    return inner.options.map((option) => within(option, path)).find((found) => found !== undefined);
  return undefined;
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault
  )
    return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  return schema;
}

function fieldsOf(schema: z.core.$ZodType | undefined): string[] {
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap(fieldsOf))];
  if (schema instanceof z.ZodRecord)
    return schema.keyType instanceof z.ZodEnum ? schema.keyType.options.map(String) : [];
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function expectation(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodEnum) return oneOf(schema.options);
  const fields = fieldsOf(schema);
  return fields.length > 0
    ? `an object with ${fields.join(", ")}`
    : named(schema instanceof z.ZodType ? schema.type : "");
}

function oneOf(values: readonly unknown[]): string {
  return `${values.length > 1 ? "one of " : ""}${values.map(String).join(", ")}`;
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ string: "a text", number: "a number", int: "a whole number", boolean: "true or false" },
  ...{ array: "a list", tuple: "a list", object: "an object", record: "an object", null: "null" },
};

const named = (type: string): string => NAMES[type] ?? type;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value === "boolean" ? String(value) : named(typeof value);
}
