/**
 * The strands of a job: its recipe and the branches that run beside each other. When every strand waits for something
 * outside, and for longer than a moment, the job is parked: written as waiting, given up by its worker, and forgotten.
 */
import type { Clock } from "../clock.ts";

/** A wait that is over within this time is sat out. */
const shortWaitMs = 10_000;
/** The longest that a timer sleeps at once. */
const longestSleepMs = 86_400_000;

/** What a strand waits for. */
export interface Wait {
  /** When it ends by itself. */
  readonly until: Date | undefined;
  /** What people read as the job's reason while it waits. */
  readonly reason: string;
  /** Whether the job must stay where it is meanwhile. */
  readonly stays?: () => boolean;
}

interface Blocked extends Wait {
  readonly wake: () => void;
  readonly fail: (reason: unknown) => void;
  readonly timer: AbortController;
  sleeping: boolean;
}

/** The strands of one running job. */
export class Strands {
  readonly #clock: Clock;
  readonly #park: (reason: string, wakeAt: Date | undefined) => Promise<boolean>;
  readonly #blocked = new Set<Blocked>();
  #active = 0;
  #parking = false;
  #over: { reason: unknown } | undefined;

  /** @param park writes the job as waiting; false when it was told something meanwhile. */
  constructor(clock: Clock, park: (reason: string, wakeAt: Date | undefined) => Promise<boolean>) {
    this.#clock = clock;
    this.#park = park;
  }

  /** Runs `body` as a strand. */
  async strand<T>(body: () => Promise<T>): Promise<T> {
    this.#active += 1;
    try {
      return await body();
    } finally {
      this.#active -= 1;
      this.#settle();
    }
  }

  /** Does `body`, whose own strands are counted, without counting as one that goes on. */
  async aside<T>(body: () => Promise<T>): Promise<T> {
    this.#active -= 1;
    try {
      return await body();
    } finally {
      this.#active += 1;
    }
  }

  /** Looks, and waits until looking finds something. It never returns when the job is parked meanwhile. */
  async until<T>(wait: Wait, look: () => Promise<{ readonly value: T } | undefined>): Promise<T> {
    for (;;) {
      const found = await look();
      if (found) return found.value;
      await this.aside(() => this.#block(wait));
    }
  }

  /** Something happened outside: those that wait look again. */
  wake(): void {
    if (!this.#parking) for (const blocked of [...this.#blocked]) blocked.wake();
  }

  /** Ends all waits with that reason. */
  abort(reason: unknown): void {
    this.#over = { reason };
    for (const blocked of [...this.#blocked]) blocked.fail(reason);
  }

  async #block(wait: Wait): Promise<void> {
    if (this.#over) throw this.#over.reason;
    const timer = new AbortController();
    let blocked: Blocked | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        blocked = { ...wait, timer, wake: resolve, fail: reject, sleeping: false };
        this.#blocked.add(blocked);
        this.#settle();
      });
    } finally {
      if (blocked) this.#blocked.delete(blocked);
      timer.abort();
    }
  }

  /** Parks the job when nothing in it goes on; else sees to it that those who wait wake in time. */
  #settle(): void {
    if (this.#parking || this.#over || this.#blocked.size === 0) return;
    const waits = [...this.#blocked];
    const nextMs = Math.min(...waits.map(({ until }) => until?.getTime() ?? Number.POSITIVE_INFINITY));
    const short = nextMs - this.#clock.now().getTime() <= shortWaitMs;
    if (this.#active > 0 || short || waits.some(({ stays }) => stays?.())) {
      for (const wait of waits) this.#sleep(wait);
      return;
    }
    this.#parking = true;
    const reason = waits.map((wait) => wait.reason).join(" ");
    void this.#parkAll(reason, Number.isFinite(nextMs) ? new Date(nextMs) : undefined);
  }

  async #parkAll(reason: string, wakeAt: Date | undefined): Promise<void> {
    try {
      const parked = await this.#park(reason, wakeAt);
      this.#parking = false;
      if (!parked) this.wake();
    } catch (error) {
      this.abort(error);
    }
  }

  #sleep(blocked: Blocked): void {
    if (blocked.sleeping || !blocked.until) return;
    blocked.sleeping = true;
    const ms = Math.max(0, blocked.until.getTime() - this.#clock.now().getTime());
    this.#clock.sleep(Math.min(ms, longestSleepMs), blocked.timer.signal).then(
      () => this.#parking || blocked.wake(),
      () => {},
    );
  }
}
