/** Work that a process does now and then beside its heartbeat, which nothing that is slow may hold up. */
export interface NowAndThen {
  /** Begins it when it is due and is not under way. */
  whenDue(): void;
  /** Until what is under way has ended. */
  idle(): Promise<void>;
}

/** Makes it: `work` runs once in `everyMs` at most, never beside itself; what it throws goes to `trouble`. */
export function createNowAndThen(context: {
  readonly work: () => Promise<void>;
  readonly everyMs: number;
  /** Whether the first turn waits, too. */
  readonly first: "at once" | "after a while";
  readonly now: () => Date;
  readonly trouble: (error: unknown) => void;
}): NowAndThen {
  const { work, everyMs, first, now, trouble } = context;
  let lastMs = first === "at once" ? Number.NEGATIVE_INFINITY : now().getTime();
  let underWay: Promise<void> | undefined;
  return {
    whenDue() {
      if (underWay || now().getTime() - lastMs < everyMs) return;
      lastMs = now().getTime();
      underWay = work()
        .catch(trouble)
        .finally(() => (underWay = undefined));
    },
    idle: async () => await underWay,
  };
}
