/** What can be known of an input before its expressions have values. */
import { fieldProblems, type JsonSchema } from "@greenroom/connector-kit";
import { z } from "zod";
import { nearest, suggest } from "./did-you-mean.ts";
import { isTemplate } from "./expressions/template.ts";
import { formsAt, formsInside } from "./forms.ts";
import { valueAt } from "./problem.ts";
import { maxProblems } from "./read-yaml.ts";

/** One thing wrong with an input; the message goes on from the step's name. */
export interface InputProblem {
  /** The field's path in the input; empty for the input itself. */
  readonly field: string;
  readonly message: string;
  readonly expected: string | undefined;
  readonly hint: string | undefined;
}

/** The problems of an input whose strings may be templates: those may give anything, all else is checked. */
export function inputProblems(schema: z.ZodType, input: unknown): readonly InputProblem[] {
  const parsed = schema.safeParse(input);
  if (parsed.success) return [];
  const form = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return parsed.error.issues.flatMap((issue): InputProblem[] => {
    const field = z.core.toDotPath(issue.path);
    const here = formsAt(form, issue.path);
    if (issue.code === "unrecognized_keys") {
      const known = here.flatMap(({ properties }) => Object.keys(properties ?? {}));
      return issue.keys.slice(0, maxProblems).map((key) => ({
        field: field === "" ? key : `${field}.${key}`,
        message: `has no field “${key}”${field === "" ? "" : ` in ${field}`}.`,
        expected: undefined,
        hint: suggest(key, known),
      }));
    }
    const value = valueAt(input, issue.path);
    const expected = inWords(here);
    if (value === undefined) {
      return [
        { field: "", message: `needs “${field}”.`, expected: `${field}: ${expected}`, hint: undefined },
      ];
    }
    if (hasTemplate(value)) return [];
    const [problem] = fieldProblems(new z.ZodError([issue]), schema);
    const message = `cannot take this ${field || "input"}: ${problem?.message ?? issue.message}.`;
    return [{ field, message, expected, hint: undefined }];
  });
}

/**
 * Fields that take more than they tell of take a misspelt one, too: it goes to the service as it is, which mostly ignores
 * it. Found are those that are near to a field which is told of, and is not given itself.
 */
export function likelyMisspelt(form: JsonSchema, input: unknown): readonly InputProblem[] {
  const found: InputProblem[] = [];
  const look = (value: unknown, forms: readonly JsonSchema[], path: string): void => {
    if (typeof value !== "object" || value === null || found.length >= maxProblems) return;
    const fields = forms.flatMap(({ properties }) => Object.keys(properties ?? {}));
    const open = forms.some(({ properties, additionalProperties: more }) => properties && more !== false);
    for (const [key, inside] of Object.entries(value)) {
      const at = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
      look(inside, formsInside(forms, form, Array.isArray(value) ? Number(key) : key), at);
      if (Array.isArray(value) || !open || fields.includes(key)) continue;
      const meant = nearest(
        key,
        fields.filter((field) => !Object.hasOwn(value, field)),
      );
      if (meant === undefined) continue;
      const message = `knows no field “${key}”${path === "" ? "" : ` in ${path}`}; it is sent as it is.`;
      found.push({ field: at, message, expected: undefined, hint: `Did you mean “${meant}”?` });
    }
  };
  look(input, formsAt(form, []), "");
  return found;
}

function hasTemplate(value: unknown): boolean {
  if (typeof value === "string") return isTemplate(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasTemplate);
}

/** What a field takes, in words. */
export function inWords(forms: readonly JsonSchema[]): string {
  const values = forms.flatMap(({ enum: each }) => each ?? []);
  const kinds = new Set(forms.flatMap(({ type }) => type ?? []));
  const kind = values.length > 0 ? `one of ${values.join(", ")}` : [...kinds].join(" or ") || "a value";
  const description = forms.find((form) => form.description !== undefined)?.description;
  return description === undefined ? kind : `${kind} (${description})`;
}

/** The kinds of JSON that forms take; undefined where that is not known. */
export function acceptedKinds(forms: readonly JsonSchema[]): ReadonlySet<string> | undefined {
  const kinds = new Set<string>();
  for (const form of forms) {
    if (form.anyOf ?? form.oneOf ?? form.allOf ?? form.$ref) continue;
    const named = [form.type ?? []].flat();
    const values = [...(form.enum ?? []), ...(form.const === undefined ? [] : [form.const])];
    if (named.length === 0 && values.length === 0) return undefined;
    for (const kind of named) kinds.add(kind === "integer" ? "number" : kind);
    if (named.length === 0) for (const value of values) kinds.add(value === null ? "null" : typeof value);
  }
  return kinds.size === 0 ? undefined : kinds;
}
