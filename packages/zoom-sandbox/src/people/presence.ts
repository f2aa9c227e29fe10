/** Who is in a session, and who waits for it. */
import type { Sandbox } from "../sandbox.ts";
import { kindOf, type Planned, Refused, type Session, wrongField } from "./session.ts";
import type { Participant, Waiter } from "./session-rows.ts";

/** How a person of a session is named: any of these. */
export interface Whom {
  readonly user_id?: string | undefined;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
}

/** Every stay of a session, those that are over too. */
export function staysOf({ table }: Pick<Sandbox, "table">, uuid: string): Participant[] {
  return table<Participant>("participants").by("uuid", uuid);
}

/** Who is in the session now. */
export function presentIn(sandbox: Pick<Sandbox, "table">, uuid: string): Participant[] {
  return staysOf(sandbox, uuid).filter(({ leave_time }) => leave_time === undefined);
}

/** Who waits, for the host or to be admitted. */
export function waitersOf({ table }: Pick<Sandbox, "table">, { id }: Pick<Planned, "id">): Waiter[] {
  return table<Waiter>("session_waiters").by("meeting_id", id);
}

/** The stay of someone who is in. @throws {Refused} */
export function presentPerson({ sandbox, instance }: Session, whom: Whom): Participant {
  const present = presentIn(sandbox, instance.uuid);
  const found = present.findLast((stay) => isMeant(stay, whom));
  if (!found)
    throw new Refused(
      `Nobody with ${saying(whom)} is in the ${instance.kind}; there are: ${names(present)}.`,
    );
  return found;
}

/** Someone who waits. @throws {Refused} */
export function waitingPerson(sandbox: Sandbox, planned: Planned, whom: Whom): Waiter {
  const waiting = waitersOf(sandbox, planned).map(({ stay }) => stay);
  const found = waitersOf(sandbox, planned).find(({ stay }) => isMeant(stay, whom));
  if (!found)
    throw new Refused(
      `Nobody with ${saying(whom)} waits for the ${kindOf(planned)}; there wait: ${names(waiting)}.`,
    );
  return found;
}

/** The host who is in, if any. */
export function presentHost({ sandbox, instance }: Session): Participant | undefined {
  return presentIn(sandbox, instance.uuid).find(({ role }) => role === "host");
}

function isMeant(stay: Participant, { user_id, email, name }: Whom): boolean {
  if (user_id !== undefined) return stay.user_id === user_id;
  if (email !== undefined) return sameEmail(stay.user_email, email) || sameEmail(stay.given_email, email);
  return name !== undefined && stay.name === name;
}

function sameEmail(one: string | undefined, other: string): boolean {
  return one !== undefined && one.toLowerCase() === other.toLowerCase();
}

/** A few of the people, for who mistook a name. */
function names(stays: readonly Participant[]): string {
  const some = stays
    .slice(0, 10)
    .map(({ name, user_email }) => (user_email ? `${name} (${user_email})` : name));
  return [...some, ...(stays.length > 10 ? [`${stays.length - 10} more`] : [])].join(", ") || "nobody";
}

function saying({ user_id, email, name }: Whom): string {
  if (user_id === undefined && email === undefined && name === undefined)
    throw wrongField("user_id", "name somebody by user_id, email or name");
  if (user_id !== undefined) return `the user_id ${user_id}`;
  return email === undefined ? `the name ${name ?? ""}` : `the email ${email}`;
}
