/** The recipes of the pages of Zoom's triggers and connection kinds: `e2e/reference-recipes.test.ts` runs each page's. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { zoom } from "@greenroom/zoom";
import { parse } from "yaml";

/** What a file says of a trigger: its settings, and what its recipe does. */
interface TriggerExample {
  readonly input?: object;
  readonly steps: readonly object[];
}

/** Of a connection kind it says the whole recipe. */
type KindExample = TriggerExample & { readonly trigger: object };

const folder = join(import.meta.dirname, "pages");
const read = <T>(name: string) => parse(readFileSync(join(folder, name), "utf8")) as Record<string, T>;
const kindsFile = "connections.yaml";

/** By the trigger's id. */
export const triggerRecipes: Readonly<Record<string, object>> = Object.fromEntries(
  globSync("*.yaml", { cwd: folder })
    .filter((name) => name !== kindsFile)
    .flatMap((name) => Object.entries(read<TriggerExample>(name)))
    .map(([id, { input, steps }]) => [
      id,
      {
        name: zoom.triggers[id]?.title ?? id,
        trigger: { use: `zoom/${id}`, connection: "zoom", ...(input && { input }) },
        steps,
      },
    ]),
);

/** By the kind's id. */
export const kindRecipes: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(read<KindExample>(kindsFile)).map(([id, recipe]) => [
    id,
    { name: zoom.connections?.find((kind) => kind.id === id)?.title ?? id, ...recipe },
  ]),
);
