import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { answerError, answerUnknown, createApi } from "./api.ts";
import { checkOptions } from "./check-options.ts";
import type { Clock } from "./clock.ts";
import { createClock } from "./clock.ts";
import { healthJson } from "./control/health.ts";
import { createFaults } from "./control/faults.ts";
import { createRequestLog } from "./control/request-log.ts";
import { createStateFile } from "./control/state-file.ts";
import { createRoles, createUsers } from "./directory.ts";
import { createIds } from "./ids.ts";
import { listen } from "./listen.ts";
import { createOutbox } from "./mails.ts";
import type { App } from "./marketplace/app.ts";
import { createApprovals } from "./marketplace/approvals.ts";
import { createApps } from "./marketplace/apps.ts";
import { createDeviceCodes } from "./oauth/device-codes.ts";
import { createTokens } from "./oauth/tokens.ts";
import type { PagesParts } from "./pages.ts";
import { answerRefused, Refused } from "./people/session.ts";
import { createSessions, endSessions } from "./portal/session.ts";
import { checkNode } from "./node-version.ts";
import type { CompanyChoice, RunningSandbox, SandboxOptions } from "./options.ts";
import { createRateLimits } from "./rate-limits.ts";
import { newReply, replyJson } from "./reply.ts";
import { logOperation } from "./resources/reports/operation-log.ts";
import { registerResources } from "./resources/resources.ts";
import { createGroupChanges } from "./resources/groups/group-changes.ts";
import { createRoleChanges } from "./resources/roles/role-changes.ts";
import { createUserChanges } from "./resources/users/user-changes.ts";
import type { Account, Sandbox, SandboxEnv, Transfer, User } from "./sandbox.ts";
import { readCompany } from "./seed/company.ts";
import { pastOf } from "./seed/past.ts";
import { seedAccount } from "./seed.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";
import type { SandboxState } from "./state.ts";
import { createTables } from "./table.ts";
import { createDeliveryRules } from "./webhooks/delivery-rules.ts";
import { createDispatcher } from "./webhooks/dispatcher.ts";
import { createRevalidation } from "./webhooks/revalidation.ts";
import { createSockets } from "./webhooks/sockets.ts";

/** What is there from the first moment: these tables hold nothing of the past, which is written when another is first used. */
const PRESENT: ReadonlySet<string> = new Set([
  ...["users", "former_users", "roles", "groups", "user_pictures", "ended_sessions", "apps", "installs"],
  ...["access_tokens", "refresh_tokens", "deliveries"],
]);
const PAST_WITHIN_MS = 1_000;

