/** Routes to act as people with telephones: `/_sandbox/phone/calls` and `/_sandbox/phone/sms`. They are no part of Zoom. */
import type { Context } from "hono";
import { Duration } from "luxon";
import { z } from "zod";
import { readBody } from "../../read-body.ts";
import type { Sandbox, SandboxEnv } from "../../sandbox.ts";
import { Refused } from "../../people/session.ts";
import { personNamed } from "../team-chat/chat-people.ts";
import { isBlocked } from "./blocked-list.ts";
import { createCallTransfers } from "./call-transfers.ts";
import { callUnderWay, createLiveCalls } from "./live-calls.ts";
import { type Party, partyOf, type PhoneCall, type PhoneUser } from "./phone-rows.ts";
import type { Sms } from "./sms.ts";

const E164 = z.string().regex(/^\+[1-9]\d{6,14}$/, "must be a number such as +14155550100");
const duration = z
  .string()
  .refine((text) => Duration.fromISO(text).isValid, "must be a duration such as PT30S")
  .transform((text) => Duration.fromISO(text).toMillis());
const party = z.union([
  z.strictObject({ email: z.email() }),
  z.strictObject({ number: E164, name: z.string().min(1).default("Caller") }),
]);
const callBody = z.strictObject({
  from: party,
  to: party,
  recorded: z.boolean().default(false),
  /** Rings so long; then it is answered, or ends as `outcome` says. Without it the call waits to be acted on. */
  ring: duration.optional(),
  outcome: z.enum(["answered", "no_answer", "rejected", "voicemail"]).default("answered"),
  /** How long people speak, or the message is. */
  talk: duration.default(60_000),
  /** What the caller says after the tone. */
  message: z.string().default("Please call me back."),
});
const byBody = z.strictObject({ email: z.email() });
const endBody = z.strictObject({
  outcome: z.enum(["no_answer", "rejected", "voicemail"]).optional(),
  message: z.string().optional(),
});
const nothing = z.strictObject({});
const transferBody = z.strictObject({
  /** Who hands over. */
  email: z.email(),
  to: party,
  kind: z.enum(["blind", "warm", "voicemail"]).default("blind"),
  /** `voicemail` only: what is said after the tone. */
  message: z.string().default("Please call me back."),
});
const smsBody = z.strictObject({ from: E164, to: E164, text: z.string().min(1).max(1_600) });

