import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, type InboxEvent, type Page } from "../api.ts";
import { eventQuery, jobQuery } from "../queries.ts";

/** Real data to fill a recipe's sources with. */
export interface Samples {
  /** By name: `trigger`, `event`, the steps' ids. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The events to choose from, newest first. */
  readonly events: readonly InboxEvent[];
  /** The chosen one; undefined for the trigger's own sample. */
  readonly chosen: string | undefined;
  choose(eventId: string | undefined): void;
}

const shown = 20;

/** The newest real event of the trigger, or a chosen one; and what the steps of the job it started gave. */
export function useSamples(recipeId: string, eventName: string | undefined): Samples {
  const [choice, setChoice] = useState<string>();
  const events = useQuery({
    queryKey: ["events", "samples", eventName],
    queryFn: () =>
      api<Page<InboxEvent>>(
        "GET",
        `/events?${new URLSearchParams({ name: eventName ?? "", limit: String(shown) }).toString()}`,
      ),
    enabled: eventName !== undefined,
  });
  const items = events.data?.items ?? [];
  // One that ran through has data of every step.
  const usual = items.find(({ jobs }) => jobs.some((job) => job.recipeId === recipeId)) ?? items[0];
  const chosen = choice === "sample" ? undefined : (items.find(({ id }) => id === choice) ?? usual);
  const event = useQuery({ ...eventQuery(chosen?.id ?? ""), enabled: chosen !== undefined });
  const jobId = chosen?.jobs.find((job) => job.recipeId === recipeId)?.id;
  const job = useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== undefined });
  const data = useMemo(() => {
    if (!chosen || !event.data) return {};
    const { id, name, occurredAt, payload } = event.data;
    const outputs = (jobId === undefined ? [] : (job.data?.steps ?? [])).flatMap(({ stepId, output }) =>
      stepId === undefined || output === null ? [] : [[stepId, output] as const],
    );
    return {
      ...Object.fromEntries(outputs),
      ...{ trigger: payload, event: { id, name, occurredAt } },
      ...(job.data && { job: { id: job.data.id, startedAt: job.data.startedAt } }),
    };
  }, [chosen, event.data, job.data, jobId]);
  return { data, events: items, chosen: chosen?.id, choose: (id) => setChoice(id ?? "sample") };
}