/** Starts a sandbox of Zoom on this machine. */
export async function createSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  checkNode();
  checkOptions(options);
  const { port, host = "127.0.0.1", seed = "greenroom", stateFile, frozenAt } = options;
  let company = await readCompany(options.company ?? "default");
  let origin = "";
  let cookieSecret = randomBytes(32).toString("hex");
  const startSettings: Settings = { ...DEFAULT_SETTINGS, rateLimits: options.rateLimits ?? true };
  const settings = { ...startSettings };
  const rebuilds: (() => void)[] = [];
  const leavers: ((user: User, transfer: Transfer) => void)[] = [];
  const account: Account = { id: "", account_number: 0, account_name: "", owner_id: "", plan: "business" };

  const ids = createIds(seed);
  const innerClock = createClock(frozenAt === undefined ? {} : { frozenAt });
  const { table, owe, snapshot: snapshotTables, restore: restoreTables } = createTables();
  const file = createStateFile<SandboxState>(stateFile, snapshot);
  const tokens = createTokens({
    ...{ clock: innerClock, ids, account, access: table("access_tokens"), refresh: table("refresh_tokens") },
    isActive: (appId) => table<App>("apps").get(appId)?.active === true,
  });
  const deliveryRules = createDeliveryRules(createIds(`${seed}:deliveries`));
  const sockets = createSockets({
    ...{ clock: innerClock, tokens, apps: table("apps") },
    isActive: (userId) => users.find(userId)?.status === "active",
  });
  const dispatcher = createDispatcher({
    ...{ clock: innerClock, ids, table, account, sockets, rules: deliveryRules, changed: file.changed },
    onEvent: options.onEvent,
  });
  // Moving the clock first lets what is on the wire land, so that its retries are scheduled.
  const moving = async (move: () => Promise<void>): Promise<void> => {
    await dispatcher.settled();
    await move();
    await dispatcher.settled();
  };
  const clock: Clock = {
    ...innerClock,
    advance: (ms) => moving(() => innerClock.advance(ms)),
    set: (date) => moving(() => innerClock.set(date)),
  };

  const app = new Hono<SandboxEnv>();
  const requests = createRequestLog();
  const roles = createRoles(table);
  const users = createUsers(table, roles);
  const limits = createRateLimits({
    clock,
    account,
    off: () => !settings.rateLimits,
    factor: () => settings.rateLimitFactor,
  });
  const api = createApi({ app, clock, tokens, users, roles, account, limits, onAnswer: options.onAnswer });
  const faults = createFaults({ app, ids: createIds(`${seed}:faults`), clock }, tokens);
  const sandbox: Sandbox = {
    app,
    api,
    limits,
    clock,
    ids,
    table,
    users,
    roles,
    account,
    emit: (event, payload, emitOptions) => {
      logOperation({ table, clock }, event, payload);
      dispatcher.emit(event, payload, emitOptions);
    },
    mail: createOutbox({ table, clock, ids }),
    origin: () => origin,
    onUserRemoved: (work) => void leavers.push(work),
    userRemoved: (user, transfer) => {
      for (const work of leavers) work(user, transfer);
    },
    onRestore: (rebuild) => void rebuilds.push(rebuild),
  };
  const revalidate = createRevalidation({
    ...{ clock, ids, apps: table<App>("apps"), mail: sandbox.mail, changed: file.changed },
    mailOf: (userId) => users.find(userId)?.email ?? "",
  });
  const apps = createApps({ ...sandbox, tokens, sendDeauthorized: dispatcher.sendDeauthorized });
  const approvals = createApprovals(sandbox);
  const deviceCodes = createDeviceCodes(sandbox);
  const sessions = createSessions(users, sandbox, () => cookieSecret);
  sandbox.onUserRemoved((user) => {
    for (const install of apps.installs().filter((row) => row.user_id === user.id)) {
      const installed = apps.find(install.app_id);
      if (installed !== undefined) apps.remove(installed, user.id);
    }
  });
  const userChanges = createUserChanges({
    ...{ ...sandbox, onRemoved: sandbox.userRemoved },
    onDeactivated: (user) => endSessions(sandbox, user),
  });
  const roleChanges = createRoleChanges(sandbox);
  const groupChanges = createGroupChanges(sandbox);

  async function reset(nextSeed?: string, choice?: CompanyChoice): Promise<void> {
    if (choice !== undefined) company = await readCompany(choice);
    begin(nextSeed);
  }

  function begin(nextSeed = seed): void {
    dispatcher.forget();
    sockets.drop();
    innerClock.reset();
    faults.clear();
    requests.clear();
    limits.reset();
    deliveryRules.clear();
    restoreTables({});
    ids.restore({ seed: nextSeed, drawn: 0 });
    Object.assign(settings, startSettings);
    seedAccount(sandbox, company);
    if (options.plan !== undefined) account.plan = options.plan;
    const writePast = pastOf(sandbox, company, nextSeed);
    owe(PRESENT, () => {
      writePast();
      for (const rebuild of rebuilds) rebuild();
    });
    // What falls due of the past falls due when nobody has looked yet, too.
    clock.schedule(new Date(clock.nowMs() + PAST_WITHIN_MS), () => void table("meetings").size());
    revalidate();
    file.changed();
  }

  function snapshot(): SandboxState {
    return {
      version: 1,
      ids: ids.snapshot(),
      account: { ...account },
      settings: { ...settings },
      cookieSecret,
      clockAheadMs: innerClock.frozen() ? 0 : innerClock.now().getTime() - Date.now(),
      clock: { nowMs: innerClock.nowMs(), speed: innerClock.speed() },
      tables: snapshotTables(),
    };
  }

  function restore(state: SandboxState): void {
    dispatcher.forget();
    sockets.drop();
    innerClock.reset();
    const { clock: kept, clockAheadMs } = state;
    const speed = frozenAt === undefined ? (kept?.speed ?? 1) : 0;
    // A clock that stood still stands where it stood; one that went is as far ahead of real time as it was.
    innerClock.reset(kept?.speed === 0 ? kept : { nowMs: innerClock.nowMs() + clockAheadMs, speed });
    restoreTables(state.tables);
    ids.restore(state.ids);
    delete account.vanity_url;
    Object.assign(account, state.account);
    Object.assign(settings, state.settings);
    cookieSecret = state.cookieSecret;
    dispatcher.resume();
    for (const rebuild of rebuilds) rebuild();
    revalidate();
    file.changed();
  }

  const {
    settings: settingDocuments,
    sms,
    channels,
  } = registerResources(sandbox, {
    ...{ userChanges, roleChanges, groupChanges, apps, approvals, requests },
  });
  const parts: PagesParts = {
    ...{ sandbox, sessions, userChanges, roleChanges, groupChanges, settingDocuments, sms, channels },
    ...{ dispatcher, deliveryRules, faults, requests, settings, apps, reset, snapshot, restore },
    ...{ tokens, approvals, deviceCodes },
  };
  let pages: Promise<void> | undefined;
  const loadPages = async (): Promise<void> => {
    const { registerPages } = await import("./pages.ts");
    registerPages(parts);
    api.serve();
    app.onError((error, c) => (error instanceof Refused ? answerRefused(c, error) : answerError(c, error)));
    app.notFound(answerUnknown);
  };

  const saved = file.read();
  if (saved === undefined) begin();
  else {
    // A scenario that was playing, or a telephone that rang, goes on.
    await (pages ??= loadPages());
    try {
      restore(saved);
    } catch (cause) {
      throw new Error(`The state file ${stateFile} holds no whole state; move it away to start afresh.`, {
        cause,
      });
    }
  }

  const server = await listen({
    direct: (incoming) => {
      // Whether it is up is asked first of all, and often.
      if (incoming.url === "/_sandbox/healthz") return replyJson(newReply([]), 200, healthJson(clock));
      return api.takes(incoming.url ?? "") && !faults.any() ? api.answer(incoming) : undefined;
    },
    fetch: async (request, env) => {
      await (pages ??= loadPages());
      return app.fetch(request, env);
    },
    host,
    port,
    requests,
    nowMs: clock.nowMs,
    changed: () => {
      file.changed();
      sockets.check();
    },
    upgrade: sockets.upgrade,
    tls: options.tls,
  });
  origin = server.url;
  return {
    url: server.url,
    clock,
    emulated: api.emulated,
    reset,
    close: async () => {
      innerClock.close();
      sockets.close();
      await server.close();
      await dispatcher.close();
      file.close();
    },
  };
}
