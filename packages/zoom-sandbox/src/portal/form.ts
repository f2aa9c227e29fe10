import type { Context } from "hono";

/** The fields of a posted form. */
export interface Form {
  /** The field's text, trimmed; empty when it is missing. */
  readonly text: (name: string) => string;
  /** True when the field was sent, empty or not. */
  readonly has: (name: string) => boolean;
  /** All values of a field that may repeat. */
  readonly list: (name: string) => string[];
  /** The text of a file that was sent; empty when there was none. */
  readonly file: (name: string) => Promise<string>;
  /** Every text, in the order of the form. */
  readonly entries: () => (readonly [name: string, value: string])[];
  /** The last text of every field. */
  readonly all: () => Record<string, string>;
}

/** Reads a posted form; a body of another kind, or a broken one, has no fields. */
export async function formOf(c: Context): Promise<Form> {
  const sent = /form/.test(c.req.header("content-type") ?? "");
  const data = sent ? await c.req.formData().catch(() => new FormData()) : new FormData();
  const texts = [...data].filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return {
    text: (name) => texts.findLast(([key]) => key === name)?.[1].trim() ?? "",
    has: (name) => texts.some(([key]) => key === name),
    list: (name) => texts.filter(([key]) => key === name).map(([, value]) => value.trim()),
    file: async (name) => {
      const given = data.get(name);
      return given instanceof File ? given.text() : "";
    },
    entries: () => texts,
    all: () => Object.fromEntries(texts),
  };
}
