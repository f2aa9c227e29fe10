/** What Zoom says of its operations and events, from tables generated from its own descriptions. */
import events from "./events.gen.json" with { type: "json" };
import table from "./operations.gen.json" with { type: "json" };
import { privilegeFor } from "./privileges.ts";

/** One of Zoom's rate-limit labels. */
export type RateLabel = "Light" | "Medium" | "Heavy" | "Resource-intensive";

/** Scopes of which any one suffices, the least first. */
export interface ScopeLists {
  readonly classic: readonly string[];
  readonly granular: readonly string[];
}

/** One operation of Zoom's REST API. */
export interface ZoomOperation {
  /** Such as `GET /users/{userId}`. */
  readonly name: string;
  readonly product: string;
  /** Zoom names none for a few. */
  readonly label: RateLabel | undefined;
  readonly scopes: ScopeLists;
  /** The privilege it needs for other people's things. */
  readonly privilege: string | undefined;
}

const labels: Readonly<Record<string, RateLabel>> = {
  ...{ L: "Light", M: "Medium", H: "Heavy", R: "Resource-intensive" },
};

const list = (text: string): string[] => (text === "" ? [] : text.split(" "));
const partsOf = (path: string): string[] =>
  path.split("/").map((part) => (part.startsWith("{") ? "{}" : part));

interface Known {
  readonly parts: readonly string[];
  readonly operation: ZoomOperation;
}

/** By method and number of parts: few enough to look through. */
const byShape = new Map<string, Known[]>();
for (const [family, rows] of Object.entries(table)) {
  for (const [method = "", path = "", label = "", classic = "", granular = ""] of rows) {
    const parts = partsOf(path);
    const operation: ZoomOperation = {
      ...{ name: `${method} ${path}`, product: family.slice(0, family.indexOf("/")), label: labels[label] },
      scopes: { classic: list(classic), granular: list(granular) },
      privilege: privilegeFor(family, method),
    };
    const shape = `${method} ${parts.length}`;
    const same = byShape.get(shape);
    if (same) same.push({ parts, operation });
    else byShape.set(shape, [{ parts, operation }]);
  }
}

/** All operations, in the order of Zoom's reference. */
export function zoomOperations(): readonly ZoomOperation[] {
  return [...byShape.values()].flatMap((known) => known.map(({ operation }) => operation));
}

const found = new Map<string, ZoomOperation | undefined>();
/** A path typed by hand has ids in it: there is no end of those. */
const mostRemembered = 4_000;

/** The operation of a method and a path, a template or one with its ids filled in. */
export function zoomOperation(method: string, path: string): ZoomOperation | undefined {
  const key = `${method} ${path}`;
  const known = found.get(key);
  if (known || found.has(key)) return known;
  const parts = partsOf(path.split("?", 1)[0] ?? "");
  const fits = (byShape.get(`${method} ${parts.length}`) ?? []).filter((candidate) =>
    candidate.parts.every((part, index) => part === "{}" || part === parts[index]),
  );
  const params = ({ parts: all }: Known) => all.filter((part) => part === "{}").length;
  const operation = fits.toSorted((a, b) => params(a) - params(b))[0]?.operation;
  if (found.size < mostRemembered) found.set(key, operation);
  return operation;
}

const scopesByEvent = new Map<string, ScopeLists>(
  Object.values(events).flatMap((rows) =>
    rows.map(
      ([event = "", classic = "", granular = ""]) =>
        [event, { classic: list(classic), granular: list(granular) }] as const,
    ),
  ),
);

/** The names of all events. */
export function eventNames(): readonly string[] {
  return [...scopesByEvent.keys()];
}

/** The scopes with any of which an app may hear of an event. */
export function eventScopes(event: string): ScopeLists | undefined {
  return scopesByEvent.get(event);
}

/** The events by the part of Zoom that they are of. */
export function eventCategories(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(events).map(([product, rows]) => [product, rows.map(([event = ""]) => event)] as const),
  );
}
