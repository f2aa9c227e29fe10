/** What the payload of each described event holds, from a generated table. */
import { readFileSync } from "node:fs";
import { createProjection, type Node } from "../operations/projection.ts";

const { nodes, events } = JSON.parse(
  readFileSync(new URL("event-shapes.gen.json", import.meta.url), "utf8"),
) as { readonly nodes: readonly Node[]; readonly events: Readonly<Record<string, number>> };
const { json } = createProjection(nodes);

// Zoom: the description has what its own example shows beside `app_link` inside it.
const MISPLACED: ReadonlySet<string> = new Set(["app.authorization_request_created"]);

/** The JSON of a payload, cut to Zoom's fields; whole where Zoom's description is not at hand. */
export function payloadJson(event: string, payload: object): string {
  const at = events[event];
  return at === undefined || MISPLACED.has(event) ? JSON.stringify(payload) : json(at, payload);
}
