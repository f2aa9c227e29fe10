/**
 * A worker in a process of its own, for tests that kill: an engine with a small connector, told by its parent what to
 * do. It can be told to die at a boundary: as the n-th write of a history (or of events, or of claims) is about to go out,
 * or has just been answered.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ConnectorError,
  createHttpClient,
  defineAction,
  defineConnector,
  defineTrigger,
  Secret,
} from "@greenroom/connector-kit";
import pg from "pg";
import { z } from "zod";
import { type Engine, isDatabaseAway, RecipeRefused, startEngine } from "./index.ts";

/** How a worker is started. */
export interface FaultWorkerOptions {
  readonly databaseUrl: string;
  readonly secretKey: string;
  readonly serviceUrl: string;
  readonly runsJobs?: boolean;
  readonly capacity?: number;
  /** Its clock is that far off. */
  readonly aheadMs?: number;
  readonly die?: Death;
}

/** Where a worker dies. */
export interface Death {
  readonly when: "before" | "after";
  readonly of: keyof typeof writesOf;
  /** The how manieth. */
  readonly write: number;
}

/** What the statements have in them that write histories, events with their jobs, and who has a job. */
const writesOf = {
  history: "insert into greenroom.job_steps",
  event: "insert into greenroom.events",
  claim: "with wants as",
} as const;

/** What the parent says; each is answered with its id. */
export type ToFaultWorker = { readonly id: number } & (
  | { readonly do: "start"; readonly options: FaultWorkerOptions }
  | { readonly do: "receive"; readonly events: readonly { readonly key: string; readonly payload: object }[] }
  | {
      readonly do: "call";
      readonly on: "recipes" | "jobs" | "queries" | "connections" | "profiles";
      readonly name: string;
      readonly args: readonly unknown[];
    }
  | { readonly do: "jump"; readonly ms: number }
  | { readonly do: "sql"; readonly text: string; readonly values: readonly unknown[] }
  | { readonly do: "idle" | "stop" }
);

/** What it answers. */
export interface FromFaultWorker {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: {
    readonly message: string;
    readonly code: string | undefined;
    /** Whether a webhook would be answered that it should come again. */
    readonly isAway: boolean;
  };
}

let engine: Engine | undefined;
let sql: pg.Pool | undefined;
let aheadMs = 0;

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToFaultWorker) => void obey(message));

async function obey(message: ToFaultWorker): Promise<void> {
  const answer = (rest: Omit<FromFaultWorker, "id">) => void process.send?.({ id: message.id, ...rest });
  try {
    answer({ value: await perform(message) });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    const problems = error instanceof RecipeRefused ? JSON.stringify(error.problems) : "";
    answer({ error: { message: `${String(error)} ${problems}`, code, isAway: isDatabaseAway(error) } });
  }
}

async function perform(message: ToFaultWorker): Promise<unknown> {
  if (message.do === "start") return await start(message.options);
  if (!engine) throw new Error("not started");
  const running = engine;
  switch (message.do) {
    case "receive": {
      const [profile] = await running.profiles.list();
      return await Promise.all(
        message.events.map(({ key, payload }) =>
          running.receive({
            ...{ profileId: profile?.id ?? "", connector: "shop" },
            event: {
              ...{ name: "asked", accountId: "account", occurredAt: new Date(), dedupeKey: key },
              payload: { ...payload },
            },
          }),
        ),
      );
    }
    case "call": {
      const part: object = running[message.on];
      const method: unknown = Reflect.get(part, message.name);
      if (typeof method !== "function") throw new Error(`${message.on}.${message.name} is no function`);
      return await Reflect.apply(method, part, [...message.args]);
    }
    case "sql":
      return (await sql?.query(message.text, [...message.values]))?.rows;
    case "jump":
      aheadMs += message.ms;
      return undefined;
    case "idle":
      return await running.idle();
    case "stop":
      return await running.stop({ graceMs: 5_000 });
  }
}

