/** Workato's schedules as cron patterns. */
import { ianaZone } from "../expressions/rails-zones.ts";
import { type Json, textOf, without } from "./workato-json.ts";

/** `every 2 hours`, `every day at 5:00` as a trigger's settings here; what cannot be said stays as it was, to be told. */
export function scheduleOf(given: Json): Json {
  const { time_unit: unit, trigger_every: every = "1", trigger_at: at, timezone: zone } = given;
  const count = Number(textOf(every));
  const [, hour = "0", minute = "0"] = /^(\d{1,2}):(\d{2})/.exec(textOf(at)) ?? [];
  const cron = patternOf(textOf(unit).toLowerCase(), count, Number(hour), Number(minute));
  if (cron === undefined) return given;
  const named = textOf(zone);
  return {
    ...without(given, ["time_unit", "trigger_every", "trigger_at", "timezone"]),
    cron,
    // Without one it is Workato's own.
    timeZone: ianaZone(named === "" ? "Pacific Time (US & Canada)" : named),
  };
}

function patternOf(unit: string, every: number, hour: number, minute: number): string | undefined {
  if (!Number.isInteger(every) || every < 1) return undefined;
  // Cron begins anew with each hour, day and month: only what fits into them is the same.
  if (unit === "minutes" && 60 % every === 0) return every === 60 ? "0 * * * *" : `*/${every} * * * *`;
  if (unit === "hours" && 24 % every === 0)
    return `${minute} ${every === 1 ? "*" : every === 24 ? hour : `*/${every}`} * * *`;
  if (unit === "days" && every === 1) return `${minute} ${hour} * * *`;
  if (unit === "weeks" && every === 1) return `${minute} ${hour} * * 1`;
  return unit === "months" && every === 1 ? `${minute} ${hour} 1 * *` : undefined;
}
