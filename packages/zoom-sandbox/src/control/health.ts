import type { Clock } from "../clock.ts";

/** What the clock says. */
export function timeOf(clock: Clock): object {
  return { now: clock.now().toISOString(), frozen: clock.frozen(), speed: clock.speed() };
}

/** What `/_sandbox/healthz` answers. */
export function healthJson(clock: Clock): string {
  return JSON.stringify({ status: "ok", ...timeOf(clock) });
}
