/** An engine on a real PostgreSQL with a small connector of its own, for tests of what surrounds jobs. */
import { mkdtempSync, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Connector,
  defineAction,
  defineConnector,
  defineTrigger,
  Secret,
} from "@greenroom/connector-kit";
import { z } from "zod";
import { whileLocked } from "./database/session-lock.ts";
import type { Answer } from "./jobs/job-control.ts";
import { type Engine, type EngineOptions, startEmbeddedPostgres, startEngine } from "./index.ts";

/** What the tests see and turn. */
export interface Kit {
  readonly engine: Engine;
  readonly databaseUrl: string;
  readonly profileId: string;
  /** What the shop was asked for, in order. */
  readonly orders: unknown[];
  /** Moves the engine's clock. */
  advance(ms: number): void;
  now(): Date;
  /** What the shop refuses from now on; undefined for nothing. */
  refuse(error: Error | undefined): void;
  query<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** A transaction of somebody else, until it is committed. */
  begin(): Promise<{
    query(sql: string, values?: readonly unknown[]): Promise<void>;
    commit(): Promise<void>;
  }>;
  /** Holds the lock of that name, as another process would. */
  holding(name: string, work: () => Promise<void>): Promise<void>;
  /** Resolves when somebody waits for what another transaction holds. */
  blocked(): Promise<void>;
  /** An event of the shop, as its webhook would bring it. Resolves when its jobs have ended. */
  happen(payload: Record<string, unknown>, event?: { key?: string; occurredAt?: Date }): Promise<string>;
  /** Another engine on the same database; whoever starts it stops it. */
  another(): Promise<Engine>;
  stop(): Promise<void>;
}

/** Starts the kit; its connection is named `shop`. */
export async function startKit(options: Partial<EngineOptions> = {}): Promise<Kit> {
  const home = mkdtempSync(join(tmpdir(), "greenroom-lifecycle-"));
  const postgres = await startEmbeddedPostgres({ home, log: () => {} });
  const orders: unknown[] = [];
  let refusal: Error | undefined;
  // PostgreSQL stamps some rows itself, so the clock begins near its own.
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const { connectors = [], ...others } = options;
  const secretKey = new Secret(randomBytes(32).toString("base64"));
  const engineOptions: EngineOptions = {
    ...{ databaseUrl: postgres.databaseUrl, random: () => 0, secretKey },
    connectors: [shopOf(orders, () => refusal), ...connectors],
    clock: { now, sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }) },
    log: { info: () => {}, warn: () => {}, error: (fields, message) => console.error(message, fields) },
    ...others,
  };
  const engine = await startEngine(engineOptions);
  const { id: profileId } = await engine.profiles.create({ connector: "shop", name: "Shop", fields: {} });
  const { id } = await engine.connections.create({ name: "shop", connector: "shop", profileId });
  await engine.connections.authorize(id, "");
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString: postgres.databaseUrl, max: 2 });
  // PostgreSQL may end while the pool still has a connection to it.
  pool.on("error", () => {});
  let events = 0;
  return {
    ...{ engine, profileId, orders, now, databaseUrl: postgres.databaseUrl },
    advance: (ms) => void (aheadMs += ms),
    refuse: (error) => void (refusal = error),
    another: () => startEngine(engineOptions),
    async query<Row>(sql: string, values: readonly unknown[] = []) {
      return (await pool.query(sql, [...values])).rows as Row[];
    },
    async begin() {
      const client = await pool.connect();
      await client.query("begin");
      return {
        query: async (sql, values = []) => void (await client.query(sql, [...values])),
        async commit() {
          await client.query("commit");
          client.release();
        },
      };
    },
    holding: (name, work) => whileLocked(pool, name, work),
    async blocked() {
      for (;;) {
        const { rowCount } = await pool.query("select from pg_locks where not granted");
        if (rowCount) return;
        await sleep(20);
      }
    },
    async happen(payload, { key, occurredAt = now() } = {}) {
      events += 1;
      const event = {
        name: "asked",
        accountId: "account",
        occurredAt,
        payload,
        dedupeKey: key ?? `${events}`,
      };
      const { eventId } = await engine.receive({ profileId, connector: "shop", event });
      await engine.idle();
      return eventId;
    },
    async stop() {
      await engine.stop({ graceMs: 0 });
      await pool.end();
      await postgres.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Answers what a step of a job asks now. */
export async function answerQuestion(
  { jobs, queries }: Pick<Engine, "jobs" | "queries">,
  jobId: string,
  path: string,
  answer: Omit<Answer, "question">,
): Promise<void> {
  const step = (await queries.getJob(jobId)).steps.find((one) => one.path === path);
  await jobs.answer(jobId, path, { ...answer, question: step?.error?.question });
}

/** A recipe that orders what was asked for. */
export const orderRecipe = (name: string, lines = "", item = "{{ trigger.item }}") => `name: ${name}
trigger: { use: shop/asked, connection: shop }
${lines}
steps:
  - id: order
    use: shop/order
    input: { item: "${item}" }
`;

function shopOf(orders: unknown[], refusal: () => Error | undefined): Connector {
  const nothing = () => Promise.reject(new Error("the shop is not called over HTTP"));
  const order = {
    ...{ title: "Place order", summary: "", scopes: [] },
    input: z.strictObject({ item: z.unknown() }),
    output: z.object({ number: z.number(), item: z.unknown() }),
  };
  const place = ({ input: { item } }: { input: { item?: unknown } }) => {
    const error = refusal();
    if (error) return Promise.reject(error);
    orders.push(item);
    return Promise.resolve({ number: orders.length, item });
  };
  return defineConnector({
    ...{ id: "shop", title: "Shop", summary: "Orders." },
    connections: [
      {
        ...{ id: "shop", type: "credentials", title: "Shop", summary: "", profileFields: [] },
        obtain: ({ now }) =>
          Promise.resolve({
            ...{ accessToken: new Secret("access"), refreshToken: undefined, apiUrl: undefined },
            ...{ expiresAt: new Date(now.getTime() + 864e7), scopes: [] },
          }),
        refresh: ({ tokens }) => Promise.resolve(tokens),
        revoke: () => Promise.resolve(),
        identify: () =>
          Promise.resolve({
            ...{ accountId: "account", accountName: undefined, userId: "user", email: "a@shop.example" },
            ...{ displayName: "A", roleName: undefined },
          }),
      },
    ],
    actions: {
      order: defineAction({ ...order, endpoint: "POST /orders", effect: "create", run: place }),
      ask: defineAction({ ...order, endpoint: "GET /orders", effect: "read", run: place }),
    },
    triggers: {
      asked: defineTrigger({
        ...{ title: "Asked", summary: "", event: "asked", scopes: [] },
        config: z.strictObject({ item: z.string().optional() }),
        matches: ({ item }, payload) => item === undefined || item === payload["item"],
        payload: z.looseObject({}),
        sample: { item: "tea" },
      }),
    },
    createClient: () => ({ request: nothing, send: nothing }),
  });
}
