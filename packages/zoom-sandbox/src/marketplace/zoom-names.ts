import names from "./zoom-names.json" with { type: "json" };

const unfold = (groups: Record<string, string>, mark: string): ReadonlySet<string> =>
  new Set(
    Object.entries(groups).flatMap(([head, rest]) =>
      rest.split(" ").map((name) => (name === "" ? head : `${head}${mark}${name}`)),
    ),
  );

/** Every scope the sandbox knows, classic and granular. */
export const SCOPES = unfold(names.scopes, ":");

/** Every webhook event the sandbox knows. */
export const EVENTS = unfold(names.events, ".");

// Zoom: scopes gate events; which one an event needs follows from its family (zoom-api.md 5.3).
const FAMILIES: readonly (readonly [event: RegExp, scope: RegExp])[] = [
  [/^meeting\./, /^meeting(_\w+)?:(read|write)/],
  [/^webinar\./, /^webinar(_\w+)?:(read|write)/],
  [/^recording\./, /^(cloud_)?recording:(read|write)/],
  [/^user\./, /^user(_\w+)?:(read|write)/],
  [/^group\./, /^group:(read|write)/],
  [/^account\./, /^account:(read|write)/],
];

/** True when one of the scopes lets an app hear the event. */
export function scopesAllowEvent(scopes: readonly string[], event: string): boolean {
  const family = FAMILIES.find(([pattern]) => pattern.test(event));
  return family === undefined || scopes.some((scope) => family[1].test(scope));
}
