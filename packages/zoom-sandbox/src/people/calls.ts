/**
 * Calling out of a meeting: to telephones, to room systems, and to people of the account by invitation.
 * What nobody answers within a minute is missed. Zoom has these events for meetings alone.
 */
import type { Sandbox } from "../sandbox.ts";
import { joinMeeting } from "./join.ts";
import { held, type Planned, Refused, type Session, sessionOf, tell } from "./session.ts";
import type { Call, Instance, Participant, Waiter } from "./session-rows.ts";

/** How long it rings. */
const RINGS_MS = 60_000;

/** How a call ends. */
export const OUTCOMES = ["accepted", "rejected", "missed", "failed"] as const;

/** How a call ended. */
export type Outcome = (typeof OUTCOMES)[number];

/** The calls of the session that ring. */
export function ringing({ sandbox, instance }: Session): Call[] {
  return sandbox
    .table<Call>("session_calls")
    .by("uuid", instance.uuid)
    .filter(({ state }) => state === "ringing");
}

/** Rings at a telephone, a room system or a person of the account. @throws {Refused} */
export function callOut(
  session: Session,
  wanted: Pick<Call, "kind" | "name" | "address"> & {
    readonly call_type?: Call["call_type"];
    readonly inviter_id?: string | undefined;
  },
): Call {
  const { sandbox, instance } = session;
  if (instance.kind === "webinar") throw new Refused("A webinar calls nobody.");
  const { inviter_id = instance.host_id, call_type, ...named } = wanted;
  const call: Call = {
    ...{ id: sandbox.ids.uuid(), uuid: instance.uuid, ...named, inviter_id, state: "ringing" },
    ...(call_type !== undefined && { call_type }),
    rings_until: new Date(sandbox.clock.now().getTime() + RINGS_MS).toISOString(),
  };
  sandbox.table<Call>("session_calls").set(call.id, call);
  tellCall(session, call, call.kind === "person" ? "dispatched" : "ringing");
  ringOut(sandbox, call);
  return call;
}

/** The call with that id, name or address that rings. @throws {Refused} */
export function ringingCall(session: Session, which: string): Call {
  const found = ringing(session).find((call) => [call.id, call.name, call.address].includes(which));
  if (!found) {
    const known = ringing(session).map(({ name, address }) => `${name} (${address})`);
    throw new Refused(`Nothing rings at ${which}; there rings: ${known.join(", ") || "nothing"}.`);
  }
  return found;
}

/** The call is answered, or not; who accepts is in. @throws {Refused} */
export function endCall(
  session: Session,
  call: Call,
  outcome: Outcome,
  /** Zoom's reason why a room system could not be reached. */
  reasonType = 9,
): Participant | Waiter | undefined {
  if (outcome === "failed" && call.kind !== "room") throw new Refused("Only a call to a room system fails.");
  call.state = outcome;
  const more = outcome === "failed" ? { reason_type: reasonType } : {};
  tellCall(session, call, call.kind === "person" && outcome === "missed" ? "timeout" : outcome, more);
  if (outcome !== "accepted") return undefined;
  const { sandbox, planned } = session;
  if (call.kind === "person")
    return joinMeeting(sandbox, planned, { email: call.address, device: "desktop" });
  const device = call.kind === "phone" ? "telephone" : "room";
  const phone_number = call.kind === "phone" ? call.address : undefined;
  return joinMeeting(sandbox, planned, { name: call.name, device, phone_number });
}

/** Timers do not outlive a restored snapshot: what rings goes on ringing. */
export function ringOn(sandbox: Sandbox): void {
  for (const call of sandbox.table<Call>("session_calls").filter(({ state }) => state === "ringing"))
    ringOut(sandbox, call);
}

function ringOut(sandbox: Sandbox, call: Call): void {
  sandbox.clock.schedule(new Date(call.rings_until), () => {
    if (call.state !== "ringing") return;
    const instance = sandbox.table<Instance>("instances").get(call.uuid);
    const planned = sandbox.table<Planned>("meetings").get(instance?.meeting_id ?? "");
    if (planned?.status === "started" && planned.uuid === call.uuid)
      endCall(sessionOf(sandbox, planned), call, "missed");
    else call.state = "missed";
  });
}

function tellCall(session: Session, call: Call, what: string, more: object = {}): void {
  const { sandbox, instance } = session;
  const { meeting_id: id, uuid, host_id, topic } = instance;
  const inviter = sandbox.users.find(call.inviter_id);
  if (call.kind === "person") {
    const invited = sandbox.users.byEmail(call.address);
    const operator = what === "dispatched" ? inviter : invited;
    tell(
      session,
      `invitation_${what}`,
      {
        ...{ id: held(session).id, uuid, host_id, topic },
        participant: { participant_user_id: invited?.id ?? "", email: call.address },
      },
      { operator: operator?.email ?? "", operator_id: operator?.id ?? "" },
    );
    return;
  }
  // Zoom: ids and telephone numbers are numbers in these.
  if (call.kind === "phone")
    tell(session, `participant_phone_callout_${what}`, {
      ...{ id, uuid, host_id },
      participant: { invitee_name: call.name, phone_number: Number(call.address.replace(/\D/g, "")) },
    });
  else
    tell(session, `participant_room_system_callout_${what}`, {
      ...{ id, uuid, host_id, message_id: call.id, inviter_name: inviter?.display_name ?? "", ...more },
      participant: { call_type: call.call_type ?? "h323", device_ip: call.address },
    });
}
