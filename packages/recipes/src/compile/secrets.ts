import { SecretText } from "../secret-text.ts";
import type { Step } from "../step-types.ts";

const named = /\bsecrets(?:\.|\[\\?["'])([A-Za-z_]\w*)/g;

/** What `secrets` is in expressions: a reference for every secret that the steps name. */
export function secretsNamedIn(steps: readonly Step[]): Readonly<Record<string, SecretText>> {
  // A name too many does no harm: nothing is opened before an action asks for it.
  const names = [...JSON.stringify(steps).matchAll(named)].flatMap(([, name]) => name ?? []);
  return Object.fromEntries(names.map((name) => [name, new SecretText([{ secret: name }])]));
}
