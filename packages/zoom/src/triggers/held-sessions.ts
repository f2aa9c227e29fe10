/** Reports of sessions that were held, one after the other, each once it is ready. */
import type { Client } from "@greenroom/connector-kit";
import { isRefused, listed, type Row, timeOf } from "../reconcile/look-around.ts";
import type { ReportDays, ReportRows } from "./report-trigger.ts";

/** Zoom makes a report of who was there some time after the end. */
const readyAfterMs = 30 * 60_000;
/** What has none by then will never have one. */
const givenUpAfterMs = 3 * 60 * 60_000;
/** Sessions read in one look; the next follows at once. */
const mostAtOnce = 25;

/** Reads the sessions that ended on these days, by what the account's history says of them. */
export async function heldSessions(
  kind: "meeting" | "webinar",
  { client, from, to, now, done, passOver }: ReportDays,
  readOne: (
    client: Client,
    uuid: string,
  ) => Promise<readonly { readonly row: Row; readonly at: Date | undefined }[]>,
): Promise<ReportRows> {
  const history = await listed(client, "/report/history_meetings", "history_meetings", {
    query: { from, to, date_type: "end_time", meeting_type: kind },
  });
  const ended = history.flatMap((row) => {
    const atMs = timeOf(row["end_time"]);
    return atMs === undefined ? [] : [{ row, atMs, uuid: String(row["meeting_uuid"]) }];
  });
  if (passOver) return { rows: [], done: ended.map(({ uuid }) => uuid) };
  const known = ended.filter(({ uuid }) => done.has(uuid)).map(({ uuid }) => uuid);
  const ready = ended.filter(({ uuid, atMs }) => !done.has(uuid) && atMs + readyAfterMs <= now.getTime());
  const rows: { row: Row; at: Date | undefined }[] = [];
  for (const { row: session, uuid, atMs } of ready.slice(0, mostAtOnce)) {
    const { meeting_id: id, topic, host_email, start_time, end_time, duration, tracking_fields } = session;
    const about = {
      id: String(id),
      uuid,
      topic,
      host_email,
      start_time,
      end_time,
      duration,
      tracking_fields,
    };
    // Zoom: a meeting has a report only when two people or more were there.
    const none = kind === "meeting" && Number(session["participants"]) < 2;
    try {
      if (!none) {
        const found = await readOne(client, uuid);
        rows.push(...found.map(({ row, at }) => ({ row: { ...about, ...row }, at: at ?? new Date(atMs) })));
      }
      known.push(uuid);
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (atMs + givenUpAfterMs < now.getTime()) known.push(uuid);
    }
  }
  // What was not ready is not waited for: it comes with a later look.
  return { rows, done: known, more: ready.length > mostAtOnce };
}

/** When a row says that it was. */
export function momentOf(value: unknown): Date | undefined {
  const ms = timeOf(value);
  return ms === undefined ? undefined : new Date(ms);
}
