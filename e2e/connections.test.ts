/** Connections over real HTTP to the sandbox, on a real PostgreSQL. */
import { runAction } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { zoom } from "@greenroom/zoom";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { apiUser, removeApp } from "../tools/sandbox-owner.ts";
import { accountOwner, connectedEngines, failure } from "./connected-engines.test-kit.ts";

let stack: Awaited<ReturnType<typeof connectedEngines>>;
let first: Engine;
let profile: { id: string; appId: string };
let connectionId: string;

beforeAll(async () => {
  stack = await connectedEngines();
  first = stack.first;
  profile = await stack.newProfile("zoom-admin-oauth", "Admin app");
  ({ id: connectionId } = await first.connections.create({
    ...{ name: "zoom", connector: "zoom", profileId: profile.id },
  }));
  await stack.connect(connectionId);
});
afterAll(() => stack?.close());

/** One call of Zoom by an engine's connection. */
async function whoAmI(engine: Engine, name = "zoom"): Promise<unknown> {
  return await (await engine.connections.client(zoom, name)).request("GET", "/users/me");
}
const state = async (id = connectionId) => {
  const { state: is, reason } = await first.connections.get(id);
  return { state: is, reason };
};

describe("ways to connect", () => {
  test("connecting shows who we are at Zoom: name, email, account and role", async () => {
    const { identity, testedAt, state: is } = await first.connections.get(connectionId);
    expect(is).toBe("connected");
    expect(identity).toMatchObject({
      email: apiUser,
      roleName: "Greenroom",
      accountId: expect.any(String),
    });
    expect(testedAt).toBeInstanceOf(Date);
  });

  test("server-to-server needs no browser, and gets a new token when its own is refused", async () => {
    const own = await stack.newProfile("zoom-server-to-server", "Server app", ["user:read:user:admin"]);
    const { id } = await first.connections.create({ name: "server", connector: "zoom", profileId: own.id });
    const connected = await stack.connect(id);
    expect(connected).toMatchObject({
      state: "connected",
      identity: { email: accountOwner, roleName: "Owner" },
    });
    expect(connected.scopes).toEqual(["user:read:user:admin"]);
    await stack.fault({ kind: "expire-token", path: "/v2/users/me" });
    await expect(whoAmI(first, "server")).resolves.toMatchObject({ email: accountOwner });
  });

  test("a user-managed app acts for the person alone", async () => {
    const own = await stack.newProfile("zoom-user-oauth", "User app", [
      ...["user:read:user", "meeting:read:list_meetings"],
    ]);
    const { id } = await first.connections.create({ name: "person", connector: "zoom", profileId: own.id });
    await expect(stack.connect(id)).resolves.toMatchObject({ state: "connected" });
    const client = await first.connections.client(zoom, "person");
    await expect(client.request("GET", "/users/me/meetings")).resolves.toBeDefined();
    const others = await failure(
      client.request("GET", "/users/{userId}/meetings", { path: { userId: accountOwner } }),
    );
    expect(["forbidden", "not-found", "invalid-input"]).toContain(others.kind);
  });

  test("a profile's form is refused with the field that is wrong; a choice fills in the addresses", async () => {
    const fields = { client_id: "a", client_secret: "b", webhook_secret_token: "c" };
    const create = (more: Record<string, string>, kind = "zoom-admin-oauth") =>
      first.profiles.create({
        connector: "zoom",
        kind,
        name: JSON.stringify(more),
        fields: { ...fields, ...more },
      });
    await expect(create({ environment: "zoomgov" })).resolves.toMatchObject({
      fields: { oauth_url: "https://zoomgov.com", api_url: "https://api.zoomgov.com/v2" },
    });
    await expect(create({})).resolves.toMatchObject({ fields: { environment: "zoom" } });
    await expect(create({ oauth_url: "https://zoomgov.com" })).resolves.toMatchObject({
      fields: { environment: "zoomgov", api_url: "https://api.zoomgov.com/v2" },
    });
    expect((await failure(create({ environment: "moon" }))).fields[0]?.field).toBe("fields.environment");
    expect((await failure(create({ oauth_url: "zoom" }))).fields[0]?.field).toBe("fields.oauth_url");
    expect((await failure(create({}, "zoom-server-to-server"))).fields[0]?.field).toBe("fields.account_id");
    expect((await failure(create({}, "zoom-jwt"))).fields[0]?.field).toBe("kind");
  });
});

