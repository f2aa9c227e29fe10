/** A clock the tests can move. */
export interface Clock {
  readonly now: () => Date;
  /** The same in milliseconds. */
  readonly nowMs: () => number;
  /** Moves time forward and runs, in order, all that falls due; resolves when that work is done. */
  readonly advance: (ms: number) => Promise<void>;
  /** Sets the time; what falls due on the way runs. Backwards is allowed and runs nothing. */
  readonly set: (date: Date) => Promise<void>;
  /** Runs `work` when the clock reaches `at`; returns a function that cancels it. */
  readonly schedule: (at: Date, work: () => void | Promise<void>) => () => void;
  /** True when time stands still between `advance` calls. */
  readonly frozen: () => boolean;
  /** Seconds of the sandbox that pass in a real one; 0 is frozen. */
  readonly speed: () => number;
  readonly setSpeed: (speed: number) => void;
  /** Forgets all scheduled work and starts again. */
  readonly reset: () => void;
  /** Stops the real timer behind a clock that follows real time. */
  readonly close: () => void;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly work: () => void | Promise<void>;
}

/** How a clock starts. */
export interface ClockOptions {
  /** Stands still at this moment until advanced. Without it the clock follows real time. */
  readonly frozenAt?: Date;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Makes a virtual clock: it runs as fast as it is told, or stands still. */
export function createClock(options: ClockOptions = {}): Clock {
  const { frozenAt } = options;
  const startSpeed = frozenAt === undefined ? 1 : 0;
  /** The sandbox read `virtualMs` when the real clock read `realMs`. */
  let base = { virtualMs: frozenAt?.getTime() ?? Date.now(), realMs: Date.now(), speed: startSpeed };
  let order = 0;
  let timers: Timer[] = [];
  let wake: NodeJS.Timeout | undefined;
  let moving = Promise.resolve();

  const nowMs = (): number => Math.floor(base.virtualMs + (Date.now() - base.realMs) * base.speed);
  const jumpTo = (virtualMs: number, speed = base.speed): void => {
    base = { virtualMs, realMs: Date.now(), speed };
  };

  function arm(): void {
    clearTimeout(wake);
    const first = timers[0];
    if (base.speed === 0 || first === undefined) return;
    const waitMs = Math.min(Math.max(first.dueMs - nowMs(), 0) / base.speed, LONGEST_TIMEOUT_MS);
    wake = setTimeout(() => void moveTo(nowMs()), waitMs);
    wake.unref();
  }

  /** Invariant: two moves never interleave, so work runs in the order it falls due. */
  function moveTo(targetMs: number): Promise<void> {
    const before = moving;
    moving = (async () => {
      await before;
      for (let next = timers[0]; next !== undefined && next.dueMs <= targetMs; next = timers[0]) {
        timers.shift();
        if (next.dueMs > nowMs()) jumpTo(next.dueMs);
        await next.work();
      }
      if (targetMs > nowMs()) jumpTo(targetMs);
      arm();
    })();
    return moving;
  }

  return {
    now: () => new Date(nowMs()),
    nowMs,
    advance: (ms) => moveTo(nowMs() + ms),
    set: (date) => {
      if (date.getTime() >= nowMs()) return moveTo(date.getTime());
      jumpTo(date.getTime());
      arm();
      return Promise.resolve();
    },
    schedule: (at, work) => {
      const timer: Timer = { dueMs: at.getTime(), order: order++, work };
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
      jumpTo(nowMs(), speed);
      arm();
    },
    reset: () => {
      timers = [];
      jumpTo(frozenAt?.getTime() ?? Date.now(), startSpeed);
      arm();
    },
    close: () => {
      timers = [];
      clearTimeout(wake);
    },
  };
}
