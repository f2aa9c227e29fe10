/** Lengths of time as recipes write them: `30s`, `1h30m`, `2d`. */
const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const part = /(\d+(?:\.\d+)?)(ms|[smhdw])/g;

/** What a length of time looks like. */
export const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;

/** Ten years: what is longer was not meant. */
export const maxDurationMs = 3_650 * unitsMs.d;

/** The length in milliseconds; undefined when the text is none. */
export function durationMsOf(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let sumMs = 0;
  for (const [, count, unit = ""] of text.matchAll(part)) {
    sumMs += Number(count) * (Object.hasOwn(unitsMs, unit) ? unitsMs[unit as keyof typeof unitsMs] : 0);
  }
  return sumMs <= maxDurationMs ? Math.round(sumMs) : undefined;
}
