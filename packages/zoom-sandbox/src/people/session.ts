/** A meeting or a webinar that is under way, and how its events are told. */
import type { Context } from "hono";
import { zoomTime } from "../resources/meetings/meeting-rows.ts";
import type { FieldError, Sandbox, SandboxEnv } from "../sandbox.ts";
import { events } from "../webhooks/events.ts";
import type { Instance, Participant } from "./session-rows.ts";

/** What a meeting and a webinar have in common. */
export interface Planned {
  readonly id: number;
  uuid: string;
  readonly host_id: string;
  readonly topic: string;
  readonly type: number;
  status: "waiting" | "started";
  /** True once it was started: what never was expires. */
  held?: boolean;
  readonly duration: number;
  readonly timezone: string;
  readonly start_time?: string;
  readonly password?: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A meeting or webinar that is under way. */
export interface Session {
  readonly sandbox: Sandbox;
  readonly planned: Planned;
  readonly instance: Instance;
}

/** Why a person cannot do what was asked; routes of ours answer it with 409. */
export class Refused extends Error {}

/** What is wrong with how it was asked, by field; routes of ours answer it with 400. */
export class BodyRefused extends Refused {
  readonly faults: readonly FieldError[];

  constructor(faults: readonly FieldError[]) {
    super(faults.map(({ field, message }) => `${field || "The body"}: ${message}`).join("\n"));
    this.faults = faults.map(({ field, message }) => ({ field, message }));
  }
}

/** Refuses one field of what was asked. */
export function wrongField(field: string, message: string): BodyRefused {
  return new BodyRefused([{ field, message }]);
}

/** Answers a refusal: 400 with the fields where it was asked wrongly, 409 where it cannot be done now. */
export function answerRefused(c: Context<SandboxEnv>, refused: Refused): Response {
  return refused instanceof BodyRefused
    ? c.json({ error: refused.message, errors: refused.faults }, 400)
    : c.json({ error: refused.message }, 409);
}

/** Zoom: webinars have types of their own (zoom-api.md 4.2). */
export function kindOf({ type }: Pick<Planned, "type">): Instance["kind"] {
  return type === 5 || type === 6 || type === 9 ? "webinar" : "meeting";
}

/** The session that is under way. @throws {Refused} */
export function sessionOf(sandbox: Sandbox, planned: Planned): Session {
  const instance = sandbox.table<Instance>("instances").get(planned.uuid);
  if (planned.status !== "started" || !instance)
    throw new Refused(`The ${kindOf(planned)} is not under way: start it first.`);
  return { sandbox, planned, instance };
}

/** Now, as Zoom writes it. */
export function nowIn({ sandbox: { clock } }: Pick<Session, "sandbox">): string {
  return zoomTime(clock.now());
}

/** Emits `meeting.<what>`, or `webinar.<what>` where Zoom has such an event. */
export function tell(session: Session, what: string, object: object, more: object = {}): void {
  const { sandbox, instance } = session;
  const event = what.startsWith("recording.") ? what : `${instance.kind}.${what}`;
  if (!events().has(event)) return;
  sandbox.emit(event, { ...more, object }, { userId: instance.host_id });
}

/** The object of most events. Zoom: the id is text in these, and a number in created, updated, deleted and others. */
export function held({ instance }: Session): HeldObject {
  const { meeting_id, uuid, host_id, topic, type, start_time, timezone, duration } = instance;
  return { id: String(meeting_id), uuid, host_id, topic, type, start_time, timezone, duration };
}

interface HeldObject {
  id: string;
  uuid: string;
  host_id: string;
  topic: string;
  type: number;
  start_time: string;
  timezone: string;
  duration: number;
}

/** A participant as events show one. Zoom: people from outside the account have empty ids, and an empty email unless registered. */
export function shownPerson(stay: Participant): ShownPerson {
  return {
    ...{ user_id: stay.user_id, user_name: stay.name, id: stay.id },
    ...{ participant_user_id: stay.id, participant_uuid: stay.participant_uuid ?? "" },
    ...{ email: stay.user_email, registrant_id: stay.registrant_id },
    ...(stay.phone_number !== undefined && { phone_number: stay.phone_number }),
  };
}

interface ShownPerson {
  user_id: string;
  user_name: string;
  id: string;
  participant_user_id: string;
  participant_uuid: string;
  email: string;
  registrant_id: string;
  phone_number?: string;
}

/** Tells what happened to one participant. */
export function tellOf(session: Session, what: string, stay: Participant, more: object): void {
  tell(session, `participant_${what}`, {
    ...held(session),
    participant: { ...shownPerson(stay), ...more },
  });
}

/** Zoom: a person has another number in a breakout room; the one in the main session is the parent's. */
export function roomUserId({ user_id }: Participant): string {
  return String(Number(user_id) + 512);
}