describe("tokens", () => {
  test("1,000 concurrent calls on an expired token make one refresh, also from two engines on one database", async () => {
    const second = await stack.secondEngine();
    await Promise.all([whoAmI(first), second.calls(1)]);
    await stack.sandbox.clock.advance(3_600_000);
    // The log keeps the last 2,000 requests: each call is refused once and then answered.
    const since = stack.sandbox.clock.now().toISOString();
    const mine = Array.from({ length: 500 }, () => whoAmI(first));
    const [answers, theirs] = await Promise.all([Promise.all(mine), second.calls(500)]);
    expect(answers.every((answer) => (answer as { email: string }).email === apiUser)).toBe(true);
    expect(theirs).toEqual(Array.from({ length: 500 }, () => apiUser));
    expect(await stack.refreshes(since)).toBe(1);
  }, 60_000);

  test("are refreshed at 85 % of their life, also for connections that no job uses", async () => {
    const before = await stack.refreshes();
    stack.time.advance(0.84 * 3_599_000);
    await whoAmI(first);
    expect((await stack.refreshes()) - before).toBe(0);
    stack.time.advance(0.02 * 3_599_000);
    stack.time.beat();
    // The connections "zoom", "server" and "person" each have their own token.
    await vi.waitFor(async () => expect((await stack.refreshes()) - before).toBe(3), 10_000);
  });

  test("that another worker is slow to refresh do not stop the heart of this one", async () => {
    const database = new pg.Client({ connectionString: stack.databaseUrl });
    await database.connect();
    const beats = async () =>
      (await database.query<{ at: string }>("select max(heartbeat_at)::text as at from greenroom.workers"))
        .rows;
    const eventually = (check: () => Promise<void>) =>
      vi.waitFor(
        async () => {
          stack.time.beat();
          await check();
        },
        { timeout: 20_000, interval: 50 },
      );
    try {
      // As a worker holds it while Zoom does not answer.
      await database.query(
        "select pg_advisory_lock(hashtextextended('tokens/' || token_id, 711031)) from greenroom.connections where id = $1",
        [connectionId],
      );
      stack.time.advance(0.9 * 3_599_000);
      await eventually(async () => {
        const { rowCount } = await database.query("select from pg_locks where not granted");
        expect(rowCount).toBeGreaterThan(0);
      });
      const before = await beats();
      await eventually(async () => expect(await beats()).not.toEqual(before));
    } finally {
      // The lock goes with the session.
      await database.end();
    }
    await expect(whoAmI(first)).resolves.toMatchObject({ email: apiUser });
  });

  test("survive a refresh whose answer was lost, where Zoom still takes the old refresh token", async () => {
    await stack.control("PUT", "/settings", { refreshGraceMs: 60_000 });
    await stack.sandbox.clock.advance(3_600_000);
    await stack.fault({ kind: "drop-after-write", path: "/oauth/token" });
    expect(await failure(whoAmI(first))).toMatchObject({ kind: "unavailable", code: "refresh-answer-lost" });
    expect(await state()).toEqual({ state: "connected", reason: undefined });
    await expect(whoAmI(first)).resolves.toMatchObject({ email: apiUser });
    await stack.control("PUT", "/settings", { refreshGraceMs: 0 });
  });

  test("where Zoom does not, the connection needs attention and says what happened", async () => {
    await stack.sandbox.clock.advance(3_600_000);
    await stack.fault({ kind: "drop-after-write", path: "/oauth/token" });
    expect(await failure(whoAmI(first))).toMatchObject({ kind: "unavailable" });
    expect(await failure(whoAmI(first))).toMatchObject({ kind: "reconnect", code: "refresh-lost" });
    const { state: is, reason } = await state();
    expect(is).toBe("needs-attention");
    expect(reason).toMatch(/was carried out by the service, but its answer never reached Greenroom/);
    await stack.connect(connectionId);
    expect(await state()).toEqual({ state: "connected", reason: undefined });
    await expect(whoAmI(first)).resolves.toMatchObject({ email: apiUser });
  });
});

