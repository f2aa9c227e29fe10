/** The engine: what the server composes. Receives events, runs jobs, keeps connections and recipes. */
import { recipeConnector } from "@greenroom/recipes";
import { createAccess } from "./access/access.ts";
import { checkSecretKey } from "./check-secret-key.ts";
import { waitForDatabase } from "./database/database-away.ts";
import { type Database, openDatabase, openHotPool } from "./database/database.ts";
import { isOver } from "./database/job-tables.ts";
import { createSealedValues, type SealedValues } from "./database/sealed-values.ts";
import { migrateDatabase } from "./database/migrate.ts";
import type { Engine, EngineOptions } from "./engine-contract.ts";
import { type Backlog, createBacklog } from "./inbox/backlog.ts";
import type { Delivery, Receipt } from "./inbox/inbox.ts";
import { createReplays } from "./inbox/replays.ts";
import { createJobEngine } from "./jobs/job-engine.ts";
import { heartbeatMs } from "./jobs/workers.ts";
import { createDatabaseLimitStore } from "./limits/database-limit-store.ts";
import { createLookupTables } from "./lookup-tables/lookup-tables.ts";
import { createNowAndThen } from "./now-and-then.ts";
import { createNoticeChannels } from "./notices/notice-channels.ts";
import { connectionLost, recipeStopped } from "./notices/news.ts";
import { createNotices } from "./notices/notices.ts";
import { createProperties } from "./properties/properties.ts";
import { createRetention } from "./retention/retention.ts";
import { createSecretBox, type SecretBox } from "./secret-box.ts";
import { type AccessTokens, createAccessTokens } from "./store/access-tokens.ts";
import { createAppProfiles } from "./store/app-profiles.ts";
import { createConnectionCalls } from "./store/connection-calls.ts";
import { createConnectionStatus } from "./store/connection-status.ts";
import { type Connections, createConnections } from "./store/connections.ts";
import { createJobQueries } from "./store/job-queries.ts";
import { jobStats } from "./store/job-stats.ts";
import { createPermissions } from "./store/permissions.ts";
import { createPreferences } from "./store/preferences.ts";
import { createRecipeDrafts } from "./store/recipe-drafts.ts";
import { createRecipeEntries } from "./store/recipe-entries.ts";
import { createRecipeRuns, type RecipeRuns } from "./store/recipe-runs.ts";
import { createRecipeTestStore } from "./store/recipe-tests.ts";
import { createRecipeTexts } from "./store/recipe-texts.ts";
import { createRecipeVersions } from "./store/recipe-versions.ts";
import { createRecipes } from "./store/recipes.ts";
import { createStartPasts } from "./store/start-past.ts";
import { createTestRuns } from "./store/test-runs.ts";
import { createTriggerPreviews } from "./store/trigger-preview.ts";
import { createTriggers, type DrivenTriggers } from "./triggers/triggers.ts";

const defaultGraceMs = 8_000;
const defaultCapacity = 200;
const sweepEveryMs = 60_000;
const noticesEveryMs = 10_000;
const uncounted = "a trigger's error could not be counted";

/** Opens the database, brings it up to date and starts running jobs. @throws {StartError} */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { clock, random, log } = options;
  const secretBox = createSecretBox(options.secretKey);
  const sealed = createSealedValues(secretBox);
  const database = await openDatabase(options.databaseUrl, log, sealed.parse);
  try {
    return await compose({ ...options, clock, random, secretBox, sealed, database });
  } catch (error) {
    await database.$client.end();
    throw error;
  }
}

