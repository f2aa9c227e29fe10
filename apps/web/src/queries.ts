/** What pages read, by TanStack Query; live changes from the server make it read again. */
import { QueryClient, queryOptions } from "@tanstack/react-query";
import { useEffect } from "react";
import {
  type ActionDetail,
  api,
  type AppProfile,
  type CatalogueConnector,
  type Change,
  type Connection,
  type Connector,
  type InboxEventWithPayload,
  type JobQueue,
  type JobWithSteps,
  type RecentJobs,
  type Recipe,
  type RecipeDraft,
  type RecipeLabels,
  type RecipeVersion,
  type TriggerDetail,
} from "./api.ts";
import type { FormulaInfo } from "./editor/cel-editing.ts";

/** The cache of the app. */
export const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 5_000, retry: 1 } } });

interface List<Item> {
  readonly items: readonly Item[];
}
export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ["events", "one", id],
    queryFn: () => api<InboxEventWithPayload>("GET", `/events/${id}`),
  });

/** Which queries a change makes stale. */
const staleBy: Readonly<Record<Change["type"], readonly (readonly string[])[]>> = {
  job: [["jobs"], ["recipes"]],
  event: [["events"]],
  recipe: [["recipes"], ["connections"]],
  connection: [["connections"], ["recipes"]],
};

/** Bursts of changes are read once. */
const gatherMs = 250;

/** Listens to the server's changes while the app is open. */
export function useLiveChanges(): void {
  useEffect(() => {
    const source = new EventSource("/api/stream");
    const stale = new Set<Change["type"]>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      for (const type of stale)
        for (const queryKey of staleBy[type]) void queryClient.invalidateQueries({ queryKey });
      stale.clear();
    };
    const onChange = ({ data }: MessageEvent<string>) => {
      stale.add((JSON.parse(data) as Change).type);
      timer ??= setTimeout(refresh, gatherMs);
    };
    source.addEventListener("change", onChange);
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, []);
}
