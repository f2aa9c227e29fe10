import { Tooltip } from "@mantine/core";
import type { RecentJobs } from "../api.ts";
import { duration } from "./time.tsx";

const colours: Readonly<Record<string, string>> = {
  ...{
    succeeded: "teal",
    failed: "red",
    waiting: "orange",
    running: "blue",
    queued: "gray",
    cancelled: "gray",
  },
};
const tallest = 24;
const least = 5;

/** The last jobs of a recipe as bars: the newest to the right, the colour says how it ended, the height how long it took. */
export function RecentJobsPicture({ jobs }: { readonly jobs: RecentJobs["jobs"] }) {
  if (jobs.length === 0) return null;
  const longest = Math.max(1, ...jobs.map(({ durationMs = 0 }) => durationMs));
  const failed = jobs.filter(({ state }) => state === "failed").length;
  return (
    <Tooltip label={`The last ${jobs.length}: ${failed} failed; the longest took ${duration(longest)}`}>
      <div className="recent-jobs" role="img" aria-label={`Of the last ${jobs.length} jobs ${failed} failed`}>
        {jobs.toReversed().map(({ id, state, durationMs = 0 }) => (
          <span
            key={id}
            style={{
              height: least + (tallest - least) * Math.sqrt(durationMs / longest),
              background: `var(--mantine-color-${colours[state] ?? "gray"}-filled)`,
            }}
          />
        ))}
      </div>
    </Tooltip>
  );
}
