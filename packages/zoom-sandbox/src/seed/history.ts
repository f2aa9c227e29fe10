/** A year of meetings that were held, so that reports and dashboards have something to say. */
import { DateTime } from "luxon";
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
const DEVICES = ["desktop", "desktop", "desktop", "mobile", "telephone"] as const;
const NETWORKS = ["Wifi", "Wifi", "Wired", "Cellular"] as const;

/** Writes what was held before now. */
export function seedHistory(sandbox: Sandbox, company: Company): void {
  if (company.historyDays === 0) return;
  const random = createRandom(Number(sandbox.ids.digits(9)));
  const now = DateTime.fromJSDate(sandbox.clock.now()).toUTC();
  const from = now.minus({ days: company.historyDays });
  const users = sandbox.users.all();
  const byEmail = (email: string): User => {
    const user = sandbox.users.byEmail(email);
    if (!user) throw new Error(`The company names the host ${email}, who is none of its people.`);
    return user;
  };

  for (const weekly of company.weekly) {
    const host = byEmail(weekly.host);
    const colleagues = users.filter(({ dept, id }) => weekly.departments.includes(dept) && id !== host.id);
    const first = onWeekday(from.setZone(host.timezone), weekly.weekday, weekly.at);
    const meeting = createMeeting(
      sandbox,
      {
        ...{ topic: weekly.topic, type: 3, duration: weekly.minutes, timezone: host.timezone },
        settings: { auto_recording: weekly.recorded > 0 ? "cloud" : "none" },
      },
      host,
    );
    meeting.created_at = zoomTime(first.minus({ days: 1 }).toJSDate());
    for (let at = first; at < now; at = at.plus({ weeks: 1 })) {
      const there = colleagues.filter(() => random.next() < 0.85);
      hold(sandbox, random, meeting, host, at, there, weekly.minutes);
      if (random.next() < weekly.recorded) record(sandbox, meeting, at, weekly.minutes);
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
    const day = from.plus({ days: random.below(company.historyDays) }).setZone(host.timezone);
    const at = day.set({
      hour: 9 + random.below(8),
      minute: random.below(4) * 15,
      second: 0,
      millisecond: 0,
    });
    if (at >= now || at.weekday > 5) continue;
    const meeting = createMeeting(
      sandbox,
      {
        ...{ topic: `Call with ${guest.name}`, type: 2, duration: minutes, timezone: host.timezone },
        start_time: zoomTime(at.toJSDate()),
      },
      host,
    );
    meeting.created_at = zoomTime(at.minus({ days: 2 }).toJSDate());
    hold(sandbox, random, meeting, host, at, [guest], minutes);
  }
}

function onWeekday(from: DateTime, weekday: number, at: string): DateTime {
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  const first = from.set({ hour, minute, second: 0, millisecond: 0 });
  return first.plus({ days: (weekday - first.weekday + 7) % 7 });
}

/** One time that it was held: the host first, the others within some minutes, everybody gone at the end. */
function hold(
  sandbox: Sandbox,
  random: Random,
  meeting: Meeting,
  host: User,
  at: DateTime,
  others: readonly (User | Guest)[],
  minutes: number,
): void {
  const instances = sandbox.table<Instance>("instances");
  const participants = sandbox.table<Participant>("participants");
  if (instances.has(meeting.uuid)) meeting.uuid = sandbox.ids.uuid();
  const { uuid, id: meeting_id, topic, type, timezone, duration } = meeting;
  const length = Math.max(5, minutes - 5 + random.below(10));
  const moment = (offset: number): string =>
    zoomTime(at.plus({ minutes: Math.min(offset, length) }).toJSDate());
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

function record(sandbox: Sandbox, { uuid }: Meeting, at: DateTime, minutes: number): void {
  const id = sandbox.ids.key();
  const time = (offset: number): string => zoomTime(at.plus({ minutes: offset }).toJSDate());
  sandbox
    .table<RecordingStretch>("recording_stretches")
    .set(id, { id, uuid, start_time: time(1), end_time: time(minutes - 6), pauses: [] });
}
