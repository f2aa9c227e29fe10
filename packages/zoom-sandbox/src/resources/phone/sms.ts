/** Text messages. Not emulated: attachments, campaigns, queues as senders, delivery failures. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { inPeriod, type PhoneNumber, phoneUserOf } from "./phone-rows.ts";

/** A message. Table `phone_messages`. */
interface Message {
  id: string;
  session_id: string;
  from: string;
  to: string[];
  text: string;
  date_time: string;
}

/** Text messages between numbers. */
export interface Sms {
  /** Sends one, or says why not. */
  readonly deliver: (from: string, to: string, text: string) => object | string;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const SMS = 1;

/** The operations. */
export function createSms(sandbox: Sandbox): Sms {
  const { api, table, ids, clock, users } = sandbox;
  const rows = table<Message>("phone_messages");
  const ownerOfNumber = (number: string): string =>
    table<PhoneNumber>("phone_numbers").find((row) => row.number === number)?.assignee_id ?? "";
  const member = (phone_number: string): object => {
    const id = ownerOfNumber(phone_number);
    const user = id === "" ? undefined : users.find(id);
    return {
      phone_number,
      display_name: user?.display_name ?? "",
      ...(user && { owner: { id, type: "user" } }),
    };
  };
  const inbound = ({ from }: Message): boolean => ownerOfNumber(from) === "";
  const shown = (row: Message): object => ({
    ...{
      message_id: row.id,
      message: row.text,
      date_time: row.date_time,
      message_type: SMS,
      attachments: [],
    },
    ...{ direction: inbound(row) ? "In" : "Out", delivery_status: inbound(row) ? "received" : "delivered" },
    ...{ sender: member(row.from), to_members: row.to.map(member) },
  });
  /** People of the account in it. */
  const ownersOf = ({ from, to }: Message): string[] =>
    [from, ...to].map(ownerOfNumber).filter((id) => id !== "");

  function keep(from: string, to: string[], text: string): Message {
    const session_id = `V1-${Buffer.from([from, ...to].toSorted((a, b) => (a < b ? -1 : 1)).join()).toString("base64url")}`;
    const row = { id: `IQ-${ids.key()}`, session_id, from, to, text, date_time: zoomTime(clock.now()) };
    rows.set(row.id, row);
    for (const userId of new Set(ownersOf(row))) {
      const event = userId === ownerOfNumber(from) ? "phone.sms_sent" : "phone.sms_received";
      const owner = { id: userId, type: "user" };
      sandbox.emit(event, { object: { ...shown(row), session_id, owner } }, { userId });
    }
    return row;
  }

  api.on("POST /phone/sms/messages", (call) => {
    const { sender, to_members, message } = call.body<{
      sender: { phone_number: string; user_id?: string; id?: string };
      to_members: { phone_number: string }[];
      message?: string;
    }>();
    const owner = ownerOfNumber(sender.phone_number);
    if (owner === "") throw zoomError(400, 7001, "Phone number is not valid.");
    call.actFor(owner);
    const numbers = to_members.map(({ phone_number }) => phone_number);
    if (numbers.length === 0 || numbers.some((number) => !E164.test(number))) {
      throw zoomError(400, 316, "The phone number does not conform to the E.164 standard.");
    }
    if (message === undefined || message === "") throw zoomError(400, 300, "Validation Failed.");
    const row = keep(sender.phone_number, numbers, message);
    return { date_time: row.date_time, message_id: row.id, session_id: row.session_id };
  });

  const sessions = (call: Call, all: Message[]): object => {
    const number = call.query("phone_number");
    const wanted = all.filter(({ from, to }) => !number || from === number || to.includes(number));
    const { rows: inside } = inPeriod(sandbox, call, wanted, ({ date_time }) => date_time);
    const latest = new Map<string, Message>();
    for (const row of inside) if (!latest.has(row.session_id)) latest.set(row.session_id, row);
    const { rows: page, ...rest } = call.page([...latest.values()]);
    return {
      ...rest,
      sms_sessions: page.map((row) => ({
        ...{ session_id: row.session_id, session_type: "user", last_access_time: row.date_time },
        participants: [row.from, ...row.to].map((one) => ({
          ...member(one),
          is_session_owner: ownerOfNumber(one) !== "",
        })),
      })),
    };
  };
  // Without the role's privilege, a person's own are all there is.
  const seenBy = ({ caller }: Call, all: readonly Message[]): Message[] =>
    all.filter((row) => caller.admin || ownersOf(row).includes(caller.user.id));
  api.on("GET /phone/sms/sessions", (call) => sessions(call, seenBy(call, rows.all())));
  api.on("GET /phone/users/{userId}/sms/sessions", (call) => {
    const { user } = phoneUserOf(sandbox, call);
    return sessions(
      call,
      rows.filter((row) => ownersOf(row).includes(user.id)),
    );
  });
  api.on("GET /phone/sms/sessions/{sessionId}", (call) => {
    const all = seenBy(call, rows.by("session_id", call.params.sessionId));
    if (all.length === 0) throw zoomError(404, 7013, "Error retrieving SMS history.");
    const { rows: inside } = inPeriod(sandbox, call, all, ({ date_time }) => date_time);
    const { rows: page, ...rest } = call.page(inside);
    return { ...rest, sms_histories: page.map(shown) };
  });
  api.on("GET /phone/sms/sessions/{sessionId}/messages/{messageId}", (call) => {
    const row = rows.get(call.params.messageId);
    if (row?.session_id !== call.params.sessionId || seenBy(call, [row]).length === 0)
      throw zoomError(404, 7013, "Error retrieving SMS history.");
    return shown(row);
  });

  return {
    deliver: (from, to, text) => {
      if (ownerOfNumber(from) === "" && ownerOfNumber(to) === "")
        return `Neither ${from} nor ${to} is a number of somebody in the account.`;
      return shown(keep(from, [to], text));
    },
  };
}
