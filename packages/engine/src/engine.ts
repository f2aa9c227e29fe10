/** The engine: what the server composes. Receives events, runs jobs, keeps connections and recipes. */
import type { Connector, Secret } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type Access, createAccess } from "./access/access.ts";
import { type Changes, createChanges } from "./changes.ts";
import type { Clock } from "./clock.ts";
import { waitForDatabase } from "./database/database-away.ts";
import { type Database, openDatabase, openHotPool } from "./database/database.ts";
import { migrateDatabase } from "./database/migrate.ts";
import { settings } from "./database/schema.ts";
import { type Backlog, createBacklog } from "./inbox/backlog.ts";
import { createInbox, type Delivery, type NewJob, type Receipt, type StoredEvent } from "./inbox/inbox.ts";
import { createMatcher } from "./inbox/matcher.ts";
import { type Durable, launchDurable } from "./jobs/durable.ts";
import { createHistory } from "./jobs/history.ts";
import { type JobInput, JobLost, type JobRunnerContext, runJob } from "./jobs/job-runner.ts";
import { createWorkers, heartbeatMs } from "./jobs/workers.ts";
import { createDatabaseLimitStore } from "./limits/database-limit-store.ts";
import { createSecretBox, type SecretBox } from "./secret-box.ts";
import { StartError } from "./start-error.ts";
import { type AccessTokens, createAccessTokens } from "./store/access-tokens.ts";
import { type AppProfiles, createAppProfiles } from "./store/app-profiles.ts";
import { type Connections, createConnections } from "./store/connections.ts";
import { createJobQueries, type JobQueries } from "./store/job-queries.ts";
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
  readonly permissions: Permissions;
  readonly queries: JobQueries;
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
  const { clock, log, secretBox, database } = context;
  const connectors = new Map(context.connectors.map((connector) => [connector.id, connector]));
  const now = () => clock.now();
  const workerId = uuidv7();
  const changes = createChanges();
  const matcher = createMatcher();
  const stopping = new AbortController();
  const queries = createJobQueries(database);
  const access = createAccess({ database, now });

  const profiles = createAppProfiles({ database, secretBox, connectors, now });
  const accessTokens: AccessTokens = createAccessTokens({
    ...{ database, secretBox, profiles, now, log },
    onDead: (tokenId, reason) => connections.tokenDied(tokenId, reason),
  });
  const limitStore = createDatabaseLimitStore(database);
  const reload = async () => {
    const running = await runs.running();
    matcher.load(running);
    await triggers.load(running);
  };
  const texts = createRecipeTexts({ database, connectors, connections: () => connections });
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

  const hotPool = openHotPool(context.databaseUrl, log);
  const patiently = <T>(work: () => Promise<T>): Promise<T> =>
    waitForDatabase(work, (ms) => clock.sleep(ms, stopping.signal));
  const history = createHistory({ pool: hotPool, changes, workerId, patiently });
  const workers = createWorkers(database, workerId);
  /** Jobs just started here, with their event: nothing to load, nothing to replay. */
  const fresh = new Map<string, StoredEvent>();
  const running = new Set<Promise<void>>();

  const runner: JobRunnerContext = {
    ...{ connectors, history, clock, random: context.random, signal: stopping.signal },
    checkpoint: (name, body) => durable.checkpoint(name, body),
    programOf: (versionId) => patiently(() => recipes.program(versionId)),
    eventOf: (eventId) => patiently(() => queries.storedEvent(eventId)),
    clientOf: (connector, name) => patiently(() => connections.client(connector, name)),
    onReconnectNeeded: (name, error) => patiently(() => connections.needsAttention(name, error.message)),
    onBug: (error, fields) =>
      log.error({ ...fields, error: stackOf(error) }, "a job failed by a fault of Greenroom"),
  };

  async function runHere(input: JobInput): Promise<void> {
    const event = fresh.get(input.jobId);
    fresh.delete(input.jobId);
    const run = runJob(runner, input, { event, fresh: event !== undefined });
    running.add(run);
    try {
      await run;
    } catch (error) {
      if (!(error instanceof JobLost) && !stopping.signal.aborted) throw error;
      // Parked, not ended: the job belongs to another worker, or to the next start.
      running.delete(run);
      await new Promise(() => {});
    } finally {
      running.delete(run);
    }
  }

  let durable: Durable;
  await migrateDatabase(database, async () => {
    await checkSecretKey(database, secretBox);
    durable = await launchDurable({
      ...{ database, databaseUrl: context.databaseUrl, workerId, log },
      runJob: runHere,
    });
  });

  const starting = new Set<Promise<void>>();
  /** Work that nobody waits for; what it leaves undone is found again by the next sweep. */
  function inBackground(work: Promise<void>, failure: string): void {
    const watched = work
      .catch((error: unknown) => log.warn({ error: stackOf(error) }, failure))
      .finally(() => starting.delete(watched));
    starting.add(watched);
  }
  function startJob({ id, recipeId, versionId, event }: NewJob): void {
    fresh.set(id, event);
    const start = durable
      .start({ jobId: id, recipeId, versionId, eventId: event.id })
      // The job is committed: the next worker that looks for orphans runs it.
      .catch((error: unknown) =>
        log.error({ jobId: id, error: stackOf(error) }, "a job could not be started yet"),
      )
      .finally(() => starting.delete(start));
    starting.add(start);
  }
  const inbox = createInbox({ pool: hotPool, matcher, changes, clock, workerId, start: startJob });
  const triggers: DrivenTriggers = createTriggers({
    ...{ database, secretBox, workerId, connectors, profiles, connections, reload, clock, log },
    ...{ receive: (delivery: Delivery) => inbox.receive(delivery), signal: stopping.signal },
  });
  const backlog: Backlog = createBacklog({ database, runs: () => runs, workerId, now, start: startJob });
  /** What was matched before a recipe ran is written by then, and found. */
  async function pickUp(): Promise<void> {
    await inbox.idle();
    await backlog.pickUp();
  }

  await workers.join();
  await reload();
  await takeOver();
  await pickUp();
  const beating = beat();
  triggers.start();

  async function takeOver(): Promise<void> {
    const taken = await workers.takeOver();
    if (taken.length === 0) return;
    log.info({ jobs: taken.length }, "going on with the jobs of a worker that stopped");
    await durable.resume(taken);
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
        await workers.heartbeat();
        await takeOver();
        await sweep();
      } catch (error) {
        log.warn({ error: String(error) }, "the heartbeat failed; the database may be away");
      }
    }
  }

  async function idle(): Promise<void> {
    while (running.size + starting.size > 0) {
      await Promise.allSettled([...starting, ...running]);
      // A started job is seen running one turn later.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await history.idle();
  }

  return {
    ...{ connectors, access, profiles, connections, recipes, versions, drafts, backlog, permissions },
    ...{ queries, changes, idle, triggers },
    receive: (delivery) => inbox.receive(delivery),
    async stop({ graceMs = defaultGraceMs } = {}) {
      await inbox.idle();
      const grace = new AbortController();
      await Promise.race([idle(), clock.sleep(graceMs, grace.signal).catch(() => {})]);
      grace.abort();
      stopping.abort(new Error("the server is stopping"));
      await Promise.all([beating, triggers.stop()]);
      await Promise.race([idle(), new Promise((resolve) => setTimeout(resolve, 500))]);
      await durable.stop();
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