async function compose(
  context: EngineOptions & {
    readonly secretBox: SecretBox;
    readonly sealed: SealedValues;
    readonly database: Database;
  },
): Promise<Engine> {
  const { clock, log, secretBox, database, runsJobs = true, capacity = defaultCapacity } = context;
  const connectors = new Map(
    [recipeConnector, ...context.connectors].map((connector) => [connector.id, connector]),
  );
  const now = () => clock.now();
  const stopping = new AbortController();
  const texts = createRecipeTexts({
    ...{ database, connectors, connections: () => connections, properties: () => properties },
  });
  const hotPool = openHotPool(context.databaseUrl, log, context.sealed.parse);
  const jobEngine = createJobEngine({
    ...{ databaseUrl: context.databaseUrl, pool: database.$client, hotPool, connectors, clock, log, texts },
    ...{
      random: context.random,
      observer: context.observer,
      ...{ runsJobs, capacity, settings: context.settings ?? {}, seal: context.sealed.seal },
      connections: () => connections,
      signal: stopping.signal,
    },
    properties: () => properties,
    watch: {
      onFailed: (id, error) => inBackground(runs.triggerFailed(id, wordsOf(error)), uncounted),
      onWorked: (id) => void runs.triggerWorked(id).catch(trouble),
    },
    listeners: () => runs.running(),
    async onAsked(jobId, recipeId, question) {
      const { name } = await recipes.get(recipeId);
      await notices.tell({
        ...{ kind: "job-asks", key: `job-asks ${recipeId}`, recipeId, path: `/jobs/${jobId}` },
        ...{ subject: `A job of “${name}” waits for you`, lines: [question] },
      });
    },
    silentMasks: () => runs.silentMasks(),
    async onLoaded(running) {
      retention.know(running.flatMap(({ recipeId, keepsNothing }) => (keepsNothing ? [recipeId] : [])));
      await triggers.load(running);
    },
  });
  const trouble = (error: unknown) => log.warn({ error: String(error) }, "the database may be away");
  const { changes, inbox, reload, inBackground } = jobEngine;
  const whileAwake =
    <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      const result = await work(...args);
      jobEngine.mustBeAwake();
      return result;
    };
  const queries = createJobQueries(database, () => texts, now, jobEngine.masking);
  const preferences = createPreferences({ database, now });
  const channels = createNoticeChannels({ database, secretBox, now });
  const { noticeSenders: senders = {} } = context;
  const notices = createNotices({ database, channels, preferences, senders, now });
  const retention = createRetention({
    ...{ database, preferences, clock, signal: stopping.signal, recipes: () => runs.kept() },
    onTrouble: trouble,
  });
  changes.subscribe((change) => {
    if (change.type === "job" && isOver(change.state)) retention.ended(change.id, change.recipeId);
  });
  const access = createAccess({ database, now });

  const profiles = createAppProfiles({
    ...{ database, secretBox, connectors, now },
    onChange: () => triggers.refresh(),
  });
  const accessTokens: AccessTokens = createAccessTokens({
    ...{ database, secretBox, profiles, now, log },
    patiently: (work) => waitForDatabase(work, (ms) => clock.sleep(ms, stopping.signal)),
    onDead: (tokenId, secrets, reason) => connections.tokenDied(tokenId, secrets, reason),
  });
  const limitStore = createDatabaseLimitStore(database);
  const runs: RecipeRuns = createRecipeRuns({
    ...{ database, texts, changes, now, onChange: reload, connections: () => connections },
    onOwed: () => inBackground(pickUp(), "events that wait could not be picked up yet"),
    bind: (recipe) => triggers.bind(recipe),
    waiting: (id) => backlog.waiting(id),
    async onStopped(transaction, recipe, reason) {
      log.warn({ recipe: recipe.name, reason }, "a recipe stopped by itself");
      await notices.tell(recipeStopped(recipe, reason), transaction);
    },
  });
  const recipes = {
    ...createRecipes({
      ...{ database, texts, changes, now, onChange: reload },
      cancelJobs: (jobIds) => jobEngine.control.cancelAll(jobIds),
    }),
    ...createRecipeEntries(database),
    ...createStartPasts({ database, texts, connectors }),
    ...runs,
  };
  const versions = createRecipeVersions({ database, recipes });
  const previews = createTriggerPreviews({ database, runs });
  const testRuns = createTestRuns({ database, texts, previews, queries, control: jobEngine.control });
  const tests = createRecipeTestStore({ database, texts, recipes, now });
  const drafts = createRecipeDrafts({ database, changes, now });
  const { environment = "default" } = context;
  const properties = createProperties({ database, secretBox, environment, now });
  const lookupTables = createLookupTables({ database, now });
  const sharedLimits = { ...limitStore, take: whileAwake(limitStore.take) };
  const connections: Connections = createConnections({
    ...{ database, secretBox, profiles, connectors, changes, now },
    limits: sharedLimits,
    // The last that is waited for before a request is sent.
    accessTokens: () => ({ ...accessTokens, of: (id) => whileAwake(accessTokens.of(id)) }),
    async onLost(transaction, names, reason) {
      const stopped = await runs.stopUsersOf(transaction, names, reason);
      if (stopped.length > 0) await notices.tell(connectionLost(names, reason, stopped), transaction);
      return () => runs.told(stopped);
    },
    async onConnected() {
      await runs.startLost();
      await reload();
      await pickUp();
    },
  });

  const permissions = createPermissions({ connections, recipes });

  await migrateDatabase(database, () => checkSecretKey(database, secretBox));

  async function receive(delivery: Delivery): Promise<Receipt> {
    const beganAt = now();
    const receipt = await inbox.receive(delivery);
    const { connector, event } = delivery;
    context.observer?.received({ id: receipt.eventId, connector, name: event.name, beganAt, receipt });
    return receipt;
  }

  const triggers: DrivenTriggers = createTriggers({
    ...{ database, secretBox, connectors, profiles, connections, clock, log, receive },
    reloadIfOld: jobEngine.reloadIfOld,
    ...{ workerId: jobEngine.workerId, signal: stopping.signal },
    onTurn: (id, error) => (error === null ? runs.triggerWorked(id) : runs.triggerFailed(id, error)),
    async onPastUnread(id, message) {
      const { name } = await recipes.get(id);
      await notices.tell({
        ...{ kind: "past-unread", key: `past-unread ${id}`, recipeId: id, path: `/recipes/${id}` },
        ...{ subject: `“${name}” did not get all that happened since its date`, lines: [message] },
      });
    },
    stoppedListener: async (id) => ((await runs.waitsSince(id)) ? await runs.listener(id) : undefined),
    hookUrl: context.hookUrl ?? ((token) => `http://127.0.0.1/hooks/${token}`),
  });
  const backlog: Backlog = createBacklog({
    ...{ database, runs: () => runs, now },
    ...{ connectors, clock, connections: () => connections, signal: stopping.signal },
    onQueued: (recipeId) => jobEngine.lineUp([recipeId]),
  });
  const replays = createReplays({ database, recipes, changes, now, onQueued: jobEngine.lineUp });
  /** What was matched before a recipe ran is written by then, and found. */
  async function pickUp(): Promise<void> {
    await inbox.idle();
    await backlog.pickUp();
  }

  await runs.startLost();
  await jobEngine.start();
  await pickUp();

  const keeping = createNowAndThen({
    async work() {
      const swept = await retention.sweep();
      if (swept.jobs + swept.events + swept.wiped > 0) log.info(swept, "deleted what is not kept");
    },
    ...{ everyMs: sweepEveryMs, first: "after a while", now, trouble },
  });
  /** What any worker does, whoever else does it too. */
  const sweeping = createNowAndThen({
    async work() {
      await accessTokens.refreshDue();
      await connections.revokeLeft();
      await limitStore.sweep(now());
      await access.throttle.sweep();
      // Whoever connected a connection may have died before it started what had stopped without it.
      if (await runs.startLost()) await reload();
      await pickUp();
      await properties.sweep();
    },
    ...{ everyMs: sweepEveryMs, first: "after a while", now, trouble },
  });
  const telling = createNowAndThen({
    ...{ work: () => notices.turn(), everyMs: noticesEveryMs, first: "at once", now, trouble },
  });

  const beating = beat();
  if (runsJobs) triggers.start();

  async function beat(): Promise<void> {
    for (;;) {
      try {
        await clock.sleep(heartbeatMs, stopping.signal);
      } catch {
        return;
      }
      try {
        await jobEngine.heartbeat();
        for (const work of [sweeping, keeping, telling]) work.whenDue();
      } catch (error) {
        log.warn({ error: String(error) }, "the heartbeat failed; the database may be away");
      }
    }
  }

  return {
    ...{
      connectors,
      access,
      profiles,
      connections,
      recipes,
      versions,
      drafts,
      backlog,
      replays,
      permissions,
    },
    connectionStatus: createConnectionStatus({ database, profiles, store: sharedLimits, now }),
    connectionCalls: createConnectionCalls({ database, texts }),
    jobStats: (filter) => jobStats(database.$client, filter, now()),
    ...{ queries, jobs: jobEngine.control, changes: jobEngine.seen, retention, notices },
    async idle() {
      await jobEngine.idle();
      await retention.idle();
    },
    ...{ triggers, properties, lookupTables, previews, testRuns, tests },
    receive,
    async stop({ graceMs = defaultGraceMs } = {}) {
      await jobEngine.close(graceMs);
      stopping.abort(new Error("the server is stopping"));
      await Promise.all([beating, triggers.stop(), sweeping.idle(), keeping.idle(), telling.idle()]);
      await jobEngine.stop();
      await hotPool.end();
      await database.$client.end();
    },
  };
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
