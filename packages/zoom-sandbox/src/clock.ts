/** A clock the tests can move. */
export interface Clock {
  readonly now: () => Date;
  /** The same in milliseconds. */
  readonly nowMs: () => number;
  /** Moves time forward and runs, in order, all that falls due; resolves when that work is done. @throws {RangeError} beyond ten years */
  readonly advance: (ms: number) => Promise<void>;
  /** Sets the time; what falls due on the way runs. Backwards is allowed and runs nothing. */
  readonly set: (date: Date) => Promise<void>;
  /** Runs `work` when the clock reaches `at`; returns a function that cancels it. */
  readonly schedule: (at: Date, work: () => void | Promise<void>, options?: ScheduleOptions) => () => void;
  /** True when time stands still between `advance` calls. */
  readonly frozen: () => boolean;
  /** Seconds of the sandbox that pass in a real one; 0 is frozen. */
  readonly speed: () => number;
  readonly setSpeed: (speed: number) => void;
  /** Forgets all scheduled work and starts again, or from another moment. */
  readonly reset: (to?: { readonly nowMs: number; readonly speed: number }) => void;
  /** Stops the real timer behind a clock that follows real time. */
  readonly close: () => void;
}

/** How work is done that falls due. */
export interface ScheduleOptions {
  /**
   * For work that waits for others, such as receivers of webhooks: what falls due at the same moment goes on meanwhile.
   * Only a clock that is moved waits for it, before it moves on.
   */
  readonly background?: boolean;
}

interface Timer extends ScheduleOptions {
  readonly dueMs: number;
  readonly work: () => void | Promise<void>;
}

/** How a clock starts. */
export interface ClockOptions {
  /** Stands still at this moment until advanced. Without it the clock follows real time. */
  readonly frozenAt?: Date;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** What falls due on the way runs, some of it every few days: without a bound a typing mistake would keep it busy for ever. */
export const FURTHEST_MS = 3_653 * 86_400_000;

/** @throws {RangeError} unless time can move so far at once */
function checkLeap(what: string, ms: number): void {
  if (!(ms <= FURTHEST_MS))
    throw new RangeError(
      `${what}: the clock moves by ten years at most (${FURTHEST_MS} ms) at once; give less.`,
    );
}

/** Makes a virtual clock: it runs as fast as it is told, or stands still. */
export function createClock(options: ClockOptions = {}): Clock {
  const { frozenAt } = options;
  const startSpeed = frozenAt === undefined ? 1 : 0;
  /** The sandbox read `virtualMs` when the real clock read `realMs`. */
  let base = { virtualMs: frozenAt?.getTime() ?? Date.now(), realMs: Date.now(), speed: startSpeed };
  let timers: Timer[] = [];
  const underWay = new Set<Promise<void>>();
  let wake: NodeJS.Timeout | undefined;
  let moving = Promise.resolve();
  let closed = false;

  const nowMs = (): number => Math.floor(base.virtualMs + (Date.now() - base.realMs) * base.speed);
  const jumpTo = (virtualMs: number, speed = base.speed): void => {
    base = { virtualMs, realMs: Date.now(), speed };
  };

  function arm(): void {
    clearTimeout(wake);
    const first = timers[0];
    if (closed || base.speed === 0 || first === undefined) return;
    const waitMs = Math.min(Math.max(first.dueMs - nowMs(), 0) / base.speed, LONGEST_TIMEOUT_MS);
    wake = setTimeout(() => void moveTo(nowMs(), false).catch(console.error), waitMs);
    wake.unref();
  }

  /** Invariant: two moves never interleave, so work runs in the order it falls due; one that fails ends only its own move. */
  function moveTo(targetMs: number, byHand = true): Promise<void> {
    const before = moving;
    const move = (async () => {
      await before;
      for (;;) {
        const next = timers[0];
        const due = next !== undefined && next.dueMs <= targetMs;
        if (byHand && underWay.size > 0 && !(due && next.dueMs <= nowMs())) {
          // It may schedule more, before what would be next.
          await Promise.all(underWay);
          continue;
        }
        if (!due) break;
        timers.shift();
        if (next.dueMs > nowMs()) jumpTo(next.dueMs);
        if (next.background === true) start(next);
        else await next.work();
      }
      if (targetMs > nowMs()) jumpTo(targetMs);
    })();
    moving = move.catch(() => {}).finally(arm);
    return move;
  }

  function start({ work }: Timer): void {
    const one = Promise.resolve(work())
      .catch(console.error)
      .finally(() => underWay.delete(one));
    underWay.add(one);
  }

  return {
    now: () => new Date(nowMs()),
    nowMs,
    advance: async (ms) => {
      if (!(ms >= 0)) throw new RangeError(`advance: ${ms} is no number of milliseconds from 0.`);
      checkLeap("advance", ms);
      await moveTo(nowMs() + ms);
    },
    set: async (date) => {
      checkLeap("set", date.getTime() - nowMs());
      if (date.getTime() >= nowMs()) return moveTo(date.getTime());
      jumpTo(date.getTime());
      arm();
    },
    schedule: (at, work, { background = false } = {}) => {
      const timer: Timer = { dueMs: at.getTime(), work, background };
      const before = timers.findIndex((other) => other.dueMs > timer.dueMs);
      timers.splice(before === -1 ? timers.length : before, 0, timer);
      arm();
      return () => {
        timers = timers.filter((other) => other !== timer);
        arm();
      };
    },
    frozen: () => base.speed === 0,
    speed: () => base.speed,
    setSpeed: (speed) => {
      if (!(speed >= 0 && Number.isFinite(speed)))
        throw new RangeError(`setSpeed: ${speed} is no speed; 0 freezes the clock, 1 is real time.`);
      jumpTo(nowMs(), speed);
      arm();
    },
    reset: (to = { nowMs: frozenAt?.getTime() ?? Date.now(), speed: startSpeed }) => {
      timers = [];
      jumpTo(to.nowMs, to.speed);
      arm();
    },
    close: () => {
      closed = true;
      timers = [];
      clearTimeout(wake);
    },
  };
}