async function start(options: FaultWorkerOptions): Promise<void> {
  const { databaseUrl, secretKey, serviceUrl, runsJobs = true, capacity = 50, die } = options;
  aheadMs = options.aheadMs ?? 0;
  if (die) dieAt(die);
  sql = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  sql.on("error", () => {});
  const quiet = () => {};
  engine = await startEngine({
    ...{
      databaseUrl,
      secretKey: new Secret(secretKey),
      connectors: [shopAt(serviceUrl)],
      random: Math.random,
    },
    clock: {
      now: () => new Date(Date.now() + aheadMs),
      // Heartbeats come faster than in the real, so that the test does.
      sleep: (ms, signal) => sleep(ms === 2_500 ? 500 : ms, undefined, signal && { signal }),
    },
    log: { info: quiet, warn: quiet, error: (fields, text) => console.error(text, fields) },
    ...{ runsJobs, capacity },
  });
}

/** Kills this process at a boundary, as an operator or the kernel would: at once, with nothing written after. */
function dieAt({ when, of, write }: Death): void {
  let writes = 0;
  const query = Reflect.get(pg.Pool.prototype, "query") as (...args: unknown[]) => unknown;
  Reflect.set(pg.Pool.prototype, "query", function (this: unknown, ...args: unknown[]): unknown {
    const isWrite = typeof args[0] === "string" && args[0].includes(writesOf[of]);
    if (!isWrite) return Reflect.apply(query, this, args);
    writes += 1;
    if (writes !== write) return Reflect.apply(query, this, args);
    if (when === "before") process.kill(process.pid, "SIGKILL");
    return (Reflect.apply(query, this, args) as Promise<unknown>).finally(() =>
      process.kill(process.pid, "SIGKILL"),
    );
  });
}

const done = z.looseObject({ number: z.number() });
const what = z.looseObject({ what: z.string() });

function shopAt(serviceUrl: string) {
  return defineConnector({
    ...{ id: "shop", title: "Shop", summary: "Counts what it does." },
    connections: [
      {
        ...{ id: "shop-key", type: "credentials", title: "Shop", summary: "", profileFields: [] },
        obtain: () =>
          Promise.resolve({
            ...{ accessToken: new Secret("key"), refreshToken: undefined, scopes: [], apiUrl: undefined },
            expiresAt: new Date(Date.now() + 3.15e11),
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
      // A create that can be looked up by its key: whatever dies, each key must be done once.
      make: defineAction({
        ...{ title: "Make", summary: "Makes one.", endpoint: "POST /make", scopes: [], effect: "create" },
        ...{ input: what, output: done },
        run: async ({ call, input, idempotencyKey }) =>
          done.parse(await call({ body: { ...input, key: idempotencyKey } })),
        lookUp: async ({ client, idempotencyKey }) => {
          const found = await client.request("GET", `/made/${encodeURIComponent(idempotencyKey)}`);
          const known = z.object({ number: z.number().nullable() }).parse(found);
          return known.number === null ? undefined : { number: known.number };
        },
      }),
      look: defineAction({
        ...{ title: "Look", summary: "Changes nothing.", endpoint: "GET /look", scopes: [], effect: "read" },
        ...{ input: z.looseObject({}), output: done },
        run: async ({ call }) => done.parse(await call()),
      }),
      refuse: defineAction({
        ...{
          title: "Refuse",
          summary: "Always fails.",
          endpoint: "POST /refuse",
          scopes: [],
          effect: "update",
        },
        ...{ input: z.looseObject({}), output: done },
        run: async ({ call }) => done.parse(await call()),
      }),
    },
    triggers: {
      asked: defineTrigger({
        ...{ title: "Asked", summary: "", event: "asked", scopes: [], config: z.strictObject({}) },
        ...{ payload: z.looseObject({}), sample: {} },
      }),
    },
    createClient: ({ accessToken }) =>
      createHttpClient({
        ...{ baseUrl: serviceUrl, accessToken, sleep: (ms) => sleep(ms), now: () => new Date() },
        decodeError: ({ status }) =>
          new ConnectorError(
            status === 503 ? "unavailable" : "invalid-input",
            String(status),
            `The shop answered ${status}.`,
          ),
      }),
  });
}
