/** Zoom's 535 webhook events and the scopes that let an app hear them, from a generated table. */
import { readFileSync } from "node:fs";

/** A webhook event. */
export interface WebhookEvent {
  readonly name: string;
  readonly product: string;
  /** Any one of these lets an app hear it. Empty where Zoom's description is not at hand. */
  readonly scopes: readonly string[];
}

let loaded: ReadonlyMap<string, WebhookEvent> | undefined;

/** Every event by its name; read when it is first asked for. */
export function events(): ReadonlyMap<string, WebhookEvent> {
  return (loaded ??= read());
}

function read(): ReadonlyMap<string, WebhookEvent> {
  const table = JSON.parse(readFileSync(new URL("events.gen.json", import.meta.url), "utf8")) as Record<
    string,
    [name: string, classic: string, granular: string][]
  >;
  return new Map(
    Object.entries(table).flatMap(([product, rows]) =>
      rows.map(([name, classic, granular]) => [
        name,
        { name, product, scopes: `${classic} ${granular}`.split(" ").filter(Boolean) },
      ]),
    ),
  );
}

/** True when one of the scopes lets an app hear the event. */
export function scopesAllowEvent(scopes: readonly string[], event: string): boolean {
  const known = events().get(event);
  if (!known) return false;
  if (known.scopes.length > 0) return known.scopes.some((scope) => scopes.includes(scope));
  // Nothing is known of these but their product: one of its scopes will do.
  const family = known.product.replaceAll("-", "_");
  return family === "marketplace" || family === "chatbot" || scopes.some((scope) => scope.startsWith(family));
}
