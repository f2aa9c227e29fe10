import { z } from "zod";
import { num, text } from "../../operations/operation-action.ts";
import { type Row, timeOf } from "../../reconcile/look-around.ts";
import { fieldsOf } from "../../reconcile/event-keys.ts";
import { reportTrigger } from "../report-trigger.ts";

const monthMs = 32 * 86_400_000;

/** Starts a job for each day of the usage report. */
export const newDailyUsageRow = reportTrigger({
  title: "New or updated daily usage",
  summary:
    "Starts a job when a day of the usage report is over, or changes: new people, meetings, participants, minutes.",
  event: "report.daily_usage",
  endpoint: "GET /report/daily",
  filters: [],
  payload: z.looseObject({
    account_id: text(),
    object: z.looseObject({
      date: text(),
      new_users: num(),
      meetings: num(),
      participants: num(),
      meeting_minutes: num(),
    }),
  }),
  sample: {
    account_id: "aCc0untSampleId0000001",
    object: { date: "2026-01-15", new_users: 2, meetings: 40, participants: 180, meeting_minutes: 5400 },
  },
  identity: (row) => String(row["date"]),
  async read({ client, from, to, now, changes }) {
    const rows: Row[] = [];
    for (const month of monthsOf(from, to)) {
      const [year, number] = month.split("-").map(Number);
      const answer = fieldsOf(
        await client.request("GET", "/report/daily", { query: { year, month: number } }),
      );
      if (Array.isArray(answer["dates"])) rows.push(...answer["dates"].map(fieldsOf));
    }
    const today = now.toISOString().slice(0, 10);
    return {
      rows: rows
        .filter(
          ({ date }) => typeof date === "string" && date >= from && date <= to && (changes || date < today),
        )
        .map((row) => ({ row, at: new Date(timeOf(row["date"]) ?? now) })),
    };
  },
});

function monthsOf(from: string, to: string): readonly string[] {
  const months: string[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); ) {
    months.push(month);
    month = new Date(Date.parse(`${month}-01`) + monthMs).toISOString().slice(0, 7);
  }
  return months;
}
