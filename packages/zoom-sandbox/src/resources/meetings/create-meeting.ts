import type { Sandbox, User } from "../../sandbox.ts";
import { defaultSettings, type MeetingBody, toUtc } from "./meeting-body.ts";
import { type Meeting, zoomTime } from "./meeting-rows.ts";
import { knownFields } from "../tracking-fields/tracking-fields.ts";
import { type Kind, MEETING } from "../scheduled/kinds.ts";
import { occurrencesOf } from "./recurrence.ts";

/** Makes and keeps a meeting of the host. */
export function createMeeting(sandbox: Sandbox, body: MeetingBody, host: User): Meeting {
  return createScheduled(sandbox, MEETING, body, host);
}

/** Makes and keeps a meeting or webinar of the host. */
export function createScheduled(sandbox: Sandbox, kind: Kind, body: MeetingBody, host: User): Meeting {
  const { ids, clock } = sandbox;
  const id = ids.meeting();
  const type = body.type ?? kind.types.once;
  const timezone = body.timezone ?? host.timezone;
  const duration = body.duration ?? 60;
  const scheduled = [kind.types.once, kind.types.fixedTime, 10].includes(type);
  const start_time = scheduled ? toUtc(body.start_time ?? zoomTime(clock.now()), timezone) : undefined;
  const password = body.password ?? (body.default_password === false ? "" : ids.digits(6));
  const meeting: Meeting = {
    ...{
      id,
      uuid: ids.uuid(),
      host_id: host.id,
      topic: body.topic ?? `Zoom ${kind.title}`,
      type,
      status: "waiting",
    },
    ...(start_time !== undefined && { start_time }),
    ...{ duration, timezone, agenda: body.agenda ?? "", created_at: zoomTime(clock.now()), password },
    join_url: joinUrl(sandbox, { id, password }),
    settings: { ...defaultSettings, ...body.settings },
    ...(type === kind.types.fixedTime &&
      start_time !== undefined && {
        ...(body.recurrence && { recurrence: { ...body.recurrence } }),
        occurrences: occurrencesOf(body.recurrence ?? { type: 1 }, start_time, timezone, duration),
      }),
    ...(body.settings?.["use_pmi"] === true && { pmi: String(host.pmi) }),
    ...(body.tracking_fields && { tracking_fields: knownFields(sandbox, body.tracking_fields) }),
    ...{ pre_schedule: body.pre_schedule ?? false, deleted: false },
  };
  sandbox.table<Meeting>(kind.table).set(id, meeting);
  return meeting;
}

/** Where people join it; its link carries the passcode. */
export function joinUrl({ origin }: Pick<Sandbox, "origin">, of: Pick<Meeting, "id" | "password">): string {
  const { id, password } = of;
  return `${origin()}/j/${id}${password && `?pwd=${Buffer.from(password).toString("base64url")}.1`}`;
}
