/** A year of meetings that were held, and those of the week to come, so that reports and dashboards have something to say. */
import { createMeeting } from "../resources/meetings/create-meeting.ts";
import { zoomTime } from "../resources/meetings/meeting-rows.ts";
import { MEETING } from "../resources/scheduled/kinds.ts";
import type { Sandbox, User } from "../sandbox.ts";
import type { Company } from "./company.ts";
import { DAY_MS, isoWeekday, type LocalTime } from "./days.ts";
import { type Guest, holdSession } from "./hold-session.ts";
import type { Random } from "./random.ts";

const GUESTS: readonly [Guest, ...Guest[]] = [
  { name: "Ada Ackers", email: "ada@northwind.example" },
  { name: "Bo Bright", email: "bo@contoso.example" },
  { name: "Cleo Cruz", email: "cleo@fabrikam.example" },
  { name: "Dev Das", email: "dev@initech.example" },
  { name: "Eva Engel", email: "eva@globex.example" },
  { name: "Finn Fry", email: "finn@umbrella.example" },
];
const DAYS_AHEAD = 7;

/** The days that the history spans. */
export interface Span {
  readonly fromMs: number;
  readonly nowMs: number;
  readonly days: number;
  readonly localTime: LocalTime;
}

/** A person of the company, by the address its file names. @throws {Error} when there is none */
export function hostNamed(sandbox: Sandbox, email: string): User {
  const user = sandbox.users.byEmail(email);
  if (!user) throw new Error(`The company names the host ${email}, who is none of its people.`);
  return user;
}

/** The meetings that came back every week. */
export function seedWeekly(sandbox: Sandbox, random: Random, { weekly }: Company, span: Span): void {
  const users = sandbox.users.all();
  for (const { topic, host: email, departments, weekday, at, minutes, recorded } of weekly) {
    const host = hostNamed(sandbox, email);
    const colleagues = users.filter(({ dept, id }) => departments.includes(dept) && id !== host.id);
    const meeting = createMeeting(
      sandbox,
      {
        ...{ topic, type: MEETING.types.noFixedTime, duration: minutes, timezone: host.timezone },
        settings: { auto_recording: recorded > 0 ? "cloud" : "none" },
      },
      host,
    );
    meeting.created_at = zoomTime(new Date(span.fromMs));
    const firstMs = span.fromMs + ((weekday - isoWeekday(span.fromMs) + 7) % 7) * DAY_MS;
    for (let dayMs = firstMs; dayMs < span.nowMs - DAY_MS; dayMs += 7 * DAY_MS) {
      const others = colleagues.filter(() => random.next() < 0.85);
      holdSession(sandbox, random, {
        ...{ kind: MEETING, meeting, host, others, minutes },
        ...{ atMs: span.localTime(dayMs, at, host.timezone), recorded: random.next() < recorded },
      });
    }
  }
}

/** Calls with people from outside: those of the past were held, those of the week to come are planned. */
export function seedCalls(sandbox: Sandbox, random: Random, { calls }: Company, span: Span): void {
  if (!calls) return;
  const hosts = calls.hosts.map((email) => hostNamed(sandbox, email));
  const count = Math.round(((span.days + DAYS_AHEAD) / 7) * calls.perWeek);
  for (let index = 0; index < count; index += 1) {
    const host = hosts[random.below(hosts.length)];
    const guest = random.pick(GUESTS);
    const minutes = 15 + random.below(8) * 5;
    const dayMs = span.fromMs + random.below(span.days + DAYS_AHEAD) * DAY_MS;
    const at = `${9 + random.below(8)}:${random.below(4) * 15}`;
    if (!host || isoWeekday(dayMs) > 5) continue;
    const atMs = span.localTime(dayMs, at, host.timezone);
    const meeting = createMeeting(
      sandbox,
      {
        ...{ topic: `Call with ${guest.name}`, type: MEETING.types.once, duration: minutes },
        ...{ timezone: host.timezone, start_time: zoomTime(new Date(atMs)) },
      },
      host,
    );
    meeting.created_at = zoomTime(new Date(Math.min(atMs, span.nowMs) - 2 * DAY_MS));
    if (atMs > span.nowMs - DAY_MS) continue;
    holdSession(sandbox, random, {
      ...{ kind: MEETING, meeting, host, others: [guest], atMs, minutes, recorded: false },
    });
  }
}
