/** The types of users as people read them. */
export const USER_TYPES: Readonly<Record<number, string>> = {
  1: "Basic",
  2: "Licensed",
  4: "Unassigned",
  99: "None",
};

/** So many people, in words. */
export function peopleCount(count: number): string {
  return count === 1 ? "1 person" : `${count.toLocaleString("en")} people`;
}

/** Email addresses in a text, separated by spaces, commas, semicolons or new lines. */
export function emailsIn(text: string): string[] {
  const given = text.split(/[\s,;]+/).filter(Boolean);
  return [...new Map(given.map((email) => [email.toLowerCase(), email])).values()];
}

/** True for what looks like an email address. */
export function isEmail(text: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);
}
