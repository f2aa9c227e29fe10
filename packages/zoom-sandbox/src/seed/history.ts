/** A year of meetings that were held, so that reports and dashboards have something to say. */
import { IANAZone } from "luxon";
import type { Instance, Participant, RecordingStretch } from "../people/session-rows.ts";
import { createMeeting } from "../resources/meetings/create-meeting.ts";
import type { Meeting } from "../resources/meetings/meeting-rows.ts";
import { zoomTime } from "../resources/meetings/meeting-rows.ts";
import type { Sandbox, User } from "../sandbox.ts";
import type { Company } from "./company.ts";
import { createRandom, type Random } from "./random.ts";

/** Who comes: a person of the account or a guest. */
interface Guest {
  readonly name: string;
  readonly email: string;
}

const GUESTS: readonly [Guest, ...Guest[]] = [
  { name: "Ada Ackers", email: "ada@northwind.example" },
  { name: "Bo Bright", email: "bo@contoso.example" },
  { name: "Cleo Cruz", email: "cleo@fabrikam.example" },
  { name: "Dev Das", email: "dev@initech.example" },
  { name: "Eva Engel", email: "eva@globex.example" },
  { name: "Finn Fry", email: "finn@umbrella.example" },
];
const DAY_MS = 86_400_000;
const DEVICES = ["desktop", "desktop", "desktop", "mobile", "telephone"] as const;
const NETWORKS = ["Wifi", "Wifi", "Wired", "Cellular"] as const;

/** Writes what was held before now. */
export function seedHistory(sandbox: Sandbox, company: Company): void {
  if (company.historyDays === 0) return;
  const random = createRandom(Number(sandbox.ids.digits(9)));
  const nowMs = sandbox.clock.now().getTime();
  const fromMs = nowMs - (nowMs % DAY_MS) - company.historyDays * DAY_MS;
  const users = sandbox.users.all();
  const byEmail = (email: string): User => {
    const user = sandbox.users.byEmail(email);
    if (!user) throw new Error(`The company names the host ${email}, who is none of its people.`);
    return user;
  };

  for (const weekly of company.weekly) {
    const host = byEmail(weekly.host);
    const colleagues = users.filter(({ dept, id }) => weekly.departments.includes(dept) && id !== host.id);
    const meeting = createMeeting(
      sandbox,
      {
        ...{ topic: weekly.topic, type: 3, duration: weekly.minutes, timezone: host.timezone },
        settings: { auto_recording: weekly.recorded > 0 ? "cloud" : "none" },
      },
      host,
    );
    meeting.created_at = zoomTime(new Date(fromMs));
    const [hour = 0, minute = 0] = weekly.at.split(":").map(Number);
    const firstMs = fromMs + ((weekly.weekday - isoWeekday(fromMs) + 7) % 7) * DAY_MS;
    for (let dayMs = firstMs; dayMs < nowMs - DAY_MS; dayMs += 7 * DAY_MS) {
      const atMs = localTime(dayMs, hour, minute, host.timezone);
      const there = colleagues.filter(() => random.next() < 0.85);
      hold(sandbox, random, meeting, host, atMs, there, weekly.minutes);
      if (random.next() < weekly.recorded) record(sandbox, meeting, atMs, weekly.minutes);
    }
  }

  const { calls } = company;
  if (!calls) return;
  const hosts = calls.hosts.map(byEmail);
  const count = Math.round((company.historyDays / 7) * calls.perWeek);
  for (let index = 0; index < count; index += 1) {
    const host = hosts[random.below(hosts.length)] ?? byEmail(calls.hosts[0] ?? "");
    const guest = random.pick(GUESTS);
    const minutes = 15 + random.below(8) * 5;
    const dayMs = fromMs + random.below(company.historyDays - 1) * DAY_MS;
    const atMs = localTime(dayMs, 9 + random.below(8), random.below(4) * 15, host.timezone);
    if (isoWeekday(dayMs) > 5) continue;
    const meeting = createMeeting(
      sandbox,
      {
        ...{ topic: `Call with ${guest.name}`, type: 2, duration: minutes, timezone: host.timezone },
        start_time: zoomTime(new Date(atMs)),
      },
      host,
    );
    meeting.created_at = zoomTime(new Date(atMs - 2 * DAY_MS));
    hold(sandbox, random, meeting, host, atMs, [guest], minutes);
  }
}

/** 1 is Monday. */
const isoWeekday = (dayMs: number): number => ((Math.floor(dayMs / DAY_MS) + 3) % 7) + 1;

/** The moment of a time of day in a zone; plain arithmetic, or a year of history would take most of the start. */
function localTime(dayMs: number, hour: number, minute: number, timezone: string): number {
  const wallMs = dayMs + (hour * 60 + minute) * 60_000;
  return wallMs - IANAZone.create(timezone).offset(wallMs) * 60_000;
}

/** One time that it was held: the host first, the others within some minutes, everybody gone at the end. */
function hold(
  sandbox: Sandbox,
  random: Random,
  meeting: Meeting,
  host: User,
  atMs: number,
  others: readonly (User | Guest)[],
  minutes: number,
): void {
  const instances = sandbox.table<Instance>("instances");
  const participants = sandbox.table<Participant>("participants");
  if (instances.has(meeting.uuid)) meeting.uuid = sandbox.ids.uuid();
  const { uuid, id: meeting_id, topic, type, timezone, duration } = meeting;
  const length = Math.max(5, minutes - 5 + random.below(10));
  const moment = momentsFrom(atMs);
  instances.set(uuid, {
    ...{ uuid, meeting_id, kind: "meeting", host_id: host.id, topic, type, timezone, duration },
    ...{ start_time: moment(0), end_time: moment(length) },
  });
  [host, ...others].forEach((one, index) => {
    const user_id = String(16_778_240 + index * 1024);
    const join = index === 0 ? 0 : random.below(6);
    const early = index > 0 && random.next() < 0.15;
    const isUser = "id" in one;
    participants.set(`${uuid}/${user_id}`, {
      ...{ key: `${uuid}/${user_id}`, uuid, id: isUser ? one.id : "", user_id },
      name: isUser ? one.display_name : one.name,
      ...{ user_email: one.email, registrant_id: "", role: index === 0 ? "host" : "attendee" },
      device: index === 0 ? "desktop" : random.pick(DEVICES),
      ...{ join_time: moment(join), leave_time: moment(early ? length - 5 : length) },
      leave_reason: index === 0 ? "Host ended the meeting." : "left the meeting.",
      ip_address: `192.0.2.${1 + random.below(250)}`,
      location: isUser ? one.location : "",
      ...{ network_type: random.pick(NETWORKS), data_center: "", version: "6.6.0" },
      ...{ muted: false, camera_on: random.next() < 0.7 },
    });
  });
}

/** Zoom's time so many minutes after a moment. */
function momentsFrom(startMs: number): (minutes: number) => string {
  return (minutes) => zoomTime(new Date(startMs + minutes * 60_000));
}

function record(sandbox: Sandbox, { uuid }: Meeting, atMs: number, minutes: number): void {
  const id = sandbox.ids.key();
  const time = momentsFrom(atMs);
  sandbox
    .table<RecordingStretch>("recording_stretches")
    .set(id, { id, uuid, start_time: time(1), end_time: time(minutes - 6), pauses: [] });
}
