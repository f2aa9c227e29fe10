/** The types of users as people read them. */
export const USER_TYPES: Readonly<Record<number, string>> = {
  1: "Basic",
  2: "Licensed",
  4: "Unassigned",
  99: "None",
};

/** Email addresses in a text, separated by spaces, commas, semicolons or new lines. */
export function emailsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

/** True for what looks like an email address. */
export function isEmail(text: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);
}
