import { useMemo } from "react";
import type { ActionDetail, TriggerDetail } from "../api.ts";
import { dataNodes } from "./data-nodes.ts";
import { sourcesAt } from "./data-sources.ts";
import { pathOf, type RecipeData } from "./recipe-text.ts";

/** The data that the chosen step can use, also as a tree. */
export function useData(
  recipe: RecipeData,
  selected: string | undefined,
  trigger: TriggerDetail | undefined,
  actions: ReadonlyMap<string, ActionDetail>,
  samples: Readonly<Record<string, unknown>>,
) {
  const sources = useMemo(
    () => sourcesAt(recipe, pathOf(selected ?? "trigger"), { trigger, actions, samples }),
    [recipe, selected, trigger, actions, samples],
  );
  const nodes = useMemo(() => dataNodes(sources), [sources]);
  return { sources, nodes };
}
