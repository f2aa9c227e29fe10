/** How deep data may be nested. Zoom's goes to ten levels; the language of recipes and PostgreSQL could do with thousands. */
export const mostNesting = 250;

/**
 * Whether a value from outside is nested deeper than that. It is looked at where it comes in, because what goes through it
 * later fills the stack: where that happens within a promise there is no error to catch, and its job would hang.
 */
export function nestsTooDeep(value: unknown, left = mostNesting): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (left === 0) return true;
  const held: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return held.some((one) => nestsTooDeep(one, left - 1));
}
