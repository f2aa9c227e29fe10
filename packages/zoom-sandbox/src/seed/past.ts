/** What a company has behind it. It is written when somebody first looks, and is the same then as at the start. */
import type { Clock } from "../clock.ts";
import { createIds } from "../ids.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Company } from "./company.ts";
import { createLocalTime, DAY_MS } from "./days.ts";
import { seedCalls, seedWeekly } from "./history.ts";
import { seedTelephoneCalls } from "./phone.ts";
import { createRandom } from "./random.ts";
import { seedWebinars } from "./webinars.ts";

/** Prepares it for a company that was just made; what is answered writes it, with the people, clock and identifiers of now. */
export function pastOf(sandbox: Sandbox, company: Company, seed: string): () => void {
  if (company.historyDays === 0) return () => {};
  const nowMs = sandbox.clock.nowMs();
  const clock: Clock = { ...sandbox.clock, now: () => new Date(nowMs), nowMs: () => nowMs };
  const ids = createIds(`${seed}:past`);
  const rows = company.people.flatMap(({ email }) => structuredClone(sandbox.users.byEmail(email)) ?? []);
  const byEmail = new Map(rows.map((user) => [user.email, user]));
  const users = { ...sandbox.users, byEmail: (email: string) => byEmail.get(email), all: () => rows };
  return () => {
    const before: Sandbox = { ...sandbox, clock, ids, users };
    const random = createRandom(Number(ids.digits(9)));
    const span = {
      ...{ nowMs, days: company.historyDays, localTime: createLocalTime(company.offsets) },
      fromMs: nowMs - (nowMs % DAY_MS) - company.historyDays * DAY_MS,
    };
    seedWeekly(before, random, company, span);
    seedCalls(before, random, company, span);
    seedWebinars(before, random, company, span);
    seedTelephoneCalls(before, random, company, span);
  };
}
