/** What pages read, by TanStack Query; live changes from the server make it read again. */
import { keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import { useEffect } from "react";
import {
  type ActionDetail,
  api,
  type AppProfile,
  type CatalogueConnector,
  type Change,
  type Connection,
  type ConnectionCall,
  type ConnectionStatus,
  type InboxEventWithPayload,
  type JobWithSteps,
  type NoticeChannel,
  type Operation,
  type RecentJobs,
  type Recipe,
  type RecipeDraft,
  type RecipeLabels,
  type RecipeVersion,
  type Taker,
  type TriggerDetail,
  type SystemFacts,
} from "./api.ts";
import type { FormulaInfo } from "./editor/cel-editing.ts";

/** The cache of the app. */
export const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 5_000, retry: 1 } } });

interface List<Item> {
  readonly items: readonly Item[];
}

export const catalogueQuery = queryOptions({
  queryKey: ["catalogue"],
  queryFn: () => api<List<CatalogueConnector>>("GET", "/catalogue"),
  staleTime: Infinity,
});
export const eventNamesQuery = queryOptions({
  queryKey: ["catalogue", "events", "zoom"],
  queryFn: () => api<List<string>>("GET", "/catalogue/events?connector=zoom"),
  staleTime: Infinity,
});
/** The service's operations that match, the best first; what was found before stays in sight meanwhile. */
export const operationsQuery = (search: string) =>
  queryOptions({
    queryKey: ["catalogue", "operations", search],
    queryFn: () =>
      api<List<Operation> & { readonly total: number }>(
        "GET",
        `/catalogue/operations?search=${encodeURIComponent(search)}`,
      ),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
export const actionQuery = (use: string) =>
  queryOptions({
    queryKey: ["catalogue", "action", use],
    queryFn: () => api<ActionDetail>("GET", `/catalogue/actions/${use}`),
    staleTime: Infinity,
    retry: false,
  });
export const triggerQuery = (use: string) =>
  queryOptions({
    queryKey: ["catalogue", "trigger", use],
    queryFn: () => api<TriggerDetail>("GET", `/catalogue/triggers/${use}`),
    staleTime: Infinity,
    retry: false,
  });
export const profilesQuery = queryOptions({
  queryKey: ["profiles"],
  queryFn: () => api<List<AppProfile>>("GET", "/app-profiles"),
});
export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: () => api<List<Connection>>("GET", "/connections"),
});
export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["connections", id],
    queryFn: () => api<Connection>("GET", `/connections/${id}`),
  });
export const connectionStatusQuery = (id: string) =>
  queryOptions({
    queryKey: ["connections", id, "status"],
    queryFn: () => api<ConnectionStatus>("GET", `/connections/${id}/status`),
    // Calls are made all the time, and nothing tells of each.
    refetchInterval: 10_000,
  });
export const connectionCallsQuery = (id: string) =>
  queryOptions({
    queryKey: ["jobs", "of-connection", id],
    queryFn: () => api<List<ConnectionCall>>("GET", `/connections/${id}/calls`),
  });
export const recipesQuery = queryOptions({
  queryKey: ["recipes"],
  queryFn: () => api<List<Recipe>>("GET", "/recipes"),
});
export const recipeQuery = (id: string) =>
  queryOptions({ queryKey: ["recipes", id], queryFn: () => api<Recipe>("GET", `/recipes/${id}`) });
export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ["recipes", id, "draft"],
    queryFn: async () => (await api<{ draft: RecipeDraft | null }>("GET", `/recipes/${id}/draft`)).draft,
  });
export const newDraftsQuery = queryOptions({
  queryKey: ["recipes", "new-drafts"],
  queryFn: () => api<List<RecipeDraft>>("GET", "/drafts"),
});
export const recipeLabelsQuery = queryOptions({
  queryKey: ["recipes", "labels"],
  queryFn: () => api<RecipeLabels>("GET", "/recipes/labels"),
});
export const recentJobsQuery = queryOptions({
  queryKey: ["recipes", "recent-jobs"],
  queryFn: () => api<List<RecentJobs>>("GET", "/recipes/recent-jobs?each=20"),
});
export const formulasQuery = queryOptions({
  queryKey: ["formulas"],
  queryFn: () => api<List<FormulaInfo>>("GET", "/formulas"),
  staleTime: Infinity,
});
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["recipes", id, "versions"],
    queryFn: () => api<List<RecipeVersion>>("GET", `/recipes/${id}/versions`),
  });
export const systemQuery = queryOptions({
  queryKey: ["system"],
  queryFn: () => api<SystemFacts>("GET", "/system"),
});
export const noticeChannelsQuery = queryOptions({
  queryKey: ["notices", "channels"],
  queryFn: () => api<List<NoticeChannel>>("GET", "/notices/channels"),
});
export const jobQuery = (id: string) =>
  queryOptions({ queryKey: ["jobs", "one", id], queryFn: () => api<JobWithSteps>("GET", `/jobs/${id}`) });
export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ["events", "one", id],
    queryFn: () => api<InboxEventWithPayload>("GET", `/events/${id}`),
  });

export const takersQuery = (eventId: string) =>
  queryOptions({
    queryKey: ["events", "takers", eventId],
    queryFn: () => api<List<Taker>>("GET", `/events/${eventId}/takers`),
    retry: false,
  });

/** Which queries a change makes stale. */
const staleBy: Readonly<Record<Change["type"], readonly (readonly string[])[]>> = {
  job: [["jobs"], ["recipes"]],
  event: [["events"]],
  recipe: [["recipes"], ["connections"]],
  connection: [["connections"], ["recipes"]],
};

/** What is being deleted, by id. */
const leaving = new Set<string>();

/** Deletes something whose own page is on screen: it is read no more while that page gives way to another. */
export async function deleting(id: string, remove: () => Promise<void>): Promise<void> {
  leaving.add(id);
  try {
    await remove();
  } catch (error) {
    leaving.delete(id);
    throw error;
  }
}

/** Whether a query may be read again: what it is about still exists. */
export const mayReadAgain = ({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean =>
  !queryKey.some((part) => typeof part === "string" && leaving.has(part));

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
        for (const queryKey of staleBy[type])
          void queryClient.invalidateQueries({ queryKey, predicate: mayReadAgain });
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
