/** What the payload of each described event holds, from a generated table. */
import { readFileSync } from "node:fs";
import { createProjection, type Node, type Projection } from "../operations/projection.ts";

interface EventShapes extends Pick<Projection, "json"> {
  readonly events: Readonly<Record<string, number>>;
}

let loaded: EventShapes | undefined;

// Read when somebody hears the first event.
function shapes(): EventShapes {
  if (loaded === undefined) {
    const { nodes, events } = JSON.parse(
      readFileSync(new URL("event-shapes.gen.json", import.meta.url), "utf8"),
    ) as { nodes: readonly Node[]; events: Readonly<Record<string, number>> };
    loaded = { events, json: createProjection(nodes).json };
  }
  return loaded;
}

// Zoom: the description has what its own example shows beside `app_link` inside it.
const MISPLACED: ReadonlySet<string> = new Set(["app.authorization_request_created"]);

/** The JSON of a payload, cut to Zoom's fields; whole where Zoom's description is not at hand. */
export function payloadJson(event: string, payload: object): string {
  const { events, json } = shapes();
  const at = events[event];
  return at === undefined || MISPLACED.has(event) ? JSON.stringify(payload) : json(at, payload);
}
