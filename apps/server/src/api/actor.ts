import type { Context } from "hono";
import type { Visit } from "../access/principal.ts";

/** Who asks, as people read it (an e-mail address, or an API key's name); undefined where nobody signed in. */
export function actorOf(c: Context<Visit>): string | undefined {
  return c.get("actor");
}
