import { useInterval } from "@mantine/hooks";
import { useReducer } from "react";

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** A time in the reader's zone, with the exact one on hover. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {format.format(new Date(at))}
    </time>
  );
}

/** A sentence of ours, its times in the reader's zone. */
export function withLocalTimes(sentence: string): string {
  return sentence.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) =>
    format.format(new Date(at)),
  );
}

/** How long ago, or until; kept right while it is looked at. */
export function Ago({ at }: { at: string }) {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useInterval(again, 20_000, { autoInvoke: true });
  return (
    <time dateTime={at} title={format.format(new Date(at))}>
      {agoText(at)}
    </time>
  );
}

function agoText(at: string): string {
  const ms = new Date(at).getTime() - Date.now();
  const unit = units.find(([, size]) => Math.abs(ms) >= size);
  if (!unit) return Math.abs(ms) < 10_000 ? "just now" : relative.format(Math.round(ms / 1000), "second");
  return relative.format(Math.round(ms / unit[1]), unit[0]);
}

/** A duration as people say it. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}
