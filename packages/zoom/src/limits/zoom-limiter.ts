/** Holds calls back before Zoom refuses them: a turn by label and plan, and what a UTC day allows a host or a registrant. */
import {
  abortableSleep,
  type Budget,
  ConnectorError,
  type Lane,
  type LimitedRequest,
  type Limiter,
  longestHoldMs,
  type SharedLimits,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { type ZoomOperation, zoomOperation } from "../facts/operations.ts";
import {
  changesADay,
  dailyBudget,
  type Family,
  lanesOf,
  type Plan,
  planWith,
  registrationsADay,
} from "./zoom-limits.ts";

/** What this process knows of an account. */
interface Account {
  /** Undefined until the app's form or a refusal of Zoom's says it: then nothing is held back by rate. */
  plan: Plan | undefined;
  /** What the form said last: somebody who corrects it overrules what was learnt. */
  formSaid: Plan | undefined;
  /** Turns given to callers that were told to come back for them, by lane. */
  readonly turns: Map<string, number[]>;
  /** Whose meetings and webinars these are, as far as answers said. */
  readonly hosts: Map<string, string>;
}

/** Whether a text of a form names a plan. */
export function isPlan(value: string): value is Plan {
  return plans.includes(value);
}
const plans: readonly string[] = ["free", "pro", "business"] satisfies readonly Plan[];

/** The plan of an account, as far as this process knows it. */
export function planOf(store: object, accountId: string): Plan | undefined {
  return accounts.get(store)?.get(accountId)?.plan;
}

const accounts = new WeakMap<object, Map<string, Account>>();
const mostHosts = 10_000;
/** A turn that is missed by more than this is given up: many used late would be too many at once. */
const mostLateMs = 50;
/** So many are asked for in the end; a machine that is always late must not wait for ever. */
const mostTurns = 5;
/** Who waits is called back so much before the turn, and waits the rest in silence. */
const calledBackMs = 500;

const session = z.looseObject({
  id: z.union([z.number(), z.string()]),
  host_id: z.string(),
  host_email: z.string().optional(),
});
const registrant = z.looseObject({ email: z.string() });

/** Makes the limiter of a client. @param plan what the app's form says */
export function createZoomLimiter(
  { store, accountId, userId, priority, now }: SharedLimits,
  plan: Plan | undefined,
): Limiter {
  const known = accounts.get(store) ?? new Map<string, Account>();
  accounts.set(store, known);
  const account: Account = known.get(accountId) ?? {
    ...{ plan, formSaid: plan, turns: new Map(), hosts: new Map() },
  };
  if (plan !== undefined && plan !== account.formSaid) Object.assign(account, { plan, formSaid: plan });
  known.set(accountId, account);
  const keyOf = (name: string) => `${accountId}/${name}`;
  const mine = (lane: Lane): Lane => ({ ...lane, key: keyOf(lane.key) });

  function lanes({ product, label }: ZoomOperation): readonly Lane[] {
    if (!account.plan || !label) return [];
    const { all, kept } = lanesOf(account.plan, familyOf(product), label);
    return priority === "interactive" && kept ? [mine(all), mine(kept)] : [mine(all)];
  }

  function budgets(operation: ZoomOperation, request: LimitedRequest): readonly Budget[] {
    const endsAtMs = nextDay(now().getTime());
    const found: Budget[] = [];
    const { label, product } = operation;
    const daily = account.plan && label && dailyBudget(account.plan, familyOf(product), label);
    if (daily) found.push({ key: keyOf(`day/${daily.key}`), most: daily.most, endsAtMs });
    const person = personKey(operation, request);
    if (person) found.push({ key: keyOf(person.key), most: person.most, endsAtMs });
    return found;
  }

  /** What a UTC day allows one person. */
  function personKey(
    { name }: ZoomOperation,
    { path, call }: LimitedRequest,
  ): { key: string; most: number } | undefined {
    const [, first = "", second = "", third = ""] = name.split("/");
    const id = idOf(name, path, call.path);
    if (id === undefined) return undefined;
    if (name.startsWith("POST /users/{userId}/") && /^(?:meetings|webinars)$/.test(third))
      return hostKey(id === "me" ? userId : (account.hosts.get(`person ${id.toLowerCase()}`) ?? id));
    if (!/ ?(?:meetings|webinars)$/.test(first)) return undefined;
    if (name.startsWith("PATCH ") && third === "" && second !== "") {
      const host = account.hosts.get(id);
      return host === undefined ? { key: `changes of ${id}`, most: changesADay } : hostKey(host);
    }
    const email =
      third === "registrants" && name.startsWith("POST ") && registrant.safeParse(call.body).data?.email;
    return email ? { key: `registrant ${id} ${email.toLowerCase()}`, most: registrationsADay } : undefined;
  }

  const hostKey = (host: string) => ({ key: `host ${host}`, most: changesADay });

  /** The turn that an earlier try was given, when it is near. */
  function turnKept(lane: Lane | undefined): number | undefined {
    const turns = lane ? (account.turns.get(lane.key) ?? []) : [];
    const nowMs = now().getTime();
    const given = turns.findIndex((at) => at >= nowMs - mostLateMs);
    turns.splice(0, given === -1 ? turns.length : given);
    return turns[0] !== undefined && turns[0] <= nowMs + longestHoldMs ? turns.shift() : undefined;
  }

  function keepTurn(lane: Lane, atMs: number): void {
    const turns = account.turns.get(lane.key) ?? [];
    account.turns.set(lane.key, turns);
    turns.push(atMs);
    if ((turns.at(-2) ?? 0) > atMs) turns.sort((a: number, b: number) => a - b);
  }

  return {
    async ready(request, signal) {
      const operation = zoomOperation(request.method, request.path);
      if (!operation) return;
      const turnsIn = lanes(operation);
      let atMs = turnKept(turnsIn[0]);
      // What was told to come back was counted then.
      let countedIn = atMs === undefined ? budgets(operation, request) : [];
      if (turnsIn.length === 0 && countedIn.length === 0) return;
      for (let turn = 1; ; turn += 1) {
        if (atMs === undefined) {
          const nowMs = now().getTime();
          const taken = await store.take({ nowMs, lanes: turnsIn, budgets: countedIn });
          if ("usedUp" in taken) throw usedUp(operation, taken.usedUp);
          countedIn = [];
          ({ atMs } = taken);
          if (atMs - nowMs > longestHoldMs) {
            const [lane] = turnsIn;
            if (lane) keepTurn(lane, atMs);
            throw heldBack(operation, new Date(atMs - calledBackMs));
          }
        }
        const waitMs = atMs - now().getTime();
        // A timer of no time costs a turn of the event loop all the same.
        if (waitMs > 0) await abortableSleep(waitMs, signal);
        // On a busy machine many would come late at once, beside those whose turn it is.
        const isLate = turnsIn.length > 0 && now().getTime() > atMs + mostLateMs;
        if (!isLate || turn === mostTurns) return;
        atMs = undefined;
      }
    },

    async answered(request, { status, headers, body }, refused) {
      const operation = zoomOperation(request.method, request.path);
      if (!refused) {
        const made = status < 300 && operation ? session.safeParse(body).data : undefined;
        if (!made || !operation) return undefined;
        const counted = personKey(operation, request);
        remember(made);
        // It was counted for an e-mail address; now it is known whose that is.
        const host = hostKey(made.host_id);
        if (counted?.key.startsWith("host ") && counted.key !== host.key) {
          const nowMs = now().getTime();
          const budget = { key: keyOf(host.key), most: host.most, endsAtMs: nextDay(nowMs) };
          await store.take({ nowMs, lanes: [], budgets: [budget] });
        }
        return undefined;
      }
      const said = z.looseObject({ message: z.string() }).safeParse(body).data?.message ?? "";
      const nowMs = now().getTime();
      if (headers.get("x-ratelimit-type") === "Daily-limit" || /\bdaily\b/i.test(said)) {
        const untilMs = refused.retryAt?.getTime() ?? nextDay(nowMs);
        const keys = operation ? budgets(operation, request) : [];
        const person = /particular user|registrant/i.test(said);
        const key = keys.find((one) => /\/(?:host|changes of|registrant) /.test(one.key) === person)?.key;
        if (key !== undefined) await store.exhaust(key, untilMs);
        return new Date(untilMs);
      }
      const limit = Number(headers.get("x-ratelimit-limit") ?? "");
      if (operation?.label && limit > 0)
        account.plan = planWith(familyOf(operation.product), operation.label, limit);
      const spanMs = operation?.label === "Resource-intensive" ? 60_000 : 1_000;
      const untilMs = refused.retryAt?.getTime() ?? nowMs + spanMs;
      if (operation)
        await store.hold(
          lanes(operation).map(({ key }) => key),
          untilMs,
        );
      return undefined;
    },
  };

  function remember(data: z.output<typeof session>): void {
    if (account.hosts.size > mostHosts) account.hosts.clear();
    account.hosts.set(String(data.id), data.host_id);
    if (data.host_email) account.hosts.set(`person ${data.host_email.toLowerCase()}`, data.host_id);
  }
}

/** The value of the first parameter, whether it is in the path already or still beside it. */
function idOf(name: string, path: string, given: LimitedRequest["call"]["path"]): string | undefined {
  const at = name.split("/").findIndex((part) => part.startsWith("{"));
  const part = path.split("/")[at];
  if (at === -1 || part === undefined) return undefined;
  const value = part.startsWith("{") ? given?.[part.slice(1, -1)] : decodeURIComponent(part);
  return value === undefined ? undefined : String(value);
}

function familyOf(product: string): Family {
  return product === "phone" || product === "contact-center" ? "phone" : "general";
}

/** Zoom: days are UTC days. */
function nextDay(nowMs: number): number {
  return nowMs - (nowMs % 86_400_000) + 86_400_000;
}

function heldBack({ name, label }: ZoomOperation, retryAt: Date): ConnectorError {
  return new ConnectorError(
    "rate-limited",
    "held-back",
    `${name} waits for its turn among the account's ${label} calls to Zoom.`,
    { retryAt, hint: "Greenroom sends no more a second than Zoom takes, and goes on by itself." },
  );
}

function usedUp({ name }: ZoomOperation, { key, most, endsAtMs }: Budget): ConnectorError {
  const what = key.includes("/host ")
    ? `the ${most} meetings and webinars that one host may have made or changed a day are used up`
    : key.includes("/registrant ")
      ? `the ${most} times a day that one registrant may be added are used up`
      : "the account's calls for the day are used up";
  return new ConnectorError("rate-limited", "day-used-up", `${name} waits for tomorrow (UTC): ${what}.`, {
    retryAt: new Date(endsAtMs),
    hint: "Zoom sets this limit; Greenroom goes on by itself.",
  });
}
