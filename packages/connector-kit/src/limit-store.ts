/** So many calls in any span of so long, whenever it begins. */
export interface Lane {
  readonly key: string;
  readonly calls: number;
  readonly perMs: number;
}

/** At most so many until then. */
export interface Budget {
  readonly key: string;
  readonly most: number;
  readonly endsAtMs: number;
}

/** What one call asks for. */
export interface LimitAsked {
  readonly nowMs: number;
  /** It takes its turn in the one that comes first. */
  readonly lanes: readonly Lane[];
  /** It counts in all of these. */
  readonly budgets: readonly Budget[];
}

/** When its turn is, or which budget is used up. */
export type LimitTaken = { readonly atMs: number } | { readonly usedUp: Budget };

/** Turns and budgets, shared by all who use the same store. */
export interface LimitStore {
  take(asked: LimitAsked): Promise<LimitTaken>;
  /** No turn in these lanes before then. */
  hold(keys: readonly string[], untilMs: number): Promise<void>;
  /** A budget turned out to be used up. */
  exhaust(key: string, untilMs: number): Promise<void>;
}

/** A limit of a service, and how much of it is used. */
export interface LimitLeft {
  readonly title: string;
  readonly most: number;
  readonly used: number;
  /** Calls whose turn is still to come. */
  readonly waiting: number;
  /** When it begins anew; undefined for a rate, which moves on all the time. */
  readonly until: Date | undefined;
}

/** What is left of an account's limits. */
export interface LimitsLeft {
  /** Where the limits are from, a sentence. */
  readonly basis: string;
  readonly limits: readonly LimitLeft[];
}

/** What a store keeps under a key: the last turns given, or what is used of a budget. */
export interface LimitState {
  turns: number[];
  used: number;
  endsAtMs: number;
}

/** Far above any budget. */
const all = 1_000_000_000;

/** Gives one call its turn, and changes the states; the rule itself, for any store. */
export function takeTurn(
  { nowMs, lanes, budgets }: LimitAsked,
  stateOf: (key: string) => LimitState,
): LimitTaken {
  for (const budget of budgets) {
    const state = stateOf(budget.key);
    if (state.endsAtMs <= nowMs) Object.assign(state, { used: 0, endsAtMs: budget.endsAtMs });
    if (state.used >= budget.most) return { usedUp: { ...budget, endsAtMs: state.endsAtMs } };
  }
  let best: { lane: Lane; atMs: number } | undefined;
  for (const lane of lanes) {
    const atMs = nextTurn(stateOf(lane.key).turns, lane, nowMs);
    if (!best || atMs < best.atMs) best = { lane, atMs };
  }
  for (const { key } of budgets) stateOf(key).used += 1;
  if (!best) return { atMs: nowMs };
  const { lane, atMs } = best;
  const state = stateOf(lane.key);
  state.turns = [...state.turns, atMs].slice(-lane.calls);
  state.endsAtMs = Math.max(state.endsAtMs, atMs + lane.perMs);
  return { atMs };
}

/** At once while the span has room; after that evenly, so that a span that begins anywhere holds no more. */
function nextTurn(turns: readonly number[], { calls, perMs }: Lane, nowMs: number): number {
  const last = turns.at(-1) ?? 0;
  const full = turns.length >= calls ? (turns.at(-calls) ?? 0) + perMs : 0;
  const atMs = Math.max(nowMs, full, last > nowMs ? last : 0);
  return atMs > nowMs ? Math.max(atMs, last + perMs / calls) : atMs;
}

/** Makes `turns` say that a lane is full until then. */
export function heldState(state: LimitState, untilMs: number): void {
  state.turns = [...state.turns.filter((at) => at < untilMs), untilMs];
  state.endsAtMs = Math.max(state.endsAtMs, untilMs);
}

/** Makes `used` say that a budget is used up until then. */
export function exhaustedState(state: LimitState, untilMs: number): void {
  Object.assign(state, { used: all, endsAtMs: untilMs });
}

/** Keys kept before those that are over are forgotten. */
const sweepAt = 10_000;

/** Makes a store in memory, for one process. */
export function createMemoryLimitStore(): LimitStore {
  const states = new Map<string, LimitState>();
  const stateOf = (key: string): LimitState => {
    const known = states.get(key);
    if (known) return known;
    const state = { turns: [], used: 0, endsAtMs: 0 };
    states.set(key, state);
    return state;
  };
  return {
    async take(asked) {
      if (states.size > sweepAt)
        for (const [key, { endsAtMs }] of states) if (endsAtMs < asked.nowMs) states.delete(key);
      return takeTurn(asked, stateOf);
    },
    async hold(keys, untilMs) {
      for (const key of keys) heldState(stateOf(key), untilMs);
    },
    async exhaust(key, untilMs) {
      exhaustedState(stateOf(key), untilMs);
    },
  };
}
