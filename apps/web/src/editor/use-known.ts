import { useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ActionDetail, TriggerDetail } from "../api.ts";
import { actionQuery, catalogueQuery, triggerQuery } from "../queries.ts";
import type { RecipeData } from "./recipe-text.ts";
import { rowsOf } from "./step-rows.ts";

const isUse = (use: unknown): use is string =>
  typeof use === "string" && /^[a-z0-9-]+\/[a-z0-9-]+$/.test(use);

/** The same function each time: what it gives is then kept as long as nothing changes. */
const byId = (results: readonly UseQueryResult<ActionDetail>[]): ReadonlyMap<string, ActionDetail> =>
  new Map(results.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])));

/** What the catalogue says of all that a recipe uses. */
export function useKnown(recipe: RecipeData): {
  readonly trigger: TriggerDetail | undefined;
  readonly actions: ReadonlyMap<string, ActionDetail>;
  readonly titleOf: (use: string) => string | undefined;
} {
  const { use: triggerUse } = recipe.trigger;
  const trigger = useQuery({
    ...triggerQuery(isUse(triggerUse) ? triggerUse : ""),
    enabled: isUse(triggerUse),
  });
  const uses = useMemo(
    () =>
      [
        ...new Set(
          rowsOf(recipe).flatMap((row) =>
            row.type === "step" && isUse(row.step["use"]) ? [row.step["use"]] : [],
          ),
        ),
      ].toSorted(),
    [recipe],
  );
  const actions = useQueries({ queries: uses.map(actionQuery), combine: byId });
  const catalogue = useQuery(catalogueQuery);
  const titles = useMemo(
    () =>
      new Map(
        (catalogue.data?.items ?? []).flatMap((connector) =>
          [...connector.actions, ...connector.triggers].map(({ id, title }) => [id, title]),
        ),
      ),
    [catalogue.data],
  );
  const titleOf = useMemo(() => (use: string) => titles.get(use), [titles]);
  return { trigger: isUse(triggerUse) ? trigger.data : undefined, actions, titleOf };
}
