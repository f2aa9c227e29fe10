/** The engine: what the server composes. Receives events, runs jobs, keeps connections and recipes. */
import { type Connector, ConnectorError, type Secret } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import { type Access, createAccess } from "./access/access.ts";
import { type Changes, createChanges } from "./changes.ts";
import type { Clock } from "./clock.ts";
import { waitForDatabase } from "./database/database-away.ts";
import { type Database, openDatabase, openHotPool } from "./database/database.ts";
import { openMessages } from "./database/messages.ts";
import { migrateDatabase } from "./database/migrate.ts";
import { settings } from "./database/schema.ts";
import { type Backlog, createBacklog } from "./inbox/backlog.ts";
import { createInbox, type Delivery, type Receipt } from "./inbox/inbox.ts";
import { createMatcher } from "./inbox/matcher.ts";
import { createClaims } from "./jobs/claims.ts";
import { createDispatcher, type Dispatcher } from "./jobs/dispatcher.ts";
import { createEventWaits } from "./jobs/event-waits.ts";
import { createHistory } from "./jobs/history.ts";
import { createJobControl, type JobControl } from "./jobs/job-control.ts";
import { createJobReads } from "./jobs/job-reads.ts";
import type { JobRunContext } from "./jobs/job-run.ts";
import { createPlaces } from "./jobs/places.ts";
import { createWorkers, heartbeatMs } from "./jobs/workers.ts";
import { createDatabaseLimitStore } from "./limits/database-limit-store.ts";
import { createLookupTables, type LookupTables } from "./lookup-tables/lookup-tables.ts";
import { createProperties, type Properties } from "./properties/properties.ts";
import { createSecretBox, type SecretBox } from "./secret-box.ts";
import { StartError } from "./start-error.ts";
import { type AccessTokens, createAccessTokens } from "./store/access-tokens.ts";
import { type AppProfiles, createAppProfiles } from "./store/app-profiles.ts";
import { type Connections, createConnections } from "./store/connections.ts";
import { createJobQueries, type JobQueries } from "./store/job-queries.ts";
import { type JobStats, type JobStatsFilter, jobStats } from "./store/job-stats.ts";
import { createPermissions, type Permissions } from "./store/permissions.ts";
import { createRecipeDrafts, type RecipeDrafts } from "./store/recipe-drafts.ts";
import { createRecipeRuns, type RecipeRuns } from "./store/recipe-runs.ts";
import { createRecipeTexts } from "./store/recipe-texts.ts";
import { createRecipeVersions, type RecipeVersions } from "./store/recipe-versions.ts";
import { createRecipes, type Recipes } from "./store/recipes.ts";
import { createTriggers, type DrivenTriggers, type Triggers } from "./triggers/triggers.ts";

