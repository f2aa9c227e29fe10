/** What runs jobs, put together: inbox, history, dispatcher, and the line to the other processes on this database. */
import type { Observer } from "../observer.ts";
import { type Connector, ConnectorError } from "@greenroom/connector-kit";
import { type Changes, createChanges } from "../changes.ts";
import type { Clock } from "../clock.ts";
import { waitForDatabase } from "../database/database-away.ts";
import type { Pool } from "../database/database.ts";
import { type Messages, openMessages } from "../database/messages.ts";
import { createInbox, type Inbox } from "../inbox/inbox.ts";
import { createMatcher, type Matcher, type MatchWatch, type RunningRecipe } from "../inbox/matcher.ts";
import type { Properties } from "../properties/properties.ts";
import type { Connections } from "../store/connections.ts";
import type { RecipeTexts } from "../store/recipe-texts.ts";
import { createClaims } from "./claims.ts";
import { createConnectionPlaces } from "./connection-places.ts";
import { createDispatcher, type Dispatcher } from "./dispatcher.ts";
import { createEventWaits } from "./event-waits.ts";
import { createHistory } from "./history.ts";
import { createJobControl, type JobControl } from "./job-control.ts";
import { createJobReads } from "./job-reads.ts";
import { stackOf } from "./job-error.ts";
import type { JobRunContext } from "./job-run.ts";
import { createReruns } from "./reruns.ts";
import { createPlaces } from "./places.ts";
import { watchPauses } from "./pause-watch.ts";
import { createWorkers } from "./workers.ts";

/** What it is made of. */
export interface JobEngineContext {
  readonly databaseUrl: string;
  readonly pool: Pool;
  /** Seals what recipes mask, and what jobs are given. */
  readonly seal: (value: unknown) => string;
  /** For group commits alone. */
  readonly hotPool: Pool;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: Observer | undefined;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  readonly runsJobs: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly capacity: number;
  readonly texts: RecipeTexts;
  /** A step of a job waits for a person. */
  readonly onAsked: (jobId: string, recipeId: string, question: string) => Promise<void>;
  readonly properties: () => Properties;
  /** Hears how the conditions of recipes fare. */
  readonly watch: MatchWatch;
  readonly connections: () => Connections;
  /** The recipes that run, and what they listen to. */
  readonly listeners: () => Promise<readonly RunningRecipe[]>;
  /** Those that do not run, and mask something of what they would listen to. */
  readonly silentMasks: () => Promise<readonly RunningRecipe[]>;
  /** Called when they were read anew. */
  readonly onLoaded: (running: readonly RunningRecipe[]) => Promise<void>;
  /** Aborted when the process stops waiting for the database. */
  readonly signal: AbortSignal;
}

/** Jobs, running. */
export interface JobEngine {
  /** This process among the others, as it started. */
  readonly workerId: string;
  readonly inbox: Inbox;
  /** The recipes that mask something of such an event. */
  readonly masking: Matcher["masking"];
  readonly control: JobControl;
  /** What is published here is seen in all processes. */
  readonly changes: Changes;
  /** What this process and the others published. */
  readonly seen: Changes;
  /** There are queued jobs of these recipes: for us, or for whoever has room. */
  lineUp(recipeIds: readonly string[]): void;
  /** Reads recipes and connections anew. */
  reload(): Promise<void>;
  /** The same, where another process changed them meanwhile. */
  reloadIfOld(): Promise<void>;
  /** Work that nobody waits for; what it leaves undone is found again by the next sweep. */
  inBackground(work: Promise<void>, failure: string): void;
  /** Joins the others and begins to run jobs. */
  start(): Promise<void>;
  /** Says that we live, and takes the jobs of those that do not. */
  heartbeat(): Promise<void>;
  idle(): Promise<void>;
  /** To be called right before a step sends something. @throws {ConnectorError} when others may run its job by now */
  mustBeAwake(): void;
  /** Begins nothing more, and lets what runs end for so long. */
  close(graceMs: number): Promise<void>;
  /** Gives what still runs to the others. */
  stop(): Promise<void>;
}

const stopWithinMs = 500;

