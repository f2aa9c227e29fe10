/** What is on the wire: a lane for each receiver, so that one that answers nothing holds up no other. */
export interface Lanes {
  /** Does the work when the answers of this turn are written and its receiver has room; resolves when it is done. */
  readonly run: (receiver: string, work: () => Promise<void>) => Promise<void>;
  /** Forgets what has not begun. */
  readonly clear: () => void;
  /** Resolves when nothing is under way and nothing waits. */
  readonly settled: () => Promise<void>;
}

interface Waiting {
  readonly work: () => Promise<void>;
  readonly done: () => void;
}

interface Lane {
  readonly waiting: Waiting[];
  sending: number;
}

/** More at once would only wait at the receiver. */
const MOST_TO_ONE_RECEIVER = 64;

/** Makes the lanes. */
export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>();
  let idle: (() => void)[] = [];

  function fill(receiver: string, lane: Lane): void {
    while (lane.sending < MOST_TO_ONE_RECEIVER) {
      const next = lane.waiting.shift();
      if (!next) break;
      lane.sending += 1;
      void next.work().finally(() => {
        lane.sending -= 1;
        next.done();
        fill(receiver, lane);
      });
    }
    if (lane.sending + lane.waiting.length > 0 || lanes.get(receiver) !== lane) return;
    lanes.delete(receiver);
    if (lanes.size > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  return {
    run: (receiver, work) =>
      new Promise((done) => {
        let lane = lanes.get(receiver);
        if (lane === undefined) lanes.set(receiver, (lane = { waiting: [], sending: 0 }));
        // The answers of this turn of the loop are written when it ends.
        if (lane.waiting.push({ work, done }) === 1) setImmediate(() => setImmediate(fill, receiver, lane));
      }),
    clear: () => {
      for (const [receiver, lane] of lanes) {
        for (const { done } of lane.waiting.splice(0)) done();
        fill(receiver, lane);
      }
    },
    settled: async () => {
      while (lanes.size > 0) {
        await new Promise<void>((resolve) => idle.push(resolve));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
