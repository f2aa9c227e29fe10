/** Telephones of a company: who has one, and a year of calls. */
import { createLiveCalls } from "../resources/phone/live-calls.ts";
import { makeNumber } from "../resources/phone/phone-numbers.ts";
import { partyOf, type Party } from "../resources/phone/phone-rows.ts";
import { givePhone } from "../resources/phone/phone-users.ts";
import type { Clock } from "../clock.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Company } from "./company.ts";
import { DAY_MS } from "./days.ts";
import { hostNamed, type Span } from "./history.ts";
import type { Random } from "./random.ts";

/** Zoom's number of the plan with unlimited calls in the US and Canada. */
const PLAN = 200;
const FREE_NUMBERS = 3;
const OUTSIDE: readonly [Party, ...Party[]] = [
  { name: "Ada Ackers", number: "+12125550111" },
  { name: "Bo Bright", number: "+442075550122" },
  { name: "Cleo Cruz", number: "+34915550133" },
];

/** Gives them telephones and numbers. */
export function seedTelephones(sandbox: Sandbox, { phone }: Company): void {
  if (!phone) return;
  phone.users.forEach((email, index) => {
    const user = hostNamed(sandbox, email);
    givePhone(sandbox, user.id, { calling_plans: [PLAN] });
    makeNumber(sandbox, `+1415555${String(100 + index).padStart(4, "0")}`, { assignee_id: user.id });
  });
  for (let index = 0; index < FREE_NUMBERS; index += 1)
    makeNumber(sandbox, `+1415555${String(900 + index).padStart(4, "0")}`);
}

/** The calls they made and got. */
export function seedTelephoneCalls(sandbox: Sandbox, random: Random, { phone }: Company, span: Span): void {
  if (!phone) return;
  const people = phone.users.map((email) => hostNamed(sandbox, email));
  const parties = people.map((user) => partyOf(sandbox, user));
  // The past is made with a clock of its own.
  let nowMs = 0;
  const clock: Clock = { ...sandbox.clock, now: () => new Date(nowMs), nowMs: () => nowMs };
  const calls = createLiveCalls({ ...sandbox, clock }, true);
  const count = Math.round((span.days / 7) * phone.callsPerWeek);
  for (let index = 0; index < count; index += 1) {
    const dayMs = span.fromMs + Math.floor((index * span.days) / count) * DAY_MS;
    const at = random.below(people.length);
    const [own, user] = [parties[at], people[at]];
    if (!own || !user) continue;
    nowMs = span.localTime(dayMs, `${9 + random.below(8)}:${random.below(60)}`, user.timezone);
    const other = random.pick(OUTSIDE);
    const call =
      random.next() < 0.6 ? calls.ring(other, own, random.next() < 0.2) : calls.ring(own, other, false);
    nowMs += 12_000;
    const outcome = random.next();
    if (outcome < 0.75) {
      calls.answer(call);
      nowMs += (30 + random.below(600)) * 1000;
      calls.end(call, "answered");
    } else if (outcome < 0.9 || call.caller === own) calls.end(call, "no_answer");
    else calls.end(call, "voicemail", { text: `This is ${other.name}, please call me back.`, seconds: 20 });
  }
}
