/**
 * The dispatcher of a worker: which jobs it runs. A job whose recipe has a free place here starts with its event, in one
 * commit; the others are queued, and claimed by whichever worker has a place first.
 */
import { type ClaimedJob, type Claims, heldJobOf } from "./claims.ts";
import { type HeldJob, JobOver, JobRun, type JobRunContext } from "./job-run.ts";
import { isOrderly, type Lane, newLane, openLanes, shareOf } from "./lanes.ts";
import type { Places } from "./places.ts";
import type { QueueSettings } from "./queue-settings.ts";
import { runJob } from "./run-job.ts";

/** Parked jobs are woken, and queues of other processes found, at least this often. */
const lookEveryMs = 1_000;
/** Called jobs and test runs taken at once. */
const asideAtOnce = 50;
/** Who was refused a place asks again after this long, then twice as long: to ask holds up the jobs of all recipes here. */
const askAgainMs = 100;

/** What the dispatcher needs. */
export interface DispatcherContext {
  readonly places: Places;
  readonly claims: Claims;
  readonly workerId: () => string;
  /** How many workers there are. */
  readonly workers: () => number;
  readonly settingsOf: (recipeId: string) => Promise<QueueSettings>;
  readonly now: () => Date;
  /** At most so many jobs at once; what waits for a job that it called is not counted. */
  readonly capacity: number;
  /** Tells other workers that a recipe's jobs find no place here. */
  readonly onWanted: (recipeId: string) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** Runs jobs. */
export interface Dispatcher {
  /** Takes a place for a job that is about to be written, if there is one. */
  reserve(recipeId: string, settings: QueueSettings): Lane | undefined;
  /** Gives a place back that no job came for. */
  release(place: Lane): void;
  /** Runs a job that holds that place; called jobs and test runs need none. */
  run(job: HeldJob, place?: Lane): void;
  /** There are queued jobs of these recipes. */
  queued(recipeIds: readonly string[]): void;
  /** These jobs were told something. */
  told(jobIds: readonly string[]): void;
  /** Another worker wants places for a recipe: what is idle here is given up. */
  yield(recipeIds: readonly string[]): void;
  runsHere(jobId: string): boolean;
  /** Does what may last long and is no work: meanwhile the job does not count against the capacity. */
  aside<T>(jobId: string, wait: () => Promise<T>): Promise<T>;
  /** Looks for queued jobs, and for parked ones whose time has come. */
  look(): void;
  /** Looks for work at once, and from then on now and then. */
  start(): void;
  /** Whether nothing runs or is about to. */
  readonly isIdle: boolean;
  /** Looks at the recipes' settings and the number of workers anew. */
  settle(): Promise<void>;
  /** All jobs here are another worker's now. */
  lost(): void;
  /** Resolves when nothing runs and nothing that could run here is queued. */
  idle(): Promise<void>;
  /** Takes no new jobs. */
  close(): void;
  /** Ends what still runs, where it is. */
  stop(): Promise<void>;
}

/** Makes it. */
export function createDispatcher(context: DispatcherContext, running: JobRunContext): Dispatcher {
  const { places, claims, workerId, workers, settingsOf, now, capacity, onWanted, onTrouble } = context;
  const lanes = new Map<string, Lane>();
  const runs = new Map<
    string,
    { readonly run: JobRun; readonly done: Promise<void>; readonly place: Lane | undefined }
  >();
  /** Jobs that count against the capacity. */
  let counted = 0;
  let closed = capacity === 0;
  let pumping: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  const waits = new Set<NodeJS.Timeout>();

  function laneOf(recipeId: string, settings: QueueSettings): Lane {
    const known = lanes.get(recipeId);
    if (known) {
      known.settings = settings;
      return known;
    }
    const lane = newLane(recipeId, settings);
    lanes.set(recipeId, lane);
    return lane;
  }

  let placing: Promise<unknown> = Promise.resolve();
  /** One change after another: what is given up is not used meanwhile, what is got only when it is ours. */
  function setPlaces(lane: Lane, wanted: number): Promise<undefined> {
    const done = placing.then(async () => {
      lane.granted = Math.min(lane.granted, Math.max(lane.used, wanted));
      const all = lane.settings.concurrency;
      const granted = await places.set(lane.recipeId, {
        used: lane.granted === 0 ? 0 : lane.used,
        wanted,
        all,
      });
      if (lanes.get(lane.recipeId) === lane) lane.granted = granted;
      return undefined;
    });
    placing = done.catch(() => {});
    return done;
  }

  function pump(): void {
    if (closed) return;
    if (pumping) {
      again = true;
      return;
    }
    pumping = pumpOnce()
      .catch(onTrouble)
      .finally(() => {
        pumping = undefined;
        if (again) {
          again = false;
          pump();
        }
      });
  }

  async function pumpOnce(): Promise<void> {
    const open = openLanes([...lanes.values()], now().getTime());
    const mayBegin = (lane: Lane) => lane.notBefore <= now().getTime();
    for (const lane of open) {
      if (lane.used < lane.granted || lane.granted >= shareOf(lane, workers()) || !mayBegin(lane)) continue;
      if (performance.now() < lane.askAtMs) continue;
      const before = lane.granted;
      await setPlaces(lane, shareOf(lane, workers()));
      if (lane.granted === 0) onWanted(lane.recipeId);
      lane.refusals = lane.granted > before ? 0 : lane.refusals + 1;
      if (lane.refusals > 0) askLater(lane);
    }
    const wants = open.map((lane) => {
      lane.queued = false;
      const count = mayBegin(lane) ? Math.max(0, Math.min(lane.granted - lane.used, capacity - counted)) : 0;
      lane.used += count;
      counted += count;
      return { lane, count };
    });
    try {
      if (wants.length > 0) await takePlain(wants);
      for (const { lane, count } of wants) if (isOrderly(lane) && count > 0) await takeOrderly(lane, count);
    } finally {
      for (const { lane, count } of wants) for (let left = count; left > 0; left -= 1) release(lane);
    }
    // More may be queued, and places may have become free meanwhile.
    const isFree = (lane: Lane) => lane.used < lane.granted && counted < capacity;
    if (open.some((lane) => lane.queued && isFree(lane) && mayBegin(lane))) pump();
  }

  const isAside = ({ cause }: ClaimedJob) => cause === "call" || cause === "test";

  async function takePlain(wants: readonly { readonly lane: Lane; readonly count: number }[]): Promise<void> {
    const asked = wants.map(({ lane, count }) => ({
      ...{ recipeId: lane.recipeId, count: isOrderly(lane) ? 0 : count, aside: asideAtOnce },
    }));
    const jobs = await claims.take(asked);
    for (const job of jobs) begin(job);
    for (const { lane, count } of wants) {
      const mine = jobs.filter(({ recipeId }) => recipeId === lane.recipeId);
      const aside = mine.filter(isAside).length;
      // A full answer, or no room to ask for one: there may be more.
      if (aside === asideAtOnce || (mine.length - aside === count && !isOrderly(lane))) lane.queued = true;
      // Not asked for here; without room there is no asking.
      if (isOrderly(lane) && count === 0) lane.queued = true;
    }
  }

  async function takeOrderly(lane: Lane, count: number): Promise<void> {
    const { jobs, againAt } = await claims.takeOrderly({ recipeId: lane.recipeId, count }, lane.settings);
    for (const job of jobs) begin(job);
    if (jobs.length > 0 || againAt) lane.queued = true;
    if (!againAt) return;
    lane.notBefore = againAt.getTime();
    pumpIn(Math.max(5, Math.min(lookEveryMs, lane.notBefore - now().getTime())));
  }

  function askLater(lane: Lane): void {
    const waitMs = Math.min(lookEveryMs, askAgainMs * 2 ** (lane.refusals - 1));
    lane.askAtMs = performance.now() + waitMs;
    // Later, a look comes sooner.
    if (waitMs < lookEveryMs) pumpIn(waitMs);
  }

  function pumpIn(waitMs: number): void {
    if (closed) return;
    const wait = setTimeout(() => {
      waits.delete(wait);
      pump();
    }, waitMs);
    waits.add(wait);
  }

  function begin(job: ClaimedJob): void {
    const lane = lanes.get(job.recipeId);
    const place = isAside(job) ? undefined : lane;
    if (place) {
      place.waitsSince = undefined;
      place.used += 1;
      counted += 1;
    }
    run(heldJobOf(job, workerId(), lane?.settings.concurrency === 1), place);
  }

  function run(job: HeldJob, place?: Lane): void {
    const { id, parentId } = job;
    const jobRun = new JobRun(running, job);
    const done = runJob(jobRun)
      .catch((error: unknown) => {
        // Another worker's, parked, or ours again at the next start.
        if (error instanceof JobOver || jobRun.signal.aborted) return;
        onTrouble(error);
      })
      .finally(() => {
        if (runs.get(id)?.run === jobRun) runs.delete(id);
        if (place) finish(place);
        if (parentId !== undefined) runs.get(parentId)?.run.strands.wake();
      });
    runs.set(id, { run: jobRun, done, place });
  }

  function release(place: Lane): void {
    // Of a time when this worker was taken for dead: its places went with its jobs.
    if (lanes.get(place.recipeId) !== place) return;
    counted -= 1;
    place.used -= 1;
  }

  function finish(place: Lane): void {
    const wasFull = counted >= capacity;
    release(place);
    // The next job of its key, if there is one, may begin.
    if (place.settings.keyOf) place.queued = true;
    // With capacity free again, any recipe may have waited for it.
    if (place.queued || wasFull) pump();
  }

  async function look(): Promise<void> {
    await queued(await claims.look());
  }

  async function queued(recipeIds: readonly string[]): Promise<void> {
    if (closed) return;
    for (const recipeId of recipeIds) {
      laneOf(recipeId, lanes.get(recipeId)?.settings ?? (await settingsOf(recipeId))).queued = true;
    }
    if (recipeIds.length > 0) pump();
  }

  function lookNowAndThen(): void {
    timer = setTimeout(() => {
      looking = look()
        .catch(onTrouble)
        .finally(() => closed || lookNowAndThen());
    }, lookEveryMs);
  }
  let looking: Promise<void> = Promise.resolve();
  const asking = new Set<Promise<void>>();

  return {
    reserve(recipeId, settings) {
      const lane = laneOf(recipeId, settings);
      const free = !closed && !lane.queued && lane.used < lane.granted && counted < capacity;
      if (!free || settings.keyOf || settings.rate) return undefined;
      lane.used += 1;
      counted += 1;
      return lane;
    },
    release: finish,
    run,
    queued(recipeIds) {
      const asked = queued(recipeIds)
        .catch(onTrouble)
        .finally(() => asking.delete(asked));
      asking.add(asked);
    },
    told(jobIds) {
      for (const id of jobIds) runs.get(id)?.run.strands.wake();
    },
    yield(recipeIds) {
      for (const recipeId of recipeIds) {
        const lane = lanes.get(recipeId);
        if (!lane || lane.granted <= lane.used) continue;
        const share = Math.floor(lane.settings.concurrency / Math.max(2, workers()));
        // What the next job here is about to take would stand idle until the other one asks again.
        const own = lane.queued && counted < capacity ? Math.max(1, share) : share;
        setPlaces(lane, Math.max(lane.used, own)).catch(onTrouble);
      }
    },
    runsHere: (jobId) => runs.has(jobId),
    async aside(jobId, wait) {
      const place = runs.get(jobId)?.place;
      if (!place) return await wait();
      if (counted >= capacity) pump();
      counted -= 1;
      try {
        return await wait();
      } finally {
        if (lanes.get(place.recipeId) === place) counted += 1;
      }
    },
    get isIdle() {
      return runs.size === 0 && !pumping && asking.size === 0;
    },
    look() {
      if (closed) return;
      const looked = look()
        .catch(onTrouble)
        .finally(() => asking.delete(looked));
      asking.add(looked);
    },
    start() {
      if (closed) return;
      looking = look().catch(onTrouble);
      lookNowAndThen();
    },
    async settle() {
      for (const lane of lanes.values()) {
        lane.settings = await settingsOf(lane.recipeId);
        if (lane.granted > Math.max(shareOf(lane, workers()), lane.used))
          await setPlaces(lane, shareOf(lane, workers()));
      }
      pump();
    },
    lost() {
      lanes.clear();
      counted = 0;
      for (const { run: lost } of runs.values()) lost.over(new JobOver("lost"));
    },
    async idle() {
      for (;;) {
        await Promise.all([...asking, pumping, looking]);
        if (this.isIdle) return;
        await Promise.all([...runs.values()].map(({ done }) => done));
      }
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const wait of waits) clearTimeout(wait);
    },
    async stop() {
      this.close();
      for (const { run: ended } of runs.values()) ended.over(new JobOver("stopping"));
      await Promise.all([...runs.values()].map(({ done }) => done));
      await Promise.all([pumping, looking, ...asking]);
    },
  };
}
