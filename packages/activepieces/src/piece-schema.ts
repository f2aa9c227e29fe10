/** Activepieces' properties as our schemas. */
import { fileRef, type FormField } from "@greenroom/connector-kit";
import { z } from "zod";
import { type PieceProperty, pieceProperty } from "./piece-description.ts";

type Properties = Readonly<Record<string, PieceProperty>>;

/** The schema of an action's input or a trigger's settings. */
export function inputSchema(properties: Properties): z.ZodType {
  return z.strictObject(
    Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, fieldSchema(one)])),
  );
}

function fieldSchema(property: PieceProperty): z.ZodType {
  const { displayName = "", description, required, defaultValue } = property;
  const about = [displayName, plainText(description)].filter(Boolean).join(". ");
  const schema = typeSchema(property).describe(about);
  // Where people fill in a form they find it there already.
  if (defaultValue !== undefined && defaultValue !== null && schema.safeParse(defaultValue).success)
    return schema.default(defaultValue).describe(about);
  return required ? schema : schema.nullable().optional().describe(about);
}

function typeSchema({ type, options, properties }: PieceProperty): z.ZodType {
  switch (type) {
    case "SHORT_TEXT":
    case "LONG_TEXT":
    case "SECRET_TEXT":
    case "DATE_TIME":
    case "COLOR":
      return z.string();
    case "NUMBER":
      return z.number();
    case "CHECKBOX":
      return z.boolean();
    case "FILE":
      return fileRef;
    case "STATIC_DROPDOWN":
      return choices(options);
    case "STATIC_MULTI_SELECT_DROPDOWN":
      return z.array(choices(options));
    case "MULTI_SELECT_DROPDOWN":
      return z.array(z.unknown());
    case "ARRAY":
      return z.array(
        properties && Object.keys(properties).length > 0 ? inputSchema(parsed(properties)) : z.unknown(),
      );
    case "OBJECT":
    case "DYNAMIC":
      return z.record(z.string(), z.unknown());
    default:
      // Lists that the service fills, JSON, and what newer versions bring.
      return z.unknown();
  }
}

function choices(options: PieceProperty["options"]): z.ZodType {
  const values = (options?.options ?? []).map(({ value }) => value);
  const plain = values.filter(
    (value) => typeof value === "string" || typeof value === "number" || typeof value === "boolean",
  );
  return plain.length > 0 && plain.length === values.length ? z.literal(plain) : z.unknown();
}

function parsed(properties: Readonly<Record<string, unknown>>): Properties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, one]) => {
      const property = pieceProperty.safeParse(one);
      return property.success ? [[name, property.data] as const] : [];
    }),
  );
}

/** Where files are in an input. */
export function hasFiles(properties: Properties): boolean {
  return Object.values(properties).some(
    ({ type, properties: inner }) => type === "FILE" || (inner && hasFiles(parsed(inner))),
  );
}

/**
 * The properties of a form as fields that the UI draws. Any of them may be part of where the piece goes with the secrets, and
 * none says so: whoever changes one enters these anew.
 */
export function formFields(properties: Properties): readonly FormField[] {
  return Object.entries(properties).flatMap(
    ([name, { type, displayName = name, description, required, defaultValue, options }]): FormField[] => {
      const common = {
        name,
        label: displayName,
        hint: plainText(description),
        required,
        place: true as const,
      };
      const fallback =
        typeof defaultValue === "string" || typeof defaultValue === "number"
          ? { default: String(defaultValue) }
          : {};
      if (type === "MARKDOWN") return [];
      if (type === "SECRET_TEXT") return [{ ...common, type: "secret" as const }];
      if (type === "CHECKBOX") {
        const yesNo = ["false", "true"].map((value) => ({ value, label: value === "true" ? "Yes" : "No" }));
        return [
          {
            ...common,
            type: "select" as const,
            required: false,
            options: yesNo,
            default: String(defaultValue === true),
          },
        ];
      }
      const values = (options?.options ?? []).filter(({ value }) => typeof value === "string");
      if (type === "STATIC_DROPDOWN" && values.length > 0) {
        const listed = values.map(({ label, value }) => ({
          value: String(value),
          label: label ?? String(value),
        }));
        return [{ ...common, ...fallback, type: "select" as const, options: listed }];
      }
      return [{ ...common, ...fallback, type: "text" as const }];
    },
  );
}

/** A form's values in the types that the piece expects. */
export function formValues(
  properties: Properties,
  textOf: (name: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, { type }]) => {
      const text = textOf(name);
      if (type === "CHECKBOX") return [name, text === "true"];
      if (type === "NUMBER") return [name, text === "" ? undefined : Number(text)];
      return [name, text === "" ? undefined : text];
    }),
  );
}

/** Markdown's first words, in one line. */
export function plainText(text: string | null | undefined): string {
  const line = (text ?? "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[*`#]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
