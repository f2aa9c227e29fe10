/** What JSON may say and PostgreSQL does not store: the NUL character, and halves of surrogate pairs. */
const refused = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;
// One escape after another, so that the second backslash of `\\` begins none.
const escapes = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/gis;

/** JSON text that PostgreSQL takes; characters that it refuses become U+FFFD. */
export function storableJson(value: object): string {
  const text = JSON.stringify(value);
  // Few texts have an escape at all, and to find that out is quick.
  return text.includes("\\u") && refused.test(text)
    ? text.replace(escapes, (escape) => (refused.test(escape) ? "\\ufffd" : escape))
    : text;
}