/** Puts it together. */
export function createJobEngine(context: JobEngineContext): JobEngine {
  const { hotPool, seal, clock, log, connectors, texts, runsJobs, signal, listeners, onLoaded } = context;
  const now = () => clock.now();
  const workers = createWorkers(context.pool, { runsJobs, settings: context.settings });
  const workerId = () => workers.id;
  const matcher = createMatcher(context.watch);
  const seen = createChanges();
  let messages: Messages | undefined;
  const changes: Changes = {
    ...seen,
    publish(change) {
      seen.publish(change);
      messages?.send({ changes: [change] });
    },
  };
  const patiently = <T>(work: () => Promise<T>): Promise<T> =>
    waitForDatabase(work, (ms) => clock.sleep(ms, signal));
  const reads = createJobReads({ pool: hotPool, texts, properties: context.properties, patiently });
  const history = createHistory({ pool: hotPool, seal, changes, patiently, onTold: tell });

  const runContext: JobRunContext = {
    ...{ connectors, history, clock, random: context.random, seal, ...reads },
    eventWaits: createEventWaits({
      ...{ pool: hotPool, clock, connectors, patiently },
      async sourceOf(name = "") {
        const connection = await context.connections().byName(name);
        if (connection?.identity)
          return { profileId: connection.profileId, accountId: connection.identity.accountId };
        throw new ConnectorError("conflict", "not-connected", `The connection “${name}” is not connected.`);
      },
    }),
    clientOf: (connector, name) => patiently(() => context.connections().use(connector, name)),
    takePlace: (use) => connectionPlaces.take(use),
    aside: (jobId, wait) => dispatcher.aside(jobId, wait),
    startChild(child, parent) {
      const { event } = parent;
      const own = { ...event, event: { ...event.event, payload: child.details.trigger ?? {} } };
      const held = { ...child, workerId: parent.workerId, parentId: parent.id, event: own, signals: 0 };
      dispatcher.run({ ...held, hasHistory: false, keepsOrder: false, eventSealed: true });
    },
    async resumeChild(id) {
      const recipeId = await reads.queueResumed(id);
      if (recipeId !== undefined) lineUp([recipeId]);
    },
    runsHere: (id) => dispatcher.runsHere(id),
    onAsked: ({ id, recipeId }, question) => patiently(() => context.onAsked(id, recipeId, question)),
    onReconnectNeeded: (name, reason) => patiently(() => context.connections().needsAttention(name, reason)),
    observer: context.observer,
    onBug: (error, fields) => log.error({ ...fields, error }, "a job failed by a fault of Greenroom"),
  };
  const onTrouble = (error: unknown) =>
    log.warn({ error: stackOf(error) }, "jobs could not be looked after; the database may be away");
  const connectionPlaces = createConnectionPlaces({
    ...{ pool: hotPool, patiently, onTrouble },
    onGranted: (granted) => messages?.send({ granted }),
  });
  const dispatcher: Dispatcher = createDispatcher(
    {
      ...{
        places: createPlaces(hotPool, workerId),
        claims: createClaims(hotPool, workerId, now),
        workerId,
        now,
      },
      ...{ workers: () => workers.alive.runJobs, settingsOf: reads.queueOf },
      capacity: runsJobs ? context.capacity : 0,
      onWanted: (recipeId) => messages?.send({ wanted: [recipeId] }),
      onTrouble,
    },
    runContext,
  );
  const inbox = createInbox({
    ...{ pool: hotPool, matcher, changes, clock, workerId, seal, dispatcher, reload },
    onStarted: (job, place) =>
      dispatcher.run(
        { ...job, parentId: undefined, signals: 0, hasHistory: false, eventSealed: true },
        place,
      ),
    onQueued: lineUp,
    onTold(jobs) {
      tell(jobs.map(({ id }) => id));
      lineUp(jobs.map(({ recipeId }) => recipeId));
    },
  });
  const control = createJobControl({
    ...{ pool: context.pool, seal, changes, now },
    rerun: createReruns({
      pool: context.pool,
      seal,
      now,
      recipeOf: (version) => texts.saved(version).recipe,
    }),
    ...{ onQueued: lineUp, onTold: tell },
  });

  function lineUp(recipeIds: readonly string[]): void {
    dispatcher.queued(recipeIds);
    messages?.send({ queued: recipeIds });
  }
  function tell(jobIds: readonly string[]): void {
    dispatcher.told(jobIds);
    messages?.send({ signals: jobIds });
    // A parked one is queued now; which recipe it is of, a look says.
    dispatcher.look();
  }

  /** One after the other: the last to end has read the newest. Who asks while one waits for its turn asks for the same. */
  let reloading: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  function reload(): Promise<void> {
    if (next) return next;
    const loaded = reloading.then(async () => {
      next = undefined;
      const revision = await reads.revision();
      const [running, silent] = await Promise.all([listeners(), context.silentMasks()]);
      matcher.load(running, silent, revision);
      reads.forgetQueues();
      return await onLoaded(running);
    });
    next = loaded;
    reloading = loaded.catch(() => {});
    return loaded;
  }
  async function reloadIfOld(): Promise<void> {
    if ((await reads.revision()) !== matcher.revision) await reload();
  }
  async function catchUp(): Promise<void> {
    await reloadIfOld();
    dispatcher.look();
  }

  const background = new Set<Promise<void>>();
  function inBackground(work: Promise<void>, failure: string): void {
    const watched = work
      .catch((error: unknown) => log.warn({ error: stackOf(error) }, failure))
      .finally(() => background.delete(watched));
    background.add(watched);
  }
  const inBackgroundCatchUp = () => inBackground(catchUp(), "recipes could not be read anew yet");

  async function takeOver(): Promise<void> {
    const released = await workers.releaseDead();
    if (released.length === 0) return;
    log.info({ recipes: released.length }, "going on with the jobs of a worker that stopped");
    lineUp(released);
  }

  const watch = watchPauses(() => {
    log.warn({}, "this process stood still: its jobs are begun anew by whoever has room");
    dispatcher.lost();
    inBackground(workers.renew().then(lineUp), "jobs could not be given back yet");
  });

  async function idle(): Promise<void> {
    for (;;) {
      await Promise.all([...background, inbox.idle()]);
      await dispatcher.idle();
      await history.idle();
      if (background.size === 0 && dispatcher.isIdle) return;
    }
  }

  return {
    ...{
      workerId: workers.id,
      inbox,
      control,
      changes,
      seen,
      lineUp,
      reload,
      reloadIfOld,
      inBackground,
      idle,
    },
    masking: (event) => matcher.masking(event),
    mustBeAwake: () => watch.mustBeAwake(),

    async start() {
      await workers.join();
      await workers.heartbeat();
      await reload();
      messages = openMessages({
        databaseUrl: context.databaseUrl,
        query: (text, values) => hotPool.query(text, [...values]),
        isHeard: () => workers.alive.all > 1,
        onMessage({
          changes: told = [],
          queued = [],
          signals = [],
          wanted = [],
          granted = [],
          reload: isOld,
        }) {
          for (const change of told) seen.publish(change);
          if (signals.length > 0) dispatcher.told(signals);
          if (queued.length > 0) dispatcher.queued(queued);
          if (wanted.length > 0) dispatcher.yield(wanted);
          if (granted.length > 0) connectionPlaces.granted(granted);
          if (isOld) inBackgroundCatchUp();
          else if (signals.length > 0) dispatcher.look();
        },
        onGap: inBackgroundCatchUp,
      });
      await takeOver();
      dispatcher.start();
    },

    async heartbeat() {
      if (!(await workers.heartbeat())) {
        log.warn({}, "this process was silent for too long: its jobs went to others");
        dispatcher.lost();
      }
      await takeOver();
      await dispatcher.settle();
    },

    async close(graceMs) {
      await inbox.idle();
      dispatcher.close();
      const grace = new AbortController();
      await Promise.race([idle(), clock.sleep(graceMs, grace.signal).catch(() => {})]);
      grace.abort();
    },

    async stop() {
      const ended = dispatcher.stop().then(() => connectionPlaces.stop());
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, stopWithinMs))]);
      watch.stop();
      await messages?.stop();
      await workers.leave();
    },
  };
}
