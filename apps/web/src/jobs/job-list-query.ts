/** Lists of jobs, page by page; the newest are kept live, older pages are read once. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, type Job, type Page } from "../api.ts";

/** What jobs are wanted; as in the address. */
export interface JobFilter {
  readonly recipeId?: string | undefined;
  readonly state?: string | undefined;
  /** Words of the error. */
  readonly errorText?: string | undefined;
  /** A searchable value, as name:value. */
  readonly value?: string | undefined;
  /** Made in the last hour, day or week. */
  readonly since?: string | undefined;
}

const pageSize = 100;

const sinceMs: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

function path({ since, ...filter }: JobFilter, cursor: string | undefined): string {
  const search = new URLSearchParams({ limit: String(pageSize) });
  for (const [name, value] of Object.entries({ ...filter, cursor })) if (value) search.set(name, value);
  const ms = sinceMs[since ?? ""];
  if (ms !== undefined) search.set("from", new Date(Date.now() - ms).toISOString());
  return `/jobs?${search.toString()}`;
}

/** The jobs that match, newest first. */
export function useJobList(filter: JobFilter) {
  // A change of any job reads this page again, and no other.
  const head = useQuery({
    queryKey: ["jobs", "head", filter],
    queryFn: () => api<Page<Job>>("GET", path(filter, undefined)),
  });
  const rest = useInfiniteQuery({
    queryKey: ["older-jobs", filter],
    queryFn: ({ pageParam }) => api<Page<Job>>("GET", path(filter, pageParam)),
    initialPageParam: head.data?.nextCursor,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: false,
    staleTime: Infinity,
  });
  const jobs = useMemo(() => {
    const found = new Map<string, Job>();
    for (const page of rest.data?.pages ?? []) for (const job of page.items) found.set(job.id, job);
    for (const job of head.data?.items ?? []) found.set(job.id, job);
    // The ids are in the order of time.
    return [...found.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }, [head.data, rest.data]);
  const loadMore = () => {
    if (rest.isFetching) return;
    if (!rest.data && head.data?.nextCursor === undefined) return;
    void rest.fetchNextPage();
  };
  const more = rest.data ? rest.hasNextPage : head.data?.nextCursor !== undefined;
  return { head, jobs, more, loadMore, loadingMore: rest.isFetching };
}
