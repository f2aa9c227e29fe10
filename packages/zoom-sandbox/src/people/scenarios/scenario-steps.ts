/** Turns a scenario into single steps: who of a crowd joins when, answers what, and leaves. */
import { z } from "zod";
import { checked } from "../../checked.ts";
import { createRandom, type Random } from "../../seed/random.ts";
import { actions } from "../actions.ts";
import type { Issue, ReadScenario, Scenario } from "./scenario-file.ts";

/** One thing that someone does, at a moment after the start of the scenario. */
export interface Step {
  readonly atMs: number;
  readonly action: string;
  readonly body: Record<string, unknown>;
}

/** Someone of the scenario. */
export interface Actor {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly device: string;
  readonly phone_number?: string | undefined;
  readonly location?: string | undefined;
  readonly registered: boolean;
  readonly panelist: boolean;
}

type Crowd = Scenario["crowds"][string];

/** What is to be played. */
export interface Script {
  readonly steps: readonly Step[];
  /** Who registers or is made panelist before it starts. */
  readonly invited: readonly Actor[];
}

const FIRST = [
  "Ada",
  "Bo",
  "Cleo",
  "Dev",
  "Eva",
  "Finn",
  "Gus",
  "Ida",
  "Jin",
  "Kai",
  "Lea",
  "Max",
  "Nia",
  "Oto",
];
const LAST = [
  "Adler",
  "Berg",
  "Costa",
  "Dahl",
  "Engel",
  "Fry",
  "Gomes",
  "Holm",
  "Ito",
  "Jansen",
  "Kaya",
  "Lund",
];
const PLACES = ["Berlin", "London", "Chicago", "Singapore", "Madrid", "Toronto", "Sydney"] as const;
/** Nobody answers a poll later than that. */
const ANSWER_MS = 55_000;

/** Makes the script. @throws {ScenarioRefused} when a step's body is wrong, or names nobody of the scenario */
export function scriptOf({ scenario, refuse }: ReadScenario, seed: number): Script {
  const random = createRandom(seed);
  const { named, issues } = namedSteps(scenario);
  if (issues.length > 0) throw refuse(issues);
  const crowds = Object.entries(scenario.crowds).map(([name, crowd]) => gather(name, crowd, named, random));
  // Steps of the same moment stay in the order of the file; a sort of JavaScript keeps it.
  const steps = [...named, ...crowds.flatMap((crowd) => crowd.steps)].toSorted(
    (one, other) => one.atMs - other.atMs,
  );
  const invited = [...Object.values(scenario.people), ...crowds.flatMap(({ members }) => members)];
  return { steps, invited: invited.filter(({ registered, panelist }) => registered || panelist) };
}

function namedSteps({ steps, people }: Scenario): { named: Step[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const named = steps.flatMap(({ at, ...rest }, index): Step[] => {
    const [action = ""] = Object.keys(rest);
    const given = rest[action] ?? {};
    const path = ["steps", index, action];
    const before = issues.length;
    const body = expand(given, people, action === "join", path, issues);
    const { faults = [] } = checked(actions[action]?.body ?? z.unknown(), body);
    // Who is meant, and is none of the people, is told already.
    const untold =
      issues.length > before ? faults.filter(({ path: field }) => field.at(-1) !== "user_id") : faults;
    issues.push(...untold.map(({ message, path: field }) => ({ message, path: [...path, ...field] })));
    return [{ atMs: at, action, body: body as Record<string, unknown> }];
  });
  return { named, issues };
}

/** Puts the person in the place of `who`: whole to join, else by the email or the name. */
function expand(
  given: unknown,
  people: Scenario["people"],
  joins: boolean,
  path: PropertyKey[],
  issues: Issue[],
): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  const { who, ...rest } = given as Record<string, unknown>;
  const others = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, expand(value, people, false, [...path, key], issues)]),
  );
  if (who === undefined) return others;
  const actor = typeof who === "string" ? people[who] : undefined;
  if (!actor) {
    const message = `${JSON.stringify(who)} is none of the scenario's people: ${Object.keys(people).join(", ")}`;
    issues.push({ path: [...path, "who"], message });
    return others;
  }
  return { ...(joins ? joinBody(actor) : handle(actor)), ...others };
}

