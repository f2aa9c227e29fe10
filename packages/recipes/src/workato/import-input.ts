/** The input of an imported step: its values translated, its fields by our names, its types by our schemas. */
import { z } from "zod";
import type { JsonSchema } from "@greenroom/connector-kit";
import { omitted, readListMapping, readText, type ValueContext } from "./read-value.ts";
import { Untranslatable } from "./ruby.ts";
import { camelCase, type Json, objectOf, plainWord } from "./workato-json.ts";

/** What an input became. */
export interface ImportedInput {
  readonly input: Json;
  /** What could not be said, as it was. */
  readonly kept: Json;
}

/** What is told of a field: where it is, what is wrong, and whether the step cannot run like that. */
export type Tell = (field: string, message: string, stops: boolean, hint?: string) => void;

const maxDepth = 50;

/** Translates an input for an action whose schema is known, or for one of which nothing is. */
export function importInput(
  given: Json,
  {
    schema,
    types,
    fields,
    context,
    tell,
  }: {
    readonly schema: z.ZodType | undefined;
    /** What the values are, where only that is known. */
    readonly types?: JsonSchema | undefined;
    readonly fields: Readonly<Record<string, string>>;
    readonly context: ValueContext;
    readonly tell: Tell;
  },
): ImportedInput {
  const form = schema && (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema);
  const known = form && Object.keys(form.properties ?? {});
  const [input, kept]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const [key, raw] of Object.entries(given)) {
    const name = fields[key] ?? nameHere(key, known, form);
    if (name === undefined) {
      kept[key] = raw;
      tell(
        key,
        `“${key}” has no counterpart here.`,
        false,
        known && `The action takes ${known.slice(0, 20).join(", ")}.`,
      );
      continue;
    }
    try {
      const value = translate(raw, propertyOf(form ?? types, name), context, 0);
      if (value !== omitted) input[name] = value;
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      kept[key] = raw;
      tell(name, `${error.message}.`, true, `It was ${shortText(raw)}`);
    }
  }
  return { input, kept };
}

/** A short text of what was there. */
export function shortText(raw: unknown): string {
  const text = typeof raw === "string" ? raw : (JSON.stringify(raw) ?? "");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** A field's name here: the same, in camelCase, or the one that an id must mean. */
function nameHere(
  key: string,
  known: readonly string[] | undefined,
  form: JsonSchema | undefined,
): string | undefined {
  if (!known) return key;
  if (known.includes(key)) return key;
  const same = known.find((name) => name === camelCase(key) || plainWord(name) === plainWord(key));
  if (same !== undefined) return same;
  const required = (form?.required ?? []).filter((name) => /id$/i.test(name));
  const [only] = required;
  return /^(object_|event_)?id$/.test(key) && required.length === 1 ? only : undefined;
}

function propertyOf(form: JsonSchema | undefined, name: string): JsonSchema | undefined {
  const property = form?.properties?.[name];
  return typeof property === "object" ? property : undefined;
}

/** @throws {Untranslatable} */
function translate(
  raw: unknown,
  form: JsonSchema | undefined,
  context: ValueContext,
  depth: number,
): unknown {
  if (depth > maxDepth) throw new Untranslatable(`It is nested deeper than ${maxDepth} levels`);
  if (typeof raw === "string") {
    const value = readText(raw, context);
    return typeof value === "string" ? coerced(value, form) : value;
  }
  if (Array.isArray(raw)) {
    const items = form?.items;
    const itemForm = typeof items === "object" && !Array.isArray(items) ? items : undefined;
    return raw
      .map((item) => translate(item, itemForm, context, depth + 1))
      .filter((item) => item !== omitted);
  }
  if (typeof raw !== "object" || raw === null) return raw;
  const object = objectOf(raw);
  if ("____source" in object) return readListMapping(object, context);
  const entries = Object.entries(object).map(
    ([key, value]) => [key, translate(value, propertyOf(form, key), context, depth + 1)] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== omitted));
}

/** Workato writes all scalars as text; ours have the type of the schema. */
function coerced(text: string, form: JsonSchema | undefined): unknown {
  const types = typesOf(form);
  if (text.includes("{{") || types.has("string")) return text;
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  const isNumber =
    (types.has("number") || types.has("integer")) && text.trim() !== "" && Number.isFinite(Number(text));
  return isNumber ? Number(text) : text;
}

function typesOf(form: JsonSchema | undefined): ReadonlySet<string> {
  if (!form) return new Set();
  const inner = [...(form.anyOf ?? []), ...(form.oneOf ?? [])].flatMap((each) => [...typesOf(each)]);
  return new Set([...[form.type ?? []].flat(), ...inner]);
}
