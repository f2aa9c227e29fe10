/** The lists of what a person has scheduled. */
import { DateTime, IANAZone } from "luxon";
import type { Call } from "../../call.ts";
import { invalidField, type Sandbox, type User } from "../../sandbox.ts";
import { listedMeeting } from "../meetings/meeting-body.ts";
import { type Meeting, type Occurrence, zoomTime } from "../meetings/meeting-rows.ts";
import { isExpired, type Kind, MEETING, mustHaveWebinars } from "./kinds.ts";

const DAY_MS = 86_400_000;
const SIX_MONTHS_MS = 183 * DAY_MS;

/** Times between which something must start; the end is not included. */
interface Span {
  readonly from: string;
  readonly to: string;
}

/** One of the times that a row stands for; without a start when it may be held at any time. */
type Time = Pick<Meeting, "duration"> & { readonly start_time?: string };

/** The operations that list meetings, or webinars. */
export function lists(sandbox: Sandbox, kind: Kind): void {
  const { api, table, clock, users } = sandbox;
  const rows = table<Meeting>(kind.table);
  const now = () => zoomTime(clock.now());
  const later = (ms: number) => zoomTime(new Date(clock.nowMs() + ms));
  // Zoom: only those that have not expired are listed (OpenAPI file).
  const of = (user: User) =>
    rows.by("host_id", user.id).filter((row) => !row.deleted && !isExpired(sandbox, kind, row));

  /** The first time of a row that the kind of list shows; undefined leaves the row out. */
  function shownTime(type: string | undefined, row: Meeting): Time | undefined {
    const live = row.status === "started";
    if (type === "live" && kind === MEETING) return live ? row : undefined;
    // Zoom: instant meetings are in no list but the live one (zoom-api.md 4.2).
    if (row.type === 1) return undefined;
    if (type === "upcoming" || (type === "upcoming_meetings" && kind === MEETING)) {
      // Zoom: what is live is upcoming too; of meetings there are six months and no more (OpenAPI file).
      const to = kind === MEETING ? later(SIX_MONTHS_MS) : "9999";
      return timeWithin(row, { from: now(), to }) ?? (live ? row : undefined);
    }
    if (type === "previous_meetings" && kind === MEETING) {
      if (live || row.start_time === undefined) return undefined;
      return timeWithin(row, { from: later(-SIX_MONTHS_MS), to: now() });
    }
    // Zoom: an unknown type lists as scheduled; there is no list of ended ones.
    return timesOf(row)[0] ?? row;
  }

  api.on(`GET /users/{userId}/${kind.table}`, (call) => {
    const user = users.named(call.params.userId, call.caller);
    mustHaveWebinars(sandbox, kind, user);
    const asked = spanOf(call);
    const list = of(user).flatMap((row) => {
      const time = shownTime(call.query("type"), row);
      if (time === undefined) return [];
      if (asked && time.start_time !== undefined && !timeWithin(row, asked)) return [];
      return [{ ...row, ...time }];
    });
    const { rows: shown, ...page } = call.page(list);
    return { ...page, [kind.table]: shown.map(listedMeeting) };
  });

  if (kind !== MEETING) return;
  api.on("GET /users/{userId}/upcoming_meetings", (call) => {
    const user = users.named(call.params.userId, call.caller);
    // Zoom: those of the next 24 hours, the person's own and those that the person was invited to (OpenAPI file).
    const invited = rows.filter((row) => !row.deleted && row.host_id !== user.id && isInvited(row, user));
    const meetings = [...of(user), ...invited].flatMap((row) => {
      const time = row.type === 1 ? undefined : timeWithin(row, { from: now(), to: later(DAY_MS) });
      if (time?.start_time === undefined) return [];
      const more = { passcode: row.password, use_pmi: row.pmi !== undefined, is_all_day: false };
      return [{ ...listedMeeting({ ...row, ...time }), ...more, is_host: row.host_id === user.id }];
    });
    return { total_records: meetings.length, meetings };
  });
}

/** Every time it is held at, but for those that were deleted. */
function timesOf({ occurrences, start_time, duration }: Meeting): Time[] {
  if (occurrences === undefined) return [{ duration, ...(start_time !== undefined && { start_time }) }];
  return occurrences
    .filter(({ status }) => status !== "deleted")
    .map((one: Occurrence) => ({ start_time: one.start_time, duration: one.duration }));
}

const timeWithin = (row: Meeting, { from, to }: Span): Time | undefined =>
  timesOf(row).find(({ start_time }) => start_time === undefined || (start_time >= from && start_time < to));

function isInvited({ settings }: Meeting, { email }: User): boolean {
  const { meeting_invitees: invitees } = settings;
  return (
    Array.isArray(invitees) &&
    invitees.some((one: { email?: string }) => one.email?.toLowerCase() === email.toLowerCase())
  );
}

/** The days from `from` to `to` in the query's `timezone`; undefined when neither is given. @throws {ZoomError} 400/300 */
function spanOf(call: Call): Span | undefined {
  const zone = call.query("timezone") || "UTC";
  if (!IANAZone.isValidZone(zone)) throw invalidField("timezone");
  const read = (field: "from" | "to"): DateTime | undefined => {
    const given = call.query(field);
    if (!given) return undefined;
    const at = DateTime.fromISO(given, { zone });
    if (!at.isValid) throw invalidField(field);
    // A day as the end is included.
    return field === "to" && given.length <= "2026-11-30".length ? at.plus({ days: 1 }) : at;
  };
  const [from, to] = [read("from"), read("to")];
  if (from === undefined && to === undefined) return undefined;
  const text = (at: DateTime | undefined, without: string) => (at ? zoomTime(at.toJSDate()) : without);
  return { from: text(from, ""), to: text(to, "9999") };
}