/** Where the engine writes what operators read. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the engine is given. */
export interface EngineOptions {
  readonly databaseUrl: string;
  readonly secretKey: Secret;
  readonly connectors: readonly Connector[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: EngineLog;
  /** Whether this process runs jobs and looks after triggers; by default it does. Any number may share a database. */
  readonly runsJobs?: boolean;
  /** How many jobs may run here at once. */
  readonly capacity?: number;
  /** Whose properties recipes see; by default `default`. */
  readonly environment?: string | undefined;
}

/** A running engine. */
export interface Engine {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly access: Access;
  readonly profiles: AppProfiles;
  readonly connections: Connections;
  readonly recipes: Recipes & RecipeRuns;
  readonly versions: RecipeVersions;
  readonly drafts: RecipeDrafts;
  readonly backlog: Backlog;
  readonly properties: Properties;
  readonly lookupTables: LookupTables;
  readonly permissions: Permissions;
  readonly queries: JobQueries;
  /** Jobs counted over time and by recipe. */
  jobStats(filter: JobStatsFilter): Promise<JobStats>;
  readonly jobs: JobControl;
  /** Changes in all processes, as they happen. */
  readonly changes: Changes;
  readonly triggers: Triggers;
  /** Writes an event once and starts its jobs; resolves when that is committed. */
  receive(delivery: Delivery): Promise<Receipt>;
  /** Resolves when no job runs in this process. */
  idle(): Promise<void>;
  /** Lets running steps end for at most `graceMs`, then leaves the rest to the next worker. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

const defaultGraceMs = 8_000;
const defaultCapacity = 200;
const sweepEveryMs = 60_000;

/** Opens the database, brings it up to date and starts running jobs. @throws {StartError} */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { clock, random, log } = options;
  const secretBox = createSecretBox(options.secretKey);
  const database = await openDatabase(options.databaseUrl, log);
  try {
    return await compose({ ...options, clock, random, secretBox, database });
  } catch (error) {
    await database.$client.end();
    throw error;
  }
}

async function compose(
  context: EngineOptions & { readonly secretBox: SecretBox; readonly database: Database },
): Promise<Engine> {
  const { clock, log, secretBox, database, runsJobs = true, capacity = defaultCapacity } = context;
  const connectors = new Map(context.connectors.map((connector) => [connector.id, connector]));
  const now = () => clock.now();
  const hotPool = openHotPool(context.databaseUrl, log);
  const workers = createWorkers(database.$client, runsJobs);
  const workerId = () => workers.id;
  const seen = createChanges();
  const changes: Changes = {
    ...seen,
    publish(change) {
      seen.publish(change);
      messages.send({ changes: [change] });
    },
  };
  const matcher = createMatcher();
  const stopping = new AbortController();
  let started = false;
  const queries = createJobQueries(database);
  const access = createAccess({ database, now });

  const profiles = createAppProfiles({
    ...{ database, secretBox, connectors, now },
    onChange: () => triggers.refresh(),
  });
  const accessTokens: AccessTokens = createAccessTokens({
    ...{ database, secretBox, profiles, now, log },
    onDead: (tokenId, reason) => connections.tokenDied(tokenId, reason),
  });
  const limitStore = createDatabaseLimitStore(database);
  /** One after the other: the last to end has read the newest. */
  let reloading: Promise<unknown> = Promise.resolve();
  const reload = (): Promise<undefined> => {
    const loaded = reloading.then(async () => {
      const revision = await reads.revision();
      const running = await runs.running();
      matcher.load(running, revision);
      reads.forgetQueues();
      await triggers.load(running);
      return undefined;
    });
    reloading = loaded.catch(() => {});
    return loaded;
  };
  const texts = createRecipeTexts({
    ...{ database, connectors, connections: () => connections, properties: () => properties },
  });
  const runs: RecipeRuns = createRecipeRuns({
    ...{ database, texts, changes, now, onChange: reload, connections: () => connections },
    onOwed: () => inBackground(pickUp(), "events that wait could not be picked up yet"),
    waiting: (id) => backlog.waiting(id),
    onStopped: (recipe, reason) =>
      Promise.resolve(log.warn({ recipe: recipe.name, reason }, "a recipe stopped by itself")),
  });
  const recipes = {
    ...createRecipes({ database, texts, changes, now, onChange: reload }),
    ...runs,
  };
  const versions = createRecipeVersions({ database, recipes });
  const drafts = createRecipeDrafts({ database, changes, now });
  const { environment = "default" } = context;
  const properties = createProperties({ database, secretBox, environment, now });
  const lookupTables = createLookupTables({ database, now });
  const connections: Connections = createConnections({
    ...{ database, secretBox, profiles, connectors, changes, now },
    limits: limitStore,
    accessTokens: () => accessTokens,
    onLost: (names, reason) => runs.stopUsersOf(names, reason),
    async onConnected() {
      await runs.startLost();
      await pickUp();
    },
  });

  const permissions = createPermissions({ connections, recipes });

  const patiently = <T>(work: () => Promise<T>): Promise<T> =>
    waitForDatabase(work, (ms) => clock.sleep(ms, stopping.signal));
  const reads = createJobReads({ pool: hotPool, texts, patiently });
  const history = createHistory({ pool: hotPool, changes, patiently, onTold: (ids) => tell(ids) });
  const trouble = (error: unknown) =>
    log.warn({ error: stackOf(error) }, "jobs could not be looked after; the database may be away");

  const runContext: JobRunContext = {
    ...{ connectors, history, clock, random: context.random, ...reads },
    eventWaits: createEventWaits({
      ...{ pool: hotPool, clock, connectors, patiently },
      async sourceOf(name = "") {
        const connection = await connections.byName(name);
        if (connection?.identity)
          return { profileId: connection.profileId, accountId: connection.identity.accountId };
        throw new ConnectorError("conflict", "not-connected", `The connection “${name}” is not connected.`);
      },
    }),
    clientOf: (connector, name) => patiently(() => connections.client(connector, name)),
    secretOf: (name) =>
      Promise.reject(new ConnectorError("not-found", "no-such-secret", `There is no secret “${name}”.`)),
    startChild: (child, parent) => {
      const { workerId: by, event } = parent;
      const own = { ...event, event: { ...event.event, payload: child.details.trigger ?? {} } };
      const held = { ...child, workerId: by, parentId: parent.id, event: own, signals: 0 };
      dispatcher.run({ ...held, hasHistory: false, keepsOrder: false });
    },
    runsHere: (id) => dispatcher.runsHere(id),
    onReconnectNeeded: (name, error) => patiently(() => connections.needsAttention(name, error.message)),
    onBug: (error, fields) =>
      log.error({ ...fields, error: stackOf(error) }, "a job failed by a fault of Greenroom"),
  };
  const dispatcher: Dispatcher = createDispatcher(
    {
      ...{
        places: createPlaces(hotPool, workerId),
        claims: createClaims(hotPool, workerId, now),
        workerId,
        now,
      },
      ...{
        workers: () => workers.alive.runJobs,
        settingsOf: reads.queueOf,
        capacity: runsJobs ? capacity : 0,
      },
      onWanted: (recipeId) => messages.send({ wanted: [recipeId] }),
      onTrouble: trouble,
    },
    runContext,
  );
  /** There are queued jobs: for us, or for whoever has room. */
  function lineUp(recipeIds: readonly string[]): void {
    dispatcher.queued(recipeIds);
    messages.send({ queued: recipeIds });
  }
  function tell(jobIds: readonly string[]): void {
    dispatcher.told(jobIds);
    messages.send({ signals: jobIds });
    // A parked one is queued now; which recipe it is of, a look says.
    dispatcher.look();
  }
  await migrateDatabase(database, () => checkSecretKey(database, secretBox));

  const messages = openMessages({
    databaseUrl: context.databaseUrl,
    query: (text, values) => hotPool.query(text, [...values]),
    isHeard: () => workers.alive.all > 1,
    onMessage({ changes: told = [], queued = [], signals = [], wanted = [], reload: isOld }) {
      for (const change of told) seen.publish(change);
      if (signals.length > 0) dispatcher.told(signals);
      if (queued.length > 0) dispatcher.queued(queued);
      if (signals.length > 0) dispatcher.look();
      if (wanted.length > 0) dispatcher.yield(wanted);
      if (isOld) inBackground(catchUp(), "recipes could not be read anew yet");
    },
    onGap: () => started && inBackground(catchUp(), "recipes could not be read anew yet"),
  });
  async function catchUp(): Promise<void> {
    if ((await reads.revision()) !== matcher.revision) await reload();
    dispatcher.look();
  }

  const starting = new Set<Promise<void>>();
  /** Work that nobody waits for; what it leaves undone is found again by the next sweep. */
  function inBackground(work: Promise<void>, failure: string): void {
    const watched = work
      .catch((error: unknown) => log.warn({ error: stackOf(error) }, failure))
      .finally(() => starting.delete(watched));
    starting.add(watched);
  }
  const inbox = createInbox({
    ...{ pool: hotPool, matcher, changes, clock, workerId, dispatcher, reload },
    onStarted: (job, place) =>
      dispatcher.run({ ...job, parentId: undefined, signals: 0, hasHistory: false }, place),
    onQueued: lineUp,
    onTold(jobs) {
      tell(jobs.map(({ id }) => id));
      lineUp(jobs.map(({ recipeId }) => recipeId));
    },
  });
  const jobs = createJobControl({ pool: database.$client, changes, now, onQueued: lineUp, onTold: tell });
  const triggers: DrivenTriggers = createTriggers({
    ...{ database, secretBox, workerId: workers.id, connectors, profiles, connections, reload, clock, log },
    ...{ receive: (delivery: Delivery) => inbox.receive(delivery), signal: stopping.signal },
  });
  const backlog: Backlog = createBacklog({
    ...{ database, runs: () => runs, now },
    onQueued: (recipeId) => lineUp([recipeId]),
  });
  /** What was matched before a recipe ran is written by then, and found. */
  async function pickUp(): Promise<void> {
    await inbox.idle();
    await backlog.pickUp();
  }

  await workers.join();
  await workers.heartbeat();
  await reload();
  await takeOver();
  dispatcher.start();
  await pickUp();
  started = true;
  const beating = beat();
  if (runsJobs) triggers.start();

  async function takeOver(): Promise<void> {
    const released = await workers.releaseDead();
    if (released.length === 0) return;
    log.info({ recipes: released.length }, "going on with the jobs of a worker that stopped");
    lineUp(released);
  }

  let sweptAtMs = now().getTime();
  /** What any worker does now and then, whoever else does it too. */
  async function sweep(): Promise<void> {
    if (now().getTime() - sweptAtMs < sweepEveryMs) return;
    sweptAtMs = now().getTime();
    await accessTokens.refreshDue();
    await limitStore.sweep(now());
    await access.throttle.sweep();
    await pickUp();
  }

  async function beat(): Promise<void> {
    for (;;) {
      try {
        await clock.sleep(heartbeatMs, stopping.signal);
      } catch {
        return;
      }
      try {
        if (!(await workers.heartbeat())) {
          log.warn({}, "this process was silent for too long: its jobs went to others");
          dispatcher.lost();
        }
        await takeOver();
        await dispatcher.settle();
        await sweep();
      } catch (error) {
        log.warn({ error: String(error) }, "the heartbeat failed; the database may be away");
      }
    }
  }

  async function idle(): Promise<void> {
    for (;;) {
      await Promise.all([...starting, inbox.idle()]);
      await dispatcher.idle();
      await history.idle();
      if (starting.size === 0 && dispatcher.isIdle) return;
    }
  }

  return {
    ...{ connectors, access, profiles, connections, recipes, versions, drafts, backlog, permissions },
    jobStats: (filter) => jobStats(database.$client, filter),
    ...{ queries, jobs, changes: seen, idle, triggers },
    ...{ queries, jobs, changes: seen, idle, triggers, properties, lookupTables },
    receive: (delivery) => inbox.receive(delivery),
    async stop({ graceMs = defaultGraceMs } = {}) {
      await inbox.idle();
      dispatcher.close();
      const grace = new AbortController();
      await Promise.race([idle(), clock.sleep(graceMs, grace.signal).catch(() => {})]);
      grace.abort();
      stopping.abort(new Error("the server is stopping"));
      await Promise.all([beating, triggers.stop()]);
      await Promise.race([dispatcher.stop(), new Promise((resolve) => setTimeout(resolve, 500))]);
      await messages.stop();
      await workers.leave();
      await hotPool.end();
      await database.$client.end();
    },
  };
}

/** Proves that this key opens what this database keeps. @throws {StartError} */
async function checkSecretKey(database: Database, secretBox: SecretBox): Promise<void> {
  const key = "secret-key-check";
  await database
    .insert(settings)
    .values({ key, value: secretBox.seal(key, "greenroom") })
    .onConflictDoNothing();
  const [row] = await database.select().from(settings).where(eq(settings.key, key));
  try {
    if (row) secretBox.open(key, row.value);
  } catch {
    throw new StartError(
      "The secret key does not fit this database: its connections were sealed with another one. Set GREENROOM_SECRET_KEY to the key it was made with (without that variable, the key is read from the file secret.key in GREENROOM_HOME).",
    );
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