function joinBody(actor: Actor): Record<string, unknown> {
  const { registered: _, panelist: __, ...joiner } = actor;
  return { wait: true, ...joiner };
}

function handle({ email, name }: Actor): Record<string, unknown> {
  return email === undefined ? { name } : { email };
}

function gather(
  crowdName: string,
  crowd: Crowd,
  named: readonly Step[],
  random: Random,
): { steps: Step[]; members: Actor[] } {
  const endMs = Math.max(...named.map(({ atMs }) => atMs));
  const within = ({ fromMs, overMs }: { fromMs: number; overMs: number }): number =>
    seconds(fromMs + random.next() * overMs);
  const members = Array.from({ length: crowd.count }, (_, index) => {
    const actor = member(crowdName, crowd, index, random);
    const joinMs = within(crowd.join);
    const leaveMs = crowd.leave === undefined ? undefined : Math.max(joinMs + 1_000, within(crowd.leave));
    return { actor, joinMs, leaveMs, untilMs: Math.min(leaveMs ?? endMs, endMs) };
  });
  const steps: Step[] = [];
  const add = (atMs: number, action: string, body: Record<string, unknown>): void =>
    void steps.push({ atMs, action, body });

  for (const { actor, joinMs, leaveMs, untilMs } of members) {
    add(joinMs, "join", joinBody(actor));
    if (leaveMs !== undefined && leaveMs < endMs) add(leaveMs, "leave", handle(actor));
    for (const [raisedMs, closedMs] of pollTimes(named)) {
      const answerMs = seconds(
        raisedMs + 1_000 + random.next() * Math.min(ANSWER_MS, closedMs - raisedMs - 2_000),
      );
      if (random.next() < crowd.answers_polls && joinMs < answerMs && answerMs < untilMs)
        add(answerMs, "polls/answer", { ...handle(actor), pick: random.next() });
    }
  }
  const able = members.filter(
    ({ actor, joinMs, untilMs }) => actor.device !== "telephone" && joinMs < untilMs - 2_000,
  );
  const somebody = (action: string, more: Record<string, unknown>): void => {
    const one = able[random.below(able.length)];
    if (!one) return;
    const start = Math.max(one.joinMs, startMs(named)) + 1_000;
    add(within({ fromMs: start, overMs: Math.max(0, one.untilMs - start - 1_000) }), action, {
      ...handle(one.actor),
      ...more,
    });
  };
  for (const question of crowd.asks) somebody("questions/ask", { question });
  for (const text of crowd.chats) somebody("chat", { text });
  return { steps, members: members.map(({ actor }) => actor) };
}

function member(crowdName: string, crowd: Crowd, index: number, random: Random): Actor {
  const first = FIRST[index % FIRST.length] ?? "Ada";
  const last = LAST[Math.floor(index / FIRST.length) % LAST.length] ?? "Adler";
  const round = Math.floor(index / (FIRST.length * LAST.length));
  const device = weighed(crowd.devices, random);
  return {
    name: `${first} ${last}${round === 0 ? "" : ` ${round + 1}`}`,
    email: `${crowdName}-${index + 1}@guests.example`,
    ...{ device, location: random.pick(PLACES), registered: crowd.registered, panelist: false },
    ...(device === "telephone" && { phone_number: `+4930${String(1_000_000 + index)}` }),
  };
}

function weighed(weights: Crowd["devices"], random: Random): string {
  const entries = Object.entries(weights);
  let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  return entries.find(([, weight]) => (left -= weight) < 0)?.[0] ?? "desktop";
}

/** When each poll is raised, and when the next is closed after it. */
function pollTimes(named: readonly Step[]): [raised: number, closed: number][] {
  const closings = named.filter(({ action }) => action === "polls/close" || action === "end");
  return named
    .filter(({ action }) => action === "polls/raise")
    .map(({ atMs }) => [atMs, closings.find((step) => step.atMs > atMs)?.atMs ?? Number.POSITIVE_INFINITY]);
}

function startMs(named: readonly Step[]): number {
  return named.find(({ action }) => action === "start")?.atMs ?? 0;
}

/** Zoom's times are whole seconds. */
function seconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}
