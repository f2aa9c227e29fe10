import type { Context } from "hono";

/** Who asks, as people read it (an e-mail address, or an API key's name); undefined where nobody signed in. */
export function actorOf(c: Context): string | undefined {
  const actor: unknown = c.get("actor");
  return typeof actor === "string" ? actor : undefined;
}
