/** Lanes: what a worker knows of each recipe whose jobs it runs, and which goes first. */
import type { QueueSettings } from "./queue-settings.ts";

/** A recipe that waited this long for its turn here goes before the next more urgent ones, and so on. */
const passedAfterMs = 60_000;

/** A recipe's jobs at this worker; to hold one is to hold the place that it was reserved from. */
export interface Lane {
  readonly recipeId: string;
  settings: QueueSettings;
  granted: number;
  used: number;
  /** Whether there may be queued jobs. */
  queued: boolean;
  /** Not before then, for its rate. */
  notBefore: number;
  /** No more places are asked for before then, in the process's own time; and how often that was in vain. */
  askAtMs: number;
  refusals: number;
  /** Since when it has queued jobs and began none of them here. */
  waitsSince: number | undefined;
}

/** A lane of which nothing is known yet. */
export const newLane = (recipeId: string, settings: QueueSettings): Lane => ({
  ...{ recipeId, settings, granted: 0, used: 0, queued: false, notBefore: 0 },
  ...{ askAtMs: 0, refusals: 0, waitsSince: undefined },
});

/** How many of a recipe's places one of so many workers asks for: others want some too. */
export const shareOf = ({ settings: { concurrency } }: Lane, workers: number): number =>
  Math.max(1, Math.ceil(concurrency / Math.max(1, workers)));

/** Whether more than a free place decides when its next job may begin. */
export const isOrderly = ({ settings: { keyOf, rate } }: Lane): boolean =>
  keyOf !== undefined || rate !== undefined;

/** The lanes with queued jobs, in the order in which they may begin some. */
export function openLanes(lanes: readonly Lane[], nowMs: number): readonly Lane[] {
  for (const lane of lanes) lane.waitsSince = lane.queued ? (lane.waitsSince ?? nowMs) : undefined;
  const urgency = ({ settings, waitsSince = nowMs }: Lane) =>
    settings.priority + Math.floor((nowMs - waitsSince) / passedAfterMs);
  // Of the equally urgent who has fewest jobs here goes first: a flood of one recipe's must not hold up the others.
  return lanes.filter(({ queued }) => queued).toSorted((a, b) => urgency(b) - urgency(a) || a.used - b.used);
}
