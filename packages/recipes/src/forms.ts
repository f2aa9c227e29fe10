/** JSON Schemas as forms: what may stand at a path of them. */
import type { JsonSchema } from "@greenroom/connector-kit";

/** The forms that the value at a path may have; references are followed. */
export function formsAt(root: JsonSchema, path: readonly PropertyKey[]): readonly JsonSchema[] {
  let here = branchesOf(root, root);
  for (const key of path) here = formsInside(here, root, key);
  return here;
}

/** The forms of what stands inside under a key, or at any index; without a key, the forms in full. */
export function formsInside(
  forms: readonly JsonSchema[],
  root: JsonSchema,
  key?: PropertyKey,
): readonly JsonSchema[] {
  const inside =
    key === undefined
      ? forms
      : forms.map(({ items, properties }) =>
          typeof key === "number" ? items : ownProperty(properties, String(key)),
        );
  // Each once: where several forms have the same inside, their number would grow with every level.
  return [...new Set(inside.flatMap((form) => (isSchema(form) ? branchesOf(form, root) : [])))];
}

/** The fields of a value's forms, in their order; where its own fields tell which form is meant, that one's. */
export function fieldsOf(forms: readonly JsonSchema[], given: readonly string[]): readonly string[] {
  const all = forms.flatMap(({ properties, required }) =>
    properties ? [{ names: Object.keys(properties), required: required ?? [] }] : [],
  );
  const own = (names: readonly string[]) => names.filter((name) => given.includes(name)).length;
  const meant = all.filter(({ required }) => required.some((name) => given.includes(name)));
  // The one whose required fields are there, and of those the one with most of the rest.
  const [best] = meant.toSorted((a, b) => own(b.required) - own(a.required) || own(b.names) - own(a.names));
  return best ? best.names : [...new Set(all.flatMap(({ names }) => names))];
}

/** A form and all that it may be instead, its references followed. */
export function branchesOf(
  form: JsonSchema,
  root: JsonSchema,
  above: ReadonlySet<JsonSchema> = new Set(),
): readonly JsonSchema[] {
  // A reference to itself adds nothing.
  if (above.has(form)) return [];
  const seen = new Set(above).add(form);
  const referred = form.$ref === undefined ? undefined : resolve(form.$ref, root);
  const inner = [
    ...(referred ? [referred] : []),
    ...(form.anyOf ?? []),
    ...(form.oneOf ?? []),
    ...(form.allOf ?? []),
  ];
  return [form, ...inner.flatMap((each) => (isSchema(each) ? branchesOf(each, root, seen) : []))];
}

/** What a reference inside a schema stands for; undefined when it leads nowhere. */
export function resolve(reference: string, root: JsonSchema): JsonSchema | undefined {
  if (!reference.startsWith("#")) return undefined;
  let here: unknown = root;
  for (const key of reference.slice(1).split("/").slice(1)) {
    const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
    here =
      typeof here === "object" && here !== null && Object.hasOwn(here, name)
        ? Reflect.get(here, name)
        : undefined;
  }
  return isSchema(here) ? here : undefined;
}

/** Whether a value can be read as a schema. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function ownProperty<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}
