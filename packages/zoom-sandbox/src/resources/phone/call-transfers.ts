/**
 * Calls that go on to somebody else: transferred blind, after a word with the recipient, or to a voicemail; parked and taken
 * up. The one who hands over has their call ended, and the other's goes on as a call of its own. Fields follow Zoom's event index.
 */
import { Refused } from "../../people/session.ts";
import type { Sandbox } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import { eventCall } from "./call-views.ts";
import type { LiveCalls } from "./live-calls.ts";
import { ownerOf, type Party, type PhoneCall } from "./phone-rows.ts";

/** What is done with them. All answer the call that goes on, and throw {Refused}. */
export interface CallTransfers {
  readonly blind: (call: PhoneCall, by: Party, to: Party) => PhoneCall;
  /** Calls the recipient while the other waits; answers that call. */
  readonly warm: (call: PhoneCall, by: Party, to: Party) => PhoneCall;
  readonly complete: (call: PhoneCall) => PhoneCall;
  readonly cancel: (call: PhoneCall) => PhoneCall;
  readonly voicemail: (call: PhoneCall, by: Party, to: Party, text: string) => PhoneCall;
  readonly park: (call: PhoneCall, by: Party) => PhoneCall;
  readonly takeUp: (call: PhoneCall, by: Party) => PhoneCall;
}

/** Makes them. */
export function createCallTransfers(sandbox: Sandbox, calls: LiveCalls): CallTransfers {
  const { clock, ids, table } = sandbox;
  const tell = (event: string, call: PhoneCall, userId: string, more: object): void =>
    sandbox.emit(
      `phone.${event}`,
      { object: { call_id: call.id, date_time: zoomTime(clock.now()), ...more } },
      { userId },
    );
  const handed = (by: string, to: Party) => ({
    ...{ failure_reason: "", transfer_account_code: "", transfer_phone_number: to.number },
    owner: ownerOf(sandbox, by),
  });
  const other = (call: PhoneCall, { user_id }: Pick<Party, "user_id">): Party =>
    call.caller.user_id === user_id ? call.callee : call.caller;
  const spoken = (call: PhoneCall): void => {
    if (call.answer_time === undefined) throw new Refused("The call is not answered yet.");
    if (call.warm_transfer) throw new Refused("The call is being transferred; complete or cancel that.");
  };
  const insider = ({ user_id, name }: Party): string => {
    if (user_id === undefined) throw new Refused(`${name} is outside the account.`);
    return user_id;
  };
  const consultOf = ({ warm_transfer }: PhoneCall): { by: string; consult: PhoneCall } => {
    const consult = table<PhoneCall>("phone_calls").get(warm_transfer?.consult_call_id ?? "");
    if (!warm_transfer || !consult) throw new Refused("The call is not being transferred.");
    return { by: warm_transfer.by_user_id, consult };
  };
  const end = (call: PhoneCall): void => {
    if (call.end_time === undefined)
      calls.end(call, call.answer_time === undefined ? "no_answer" : "answered");
  };

  return {
    blind: (call, by, to) => {
      spoken(call);
      const from = insider(by);
      tell("blind_transfer_initiated", call, from, handed(from, to));
      end(call);
      return calls.ring(other(call, by), to, call.recorded);
    },
    warm: (call, by, to) => {
      spoken(call);
      const from = insider(by);
      calls.signal(call, "hold", by);
      const consult = calls.ring(by, to, false);
      call.warm_transfer = { by_user_id: from, consult_call_id: consult.id };
      tell("warm_transfer_initiated", call, from, { ...handed(from, to), transfer_call_id: consult.id });
      return consult;
    },
    complete: (call) => {
      const { by, consult } = consultOf(call);
      if (consult.answer_time === undefined || consult.end_time !== undefined)
        throw new Refused("The recipient does not speak with who transfers the call.");
      delete call.warm_transfer;
      tell("warm_transfer_completed", call, by, handed(by, consult.callee));
      end(consult);
      end(call);
      const next = calls.ring(other(call, { user_id: by }), consult.callee, call.recorded);
      calls.answer(next);
      return next;
    },
    cancel: (call) => {
      const { by, consult } = consultOf(call);
      delete call.warm_transfer;
      tell("warm_transfer_cancelled", call, by, handed(by, consult.callee));
      end(consult);
      calls.signal(call, "unhold", call.caller.user_id === by ? call.caller : call.callee);
      return call;
    },
    voicemail: (call, by, to, text) => {
      spoken(call);
      const from = insider(by);
      insider(to);
      tell("transfer_call_to_voicemail_initiated", call, from, handed(from, to));
      end(call);
      const next = calls.ring(other(call, by), to, false);
      calls.end(next, "voicemail", { text, seconds: 20 });
      return next;
    },
    park: (call, by) => {
      spoken(call);
      if (call.park_code !== undefined) throw new Refused("The call is parked already.");
      const from = insider(by);
      call.park_code = `*${ids.digits(3)}`;
      const { park_code } = call;
      tell("callee_parked", call, from, { ...eventCall(sandbox, call), park_code, park_failure_reason: "" });
      return call;
    },
    takeUp: (call, by) => {
      if (call.park_code === undefined) throw new Refused("The call is not parked.");
      const [parker, waits] = call.callee.user_id ? [call.callee, call.caller] : [call.caller, call.callee];
      delete call.park_code;
      if (parker.user_id === by.user_id) return call;
      end(call);
      const next = calls.ring(waits, by, call.recorded);
      calls.answer(next);
      return next;
    },
  };
}