test("who connects anew while Zoom still refuses the old token stays connected", async () => {
  await removeApp(stack.sandbox.url, apiUser, profile.appId);
  await stack.fault({ kind: "delay", delayMs: 2_000, path: "/oauth/token" });
  const asking = whoAmI(first).catch(() => {});
  const rules = () => stack.control<{ faults: readonly object[] }>("GET", "/faults");
  await vi.waitFor(async () => expect((await rules()).faults).toEqual([]), 10_000);
  await stack.connect(connectionId);
  await asking;
  expect(await state()).toEqual({ state: "connected", reason: undefined });
  await expect(whoAmI(first)).resolves.toMatchObject({ email: apiUser });
});

test("a worker killed between Zoom's answer and the commit leaves a connection that says so", async () => {
  const second = await stack.secondEngine();
  await second.calls(1);
  await stack.sandbox.clock.advance(3_600_000);
  const before = await stack.refreshes();
  await stack.fault({ kind: "delay", delayMs: 500, path: "/oauth/token" });
  second.begin();
  // Once the rule is spent, the request is in Zoom's hands.
  const rules = () => stack.control<{ faults: readonly object[] }>("GET", "/faults");
  await vi.waitFor(async () => expect((await rules()).faults).toEqual([]), 10_000);
  await second.kill();
  await vi.waitFor(async () => expect(await stack.refreshes()).toBe(before + 1), 10_000);
  expect(await failure(whoAmI(first))).toMatchObject({ kind: "reconnect", code: "refresh-lost" });
  expect((await state()).reason).toMatch(/its answer never reached Greenroom/);
  await stack.connect(connectionId);
  await expect(whoAmI(first)).resolves.toMatchObject({ email: apiUser });
});

const recipe = (name: string) => `
name: ${name}
trigger: { use: zoom/meeting-started, connection: zoom }
steps:
  - id: seen
    use: zoom/get-user
    input: { userId: me }
`;

let happenings = 0;
/** Something happens at Zoom. */
async function happen(): Promise<void> {
  const { identity } = await first.connections.get(connectionId);
  happenings += 1;
  await first.receive({
    ...{ profileId: profile.id, connector: "zoom" },
    event: {
      ...{ name: "meeting.started", accountId: identity?.accountId ?? accountId, occurredAt: new Date() },
      dedupeKey: `happening ${happenings}`,
      payload: {
        account_id: accountId,
        object: { id: String(happenings), uuid: `u${happenings}`, topic: "T" },
      },
    },
  });
}
let accountId = "";

