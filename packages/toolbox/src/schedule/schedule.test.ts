import type { LookAnswer, PollingTrigger } from "@greenroom/connector-kit";
import { describe, expect, it } from "vitest";
import { schedule } from "./schedule.ts";

/** A recipe's looks over time, each from where the one before ended; gives the times by the zone's clocks. */
function running(id: "cron" | "recurrence", input: object) {
  const trigger = schedule.triggers[id] as PollingTrigger;
  const config: unknown = trigger.config?.parse(input);
  let cursor: unknown;
  const look = async (now: string): Promise<LookAnswer> => {
    const at = { cursor, config, now: new Date(now), accountId: "", signal: new AbortController().signal };
    const answer = await trigger.poll({
      ...at,
      client: schedule.createClient({ profile: {}, accessToken: undefined }),
    });
    cursor = JSON.parse(JSON.stringify(answer.cursor));
    return answer;
  };
  return {
    look,
    async times(now: string): Promise<unknown[]> {
      const found: unknown[] = [];
      let answer: LookAnswer;
      do {
        answer = await look(now);
        for (const { payload, dedupeKey } of answer.events) {
          trigger.payload.parse(payload);
          expect(payload["scheduledAt"]).toBe(dedupeKey);
          found.push(payload["localTime"]);
        }
      } while (answer.more);
      return found;
    },
  };
}

const refusal = (id: "cron" | "recurrence", input: object) =>
  (schedule.triggers[id] as PollingTrigger).config
    ?.safeParse(input)
    .error?.issues.map(({ path, message }) => [path.join("."), message]);

describe("a cron pattern", () => {
  it("is due at its times from the start on, and says when the next one is", async () => {
    const recipe = running("cron", { cron: "30 8 * * MON-FRI", timeZone: "Europe/Paris" });
    const first = await recipe.look("2026-01-15T08:00:00Z");
    expect([first.events, first.nextAt?.toISOString()]).toEqual([[], "2026-01-16T07:30:00.000Z"]);
    expect(await recipe.times("2026-01-16T07:29:59Z")).toEqual([]);
    expect(await recipe.times("2026-01-16T07:30:01Z")).toEqual(["2026-01-16T08:30:00"]);
    expect(await recipe.times("2026-01-16T07:30:02Z")).toEqual([]);
    // Over the weekend nothing.
    expect((await recipe.look("2026-01-16T09:00:00Z")).nextAt?.toISOString()).toBe(
      "2026-01-19T07:30:00.000Z",
    );
  });

  it("keeps its hour by the zone's clocks when they change, and runs once in the hour that comes twice", async () => {
    const recipe = running("cron", { cron: "30 2 * * *", timeZone: "Europe/Paris", missed: "all" });
    await recipe.look("2026-10-24T12:00:00Z");
    // 25 October: 2:30 comes twice. 29 March: it does not come at all, and is made up for.
    expect(await recipe.times("2026-10-26T12:00:00Z")).toEqual([
      "2026-10-25T02:30:00",
      "2026-10-26T02:30:00",
    ]);
    const spring = running("cron", { cron: "30 2 * * *", timeZone: "Europe/Paris", missed: "all" });
    await spring.look("2026-03-28T12:00:00Z");
    expect(await spring.times("2026-03-30T12:00:00Z")).toHaveLength(2);
  });

  it.each([
    ["skip", []],
    ["once", ["2026-01-15T12:00:00"]],
    ["all", ["2026-01-15T10:00:00", "2026-01-15T11:00:00", "2026-01-15T12:00:00"]],
  ])("of runs that were missed as the server was off, %s: %j", async (missed, expected) => {
    const recipe = running("cron", { cron: "0 * * * *", missed });
    await recipe.look("2026-01-15T09:30:00Z");
    const answer = await recipe.look("2026-01-15T12:30:00Z");
    expect(answer.events.map(({ payload }) => payload["localTime"])).toEqual(expected);
    expect(answer.events.every(({ payload }) => payload["missed"] === true)).toBe(true);
    expect(await recipe.times("2026-01-15T13:00:02Z")).toEqual(["2026-01-15T13:00:00"]);
  });

  it("a day of minutes that were missed is made up for in portions, none twice", async () => {
    const recipe = running("cron", { cron: "* * * * *", missed: "all" });
    await recipe.look("2026-01-15T00:00:00Z");
    const times = await recipe.times("2026-01-16T00:00:00Z");
    expect([times.length, new Set(times).size]).toEqual([24 * 60, 24 * 60]);
  });

  it("that is none is refused with what to write", () => {
    expect(refusal("cron", { cron: "61 * * * *" })).toEqual([
      ["cron", expect.stringMatching(/is no cron pattern .*30 8/)],
    ]);
    expect(refusal("cron", { cron: "* * * * * *" })).toEqual([
      ["cron", expect.stringContaining("five parts")],
    ]);
    expect(refusal("cron", { cron: "0 9 * * *", timeZone: "Mars/Olympus" })).toEqual([
      ["timeZone", expect.stringContaining("Europe/Paris")],
    ]);
  });
});

describe("a recurrence rule", () => {
  it("is due on each month's last Friday, by the zone's clocks", async () => {
    const rule = { rule: "FREQ=MONTHLY;BYDAY=-1FR", start: "2026-01-30T17:00", timeZone: "America/New_York" };
    const recipe = running("recurrence", { ...rule, missed: "all" });
    await recipe.look("2026-01-01T00:00:00Z");
    expect(await recipe.times("2026-04-30T00:00:00Z")).toEqual([
      ...["2026-01-30T17:00:00", "2026-02-27T17:00:00", "2026-03-27T17:00:00", "2026-04-24T17:00:00"],
    ]);
  });

  it("counts every second week from its first time, and ends when it says so", async () => {
    const rule = { rule: "FREQ=WEEKLY;INTERVAL=2;COUNT=3", start: "2026-01-05T09:00" };
    const recipe = running("recurrence", { ...rule, missed: "all" });
    await recipe.look("2026-01-01T00:00:00Z");
    expect(await recipe.times("2026-06-01T00:00:00Z")).toEqual([
      ...["2026-01-05T09:00:00", "2026-01-19T09:00:00", "2026-02-02T09:00:00"],
    ]);
    expect(await recipe.times("2027-06-01T00:00:00Z")).toEqual([]);
  });

  it("that is none, or has its own zone, is refused with what to write", () => {
    const start = "2026-01-05T09:00";
    expect(refusal("recurrence", { rule: "every Monday", start })).toEqual([
      ["rule", expect.stringContaining("FREQ=WEEKLY")],
    ]);
    expect(refusal("recurrence", { rule: "FREQ=SECONDLY", start })).toEqual([
      ["rule", expect.stringContaining("each minute")],
    ]);
    expect(refusal("recurrence", { rule: "FREQ=DAILY", start: `${start}:00Z` })).toEqual([
      ["start", expect.stringContaining("timeZone")],
    ]);
    expect(refusal("recurrence", { rule: "FREQ=DAILY", start: "tomorrow" })).toEqual([
      ["start", expect.stringContaining("2026-01-05T09:00")],
    ]);
  });
});
