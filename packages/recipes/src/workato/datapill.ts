/** Workato's datapills: references to the data of earlier steps, in both ways to write them. */
import { Untranslatable } from "./ruby.ts";

/** A part of a pill's path: a field, the item that is looped over, or the length of a list. */
export type PillPart = string | { readonly special: "item" | "size" };

/** A reference to data. */
export interface Pill {
  /** `output` is a step's; others are the job's and the installation's. */
  readonly kind: string;
  readonly provider: string;
  /** The step's alias. */
  readonly line: string;
  readonly path: readonly PillPart[];
}

/** Reads what `_dp` is given. @throws {Untranslatable} */
export function readPill(json: string): Pill {
  let data: unknown;
  try {
    data = JSON.parse(json) as unknown;
  } catch {
    throw new Untranslatable("A datapill is not JSON");
  }
  if (typeof data !== "object" || data === null) throw new Untranslatable("A datapill is not an object");
  const text = (key: string): string => {
    const value: unknown = Reflect.get(data, key);
    return typeof value === "string" ? value : "";
  };
  const path: unknown = Reflect.get(data, "path") ?? [];
  if (!Array.isArray(path)) throw new Untranslatable("A datapill's path is not a list");
  const property = text("property_name");
  return {
    kind: text("pill_type") || "output",
    provider: text("provider"),
    line: text("line"),
    path: property === "" ? path.map(partOf) : [property],
  };
}

function partOf(part: unknown): PillPart {
  if (typeof part === "string" || typeof part === "number") return String(part);
  const type: unknown =
    typeof part === "object" && part !== null ? Reflect.get(part, "path_element_type") : undefined;
  if (type === "current_item") return { special: "item" };
  if (type === "size") return { special: "size" };
  throw new Untranslatable(`A datapill's path has a part of an unknown kind: ${JSON.stringify(part)}`);
}

/** Reads what `_` is given in older recipes: `data.PROVIDER.ALIAS.FIELD…`. @throws {Untranslatable} */
export function readDottedPill(text: string): Pill {
  const [root, provider = "", line = "", ...path] = text.split(".");
  if (root !== "data" || line === "") throw new Untranslatable(`“${text}” is not a datapill`);
  return {
    kind: "output",
    provider,
    line,
    path: path.map((part) =>
      part === "current_item" ? { special: "item" } : part === "____size" ? { special: "size" } : part,
    ),
  };
}

/** A pill as Workato writes it. */
export function writePill({ kind, provider, line, path }: Pill): string {
  const parts = path.map((part) =>
    typeof part === "string"
      ? part
      : { path_element_type: part.special === "item" ? "current_item" : "size" },
  );
  const body =
    kind === "output" ? { pill_type: kind, provider, line, path: parts } : { pill_type: kind, path: parts };
  return `_dp('${JSON.stringify(body).replaceAll("\\", "\\\\").replaceAll("'", "\\'")}')`;
}