/** The routes. */
export function phonePeople(sandbox: Sandbox, sms: Sms): void {
  const { app, clock, table } = sandbox;
  const calls = createLiveCalls(sandbox);

  /** An end of a call. @throws {Refused} when it cannot be one */
  function partyNamed(given: z.infer<typeof party>): Party {
    if ("number" in given) return { name: given.name, number: given.number };
    const user = personNamed(sandbox, given.email);
    const phone = table<PhoneUser>("phone_users").get(user.id);
    if (!phone)
      throw new Refused(`${user.display_name} has no Zoom Phone; add them by POST /v2/phone/users/batch.`);
    if (phone.status === "deactivate")
      throw new Refused(`The telephone of ${user.display_name} is deactivated.`);
    return partyOf(sandbox, user);
  }

  app.post("/_sandbox/phone/calls", async (c) => {
    const { from, to, recorded, ring, outcome, talk, message } = await readBody(c, callBody);
    const [caller, callee] = [partyNamed(from), partyNamed(to)];
    if (!caller.user_id && !callee.user_id) throw new Refused("One end must be a person of the account.");
    // Zoom: a blocked caller hears that the person is not available, and no telephone rings.
    if (!caller.user_id && isBlocked(sandbox, "inbound", caller.number))
      throw new Refused(`The account blocks calls from ${caller.number}.`);
    if (!callee.user_id && isBlocked(sandbox, "outbound", callee.number))
      throw new Refused(`The account blocks calls to ${callee.number}.`);
    const call = calls.ring(caller, callee, recorded);
    if (ring !== undefined) {
      const at = clock.now().getTime();
      clock.schedule(new Date(at + ring), () => {
        if (call.end_time !== undefined) return;
        if (outcome === "answered") calls.answer(call);
        else if (outcome !== "voicemail") return calls.end(call, outcome);
        clock.schedule(new Date(at + ring + talk), () => {
          if (call.end_time !== undefined) return;
          calls.end(
            call,
            outcome,
            outcome === "voicemail" ? { text: message, seconds: talk / 1000 } : undefined,
          );
        });
      });
    }
    return c.json(call, 201);
  });
  app.get("/_sandbox/phone/calls", (c) =>
    c.json({ calls: table<PhoneCall>("phone_calls").all().slice(-200).toReversed() }),
  );

  /** A person's end of a call. @throws {Refused} */
  const speaking = ({ caller, callee }: PhoneCall, email: string): Party => {
    const user = sandbox.users.byEmail(email);
    const end = [caller, callee].find(({ user_id }) => user_id !== undefined && user_id === user?.id);
    if (!end) throw new Refused(`${email} is not in this call.`);
    return end;
  };
  /** What is done with a call; answers the call that goes on. */
  const act = (
    name: string,
    work: (c: Context<SandboxEnv>, call: PhoneCall) => PhoneCall | Promise<PhoneCall>,
  ): void => {
    app.post(`/_sandbox/phone/calls/:id/${name}`, async (c) => {
      const id = c.req.param("id") ?? "";
      const call = callUnderWay(sandbox, id);
      if (!call) return c.json({ error: `There is no call ${id} under way.` }, 404);
      return c.json(await work(c, call));
    });
  };
  const actOn = <Body extends z.ZodType>(
    name: string,
    body: Body,
    work: (call: PhoneCall, given: z.infer<Body>) => PhoneCall,
  ): void => act(name, async (c, call) => work(call, await readBody(c, body)));

  act("answer", (_, call) => {
    if (call.answer_time !== undefined) throw new Refused("The call is answered already.");
    calls.answer(call);
    return call;
  });
  for (const what of ["hold", "unhold", "mute", "unmute"] as const) {
    act(what, async (c, call) => {
      if (call.answer_time === undefined) throw new Refused("The call is not answered yet.");
      const { email } = await readBody(c, byBody);
      calls.signal(call, what, speaking(call, email));
      return call;
    });
  }
  const transfers = createCallTransfers(sandbox, calls);
  actOn("transfer", transferBody, (call, { email, to, kind, message }) => {
    const [by, recipient] = [speaking(call, email), partyNamed(to)];
    if (kind === "voicemail") return transfers.voicemail(call, by, recipient, message);
    return transfers[kind](call, by, recipient);
  });
  actOn("transfer/complete", nothing, (call) => transfers.complete(call));
  actOn("transfer/cancel", nothing, (call) => transfers.cancel(call));
  actOn("park", byBody, (call, { email }) => transfers.park(call, speaking(call, email)));
  actOn("retrieve", byBody, (call, given) => transfers.takeUp(call, partyNamed(given)));
  for (const what of ["pause", "resume", "stop"] as const) {
    actOn(`recording/${what}`, nothing, (call) => {
      const { recording } = call;
      if (!recording || recording.stopped === true) throw new Refused("The call is not recorded.");
      if (what !== "stop" && (recording.since !== undefined) === (what === "resume"))
        throw new Refused(what === "pause" ? "The recording is paused already." : "The recording runs.");
      calls.record(call, what);
      return call;
    });
  }
  actOn("end", endBody, (call, { outcome, message }) => {
    if (call.answer_time !== undefined) calls.end(call, "answered");
    else if (outcome === "voicemail" || message !== undefined)
      calls.end(call, "voicemail", { text: message ?? "Please call me back.", seconds: 20 });
    else calls.end(call, outcome ?? "no_answer");
    return call;
  });

  app.post("/_sandbox/phone/sms", async (c) => {
    const { from, to, text } = await readBody(c, smsBody);
    const sent = sms.deliver(from, to, text);
    if (typeof sent === "string") throw new Refused(sent);
    return c.json(sent, 201);
  });

  // What rang or was spoken when the state was saved has ended.
  sandbox.onRestore(() => {
    for (const call of table<PhoneCall>("phone_calls").filter(({ end_time }) => end_time === undefined))
      calls.end(call, call.answer_time === undefined ? "no_answer" : "answered");
  });
}