describe("recipes", () => {
  let recipeId: string;
  const jobs = async () => (await first.queries.listJobs({ recipeId, limit: 100 })).items.length;
  const recipeState = async () => {
    const { state: is, stoppedReason } = await first.recipes.get(recipeId);
    return { state: is, stoppedReason };
  };

  beforeAll(async () => {
    accountId = (await first.connections.get(connectionId)).identity?.accountId ?? "";
    ({ id: recipeId } = await first.recipes.create(recipe("Look")));
    await first.recipes.start(recipeId);
    await happen();
    await first.idle();
    expect(await jobs()).toBe(1);
  });

  test.each([
    [
      "a person disconnects",
      async () => void (await first.connections.disconnect(connectionId)),
      "disconnected",
    ],
    [
      "the account removes the app",
      async () => {
        await removeApp(stack.sandbox.url, apiUser, profile.appId);
        await first.connections.deauthorized(profile.id, accountId, undefined);
      },
      "disconnected",
    ],
    [
      "the refresh token is dead",
      async () => {
        await removeApp(stack.sandbox.url, apiUser, profile.appId);
        expect(await failure(whoAmI(first))).toMatchObject({ kind: "reconnect" });
      },
      "needs-attention",
    ],
  ])(
    "stop when %s, with the reason; reconnecting starts them and replays what the inbox kept",
    async (_, lose, is) => {
      const before = await jobs();
      await lose();
      expect((await state()).state).toBe(is);
      const stopped = await recipeState();
      expect(stopped.state).toBe("stopped");
      expect(stopped.stoppedReason).toBeTruthy();
      for (let count = 0; count < 5; count += 1) await happen();
      await first.idle();
      expect(await jobs()).toBe(before);
      await stack.connect(connectionId);
      expect(await recipeState()).toEqual({ state: "running", stoppedReason: undefined });
      await first.idle();
      expect(await jobs()).toBe(before + 5);
      await happen();
      await first.idle();
      expect(await jobs()).toBe(before + 6);
    },
  );

  test("disconnecting revokes at Zoom", async () => {
    const client = await first.connections.client(zoom, "zoom");
    await first.connections.disconnect(connectionId);
    expect((await failure(client.request("GET", "/users/me"))).kind).toBe("reconnect");
    await stack.connect(connectionId);
  });

  describe("what Zoom did not confirm to have revoked is asked for again", () => {
    const revocations = async (since: string) =>
      (await stack.requests())
        .filter(({ at, path }) => at >= since && path === "/oauth/revoke")
        .map(({ status }) => status);
    /** Engines sweep once a minute. */
    const sweepUntil = (done: () => Promise<void>) =>
      vi.waitFor(
        async () => {
          stack.time.advance(61_000);
          stack.time.beat();
          await done();
        },
        { timeout: 20_000, interval: 100 },
      );

    test("when it was away, and then the connection no longer says so", async () => {
      const client = await first.connections.client(zoom, "zoom");
      await stack.fault({ kind: "status", status: 503, path: "/oauth/revoke" });
      const { reason } = await first.connections.disconnect(connectionId);
      expect(reason).toMatch(/did not confirm that it revoked the token .* Greenroom asks again by itself/);
      await expect(client.request("GET", "/users/me")).resolves.toMatchObject({ email: apiUser });
      await sweepUntil(async () =>
        expect(await state()).toEqual({ state: "disconnected", reason: undefined }),
      );
      expect((await failure(client.request("GET", "/users/me"))).kind).toBe("reconnect");
      await stack.connect(connectionId);
    });

    test("when the process died before it had asked, even after the token has expired", async () => {
      const second = await stack.secondEngine();
      await stack.fault({ kind: "hang", path: "/oauth/revoke" });
      const since = stack.sandbox.clock.now().toISOString();
      second.disconnect(connectionId);
      const rules = () => stack.control<{ faults: readonly object[] }>("GET", "/faults");
      await vi.waitFor(async () => expect((await rules()).faults).toEqual([]), 10_000);
      await second.kill();
      await stack.sandbox.clock.advance(3_600_000);
      stack.time.advance(3_600_000);
      await sweepUntil(async () => expect(await revocations(since)).toContain(200));
      expect((await state()).state).toBe("disconnected");
      await stack.connect(connectionId);
      await expect(whoAmI(first)).resolves.toMatchObject({ email: apiUser });
    });

    test("but before somebody connects anew, and never after; nor when its app profile is deleted", async () => {
      await stack.fault({ kind: "status", status: 503, path: "/oauth/revoke", count: 2 });
      await first.connections.disconnect(connectionId);
      await stack.connect(connectionId);
      const own = await stack.newProfile("zoom-user-oauth", "Short-lived app", ["user:read:user"]);
      const { id } = await first.connections.create({ name: "short", connector: "zoom", profileId: own.id });
      await stack.connect(id);
      await stack.fault({ kind: "status", status: 503, path: "/oauth/revoke" });
      await first.connections.disconnect(id);
      await first.connections.remove(id);
      await first.profiles.remove(own.id);
      const since = stack.sandbox.clock.now().toISOString();
      const refreshes = await stack.refreshes();
      // A refresh that is due tells that a whole sweep has been.
      stack.time.advance(3_600_000);
      await sweepUntil(async () => expect(await stack.refreshes()).toBeGreaterThan(refreshes));
      await sweepUntil(async () => {});
      expect(await revocations(since)).toEqual([]);
      await expect(whoAmI(first)).resolves.toMatchObject({ email: apiUser });
    });
  });

  /** Another process that is about to change the same rows: it holds them until `work` ends, which is given what ends it. */
  async function held(statement: string, work: (commit: () => Promise<unknown>) => Promise<void>) {
    const other = new pg.Client({ connectionString: stack.databaseUrl });
    await other.connect();
    try {
      await other.query(`begin; ${statement}`);
      await work(() => other.query("commit"));
    } finally {
      await other.end();
    }
  }
  /** Until somebody waits for what another holds. */
  const somebodyWaits = () =>
    vi.waitFor(async () => {
      const watcher = new pg.Client({ connectionString: stack.databaseUrl });
      await watcher.connect();
      const { rowCount } = await watcher.query("select from pg_locks where not granted");
      await watcher.end();
      expect(rowCount).toBeGreaterThan(0);
    });

  test("nobody ever sees a lost connection whose recipes still run", async () => {
    await held(`select from recipes where id = '${recipeId}' for update`, async (commit) => {
      const losing = first.connections.needsAttention("zoom", "Its token is dead.");
      await somebodyWaits();
      // As whoever dies here would leave it.
      expect((await state()).state).toBe("connected");
      expect((await recipeState()).state).toBe("running");
      await commit();
      await losing;
    });
    expect((await state()).state).toBe("needs-attention");
    expect(await recipeState()).toEqual({ state: "stopped", stoppedReason: "Its token is dead." });
    await stack.connect(connectionId);
  });

  test("a recipe whose connection is lost while it starts does not run", async () => {
    await first.recipes.stop(recipeId);
    const losing = "update connections set state = 'needs-attention' where name = 'zoom'";
    await held(losing, async (commit) => {
      const refused = failure(first.recipes.start(recipeId, { events: "take" }));
      await somebodyWaits();
      await commit();
      expect(await refused).toMatchObject({ kind: "conflict", code: "not-connected" });
    });
    expect((await recipeState()).state).toBe("stopped");
    await stack.connect(connectionId);
    await first.recipes.start(recipeId, { events: "take" });
  });

  test("one that a person stopped stays stopped", async () => {
    await first.recipes.stop(recipeId);
    await first.connections.disconnect(connectionId);
    await stack.connect(connectionId);
    expect((await recipeState()).state).toBe("stopped");
  });
});

test("testing a connection asks Zoom anew and keeps the answer; a dead one needs attention", async () => {
  const tested = await first.connections.test(connectionId);
  expect(tested).toMatchObject({ state: "connected", identity: { email: apiUser } });
  await removeApp(stack.sandbox.url, apiUser, profile.appId);
  expect((await failure(first.connections.test(connectionId))).kind).toBe("reconnect");
  expect(await state()).toMatchObject({ state: "needs-attention" });
  await stack.connect(connectionId);
});

test("an action runs by a server-to-server connection as by any other", async () => {
  const client = await first.connections.client(zoom, "server");
  const action = zoom.actions["get-user"];
  if (!action) throw new Error("there is no get-user");
  await expect(
    runAction(action, { client, input: { userId: accountOwner }, idempotencyKey: "k" }),
  ).resolves.toMatchObject({ email: accountOwner });
});
