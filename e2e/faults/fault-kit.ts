/** PostgreSQL, a small service that counts, and as many workers as a test wants to kill. */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@greenroom/engine";
import type {
  FaultWorkerOptions,
  FromFaultWorker,
  ToFaultWorker,
} from "../../packages/engine/src/fault-worker.test-kit.ts";

type Without<T> = T extends unknown ? Omit<T, "id"> : never;

/** A worker process. */
export interface FaultWorker {
  readonly pid: number;
  /** Resolves when it is dead. */
  readonly dead: Promise<void>;
  call<T = unknown>(message: Without<ToFaultWorker>): Promise<T>;
  kill(signal?: NodeJS.Signals): void;
}

/** An event as the tests make it. */
export interface FaultEvent {
  readonly key: string;
  readonly payload: object;
}

const workerFile = join(import.meta.dirname, "../../packages/engine/src/fault-worker.test-kit.ts");

/** Starts a process that can become a worker. */
export function forkWorker(): FaultWorker {
  const child: ChildProcess = fork(workerFile, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let count = 0;
  const dead = once(child, "exit").then(() => {
    for (const { reject } of waiting.values()) reject(new Error("the worker died"));
    waiting.clear();
    return undefined;
  });
  child.on("error", () => {});
  child.on("message", ({ id, value, error }: FromFaultWorker) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(Object.assign(new Error(error.message), error));
    else call?.resolve(value);
  });
  return {
    pid: child.pid ?? 0,
    dead,
    call<T>(message: Without<ToFaultWorker>): Promise<T> {
      count += 1;
      const id = count;
      return new Promise<T>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        if (child.connected) child.send({ ...message, id }, (error) => error && reject(error));
        else reject(new Error("the worker died"));
      });
    },
    kill: (signal = "SIGKILL") => void child.kill(signal),
  };
}

/** Starts PostgreSQL, the service and an observer, which runs no jobs and is never killed; the data is in `around`. */
export async function startFaultKit(around = tmpdir()) {
  const home = mkdtempSync(join(around, "greenroom-faults-"));
  const postgresOptions = { home, log: () => {} };
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres(postgresOptions);
  const secretKey = randomBytes(32).toString("base64");
  const service = await startService();
  const workers: FaultWorker[] = [];

  async function worker(
    options: Partial<FaultWorkerOptions> = {},
    fresh = forkWorker(),
  ): Promise<FaultWorker> {
    workers.push(fresh);
    const { databaseUrl } = postgres;
    await fresh.call({
      do: "start",
      options: { databaseUrl, secretKey, serviceUrl: service.url, ...options },
    });
    return fresh;
  }

  const observer = await worker({ runsJobs: false });
  const call = <T>(
    on: "recipes" | "jobs" | "queries" | "connections" | "profiles",
    name: string,
    ...args: unknown[]
  ) => observer.call<T>({ do: "call", on, name, args });
  const { id: profileId } = await call<{ id: string }>("profiles", "create", {
    ...{ connector: "shop", name: "Shop", fields: {} },
  });
  const { id } = await call<{ id: string }>("connections", "create", {
    ...{ name: "shop", connector: "shop", profileId },
  });
  await call("connections", "authorize", id, "");

  async function sql<Row>(text: string, ...values: unknown[]): Promise<readonly Row[]> {
    return await observer.call<readonly Row[]>({ do: "sql", text, values });
  }

  return {
    ...{ service, worker, observer, call, sql },
    /** Saves a recipe and starts it. */
    async recipe(recipe: object): Promise<string> {
      const made = await call<{ id: string }>("recipes", "create", JSON.stringify(recipe));
      await call("recipes", "start", made.id);
      return made.id;
    },
    async restartPostgres(awayMs = 0): Promise<void> {
      await postgres.stop();
      await sleep(awayMs);
      postgres = await startEmbeddedPostgres(postgresOptions);
    },
    /** Kills one of PostgreSQL's processes: it breaks off all the others, and recovers from its log. */
    async crashPostgres(): Promise<void> {
      const [one] = await sql<{ pid: number }>("select pg_backend_pid() as pid");
      if (one) process.kill(one.pid, "SIGKILL");
    },
    /** Waits until every job has ended: for so long, or as long as within so long another one ends. */
    async settled(within: number | { readonly stalledMs: number }): Promise<void> {
      const withinMs = typeof within === "number" ? within : within.stalledMs;
      let deadline = Date.now() + withinMs;
      let least = Number.POSITIVE_INFINITY;
      for (;;) {
        const open = await sql<{ state: string; count: number }>(
          "select state, count(*)::int as count from greenroom.jobs where finished_at is null group by state",
        ).catch(() => undefined);
        if (open?.length === 0) return;
        const left = open?.reduce((sum, { count }) => sum + count, 0) ?? least;
        if (typeof within !== "number" && left < least) deadline = Date.now() + withinMs;
        least = Math.min(least, left);
        if (Date.now() > deadline)
          throw new Error(
            `jobs have not ended: ${open ? JSON.stringify(open) : "the database does not answer"}`,
          );
        // To count is work, and what is left of a flood takes its time.
        await sleep(least < 1_000 ? 100 : 1_000);
      }
    },
    /** What must hold after every fault, as a list of what does not. */
    async violations(): Promise<readonly string[]> {
      const twice = [...service.made]
        .filter(([, times]) => times.length > 1)
        .map(([key]) => `made twice: ${key}`);
      const wrong = await sql<{ id: string; jobs: number; recipes: number }>(`
        select e.id, count(j.id)::int as jobs, count(distinct j.recipe_id)::int as recipes
        from greenroom.events e left join greenroom.jobs j on j.event_id = e.id and j.cause = 'event'
        group by e.id having count(j.id) <> count(distinct j.recipe_id) or count(j.id) = 0`);
      const failed = await sql<{ id: string; state: string; error: unknown }>(
        "select id, state, error from greenroom.jobs where state <> 'succeeded'",
      );
      return [
        ...twice,
        ...wrong.map(({ id: event, jobs }) => `event ${event} has ${jobs} jobs`),
        ...failed.map(({ id: job, state, error }) => `job ${job} ${state}: ${JSON.stringify(error)}`),
      ].slice(0, 10);
    },
    async stop(): Promise<void> {
      for (const one of workers) one.kill("SIGKILL");
      await Promise.all(workers.map((one) => one.dead));
      await postgres.stop();
      service.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What makes things once a key, and says so. */
async function startService() {
  /** When each key was made, and for what. */
  const made = new Map<string, { readonly atMs: number; readonly what: unknown }[]>();
  let onMake: (count: number) => "answer" | "break off" = () => "answer";
  let count = 0;
  let workMs = 0;
  const answer = (response: ServerResponse, body: object) =>
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { url = "" } = request;
      if (url.startsWith("/made/")) {
        const key = decodeURIComponent(url.slice(6));
        return answer(response, { number: made.has(key) ? 1 : null });
      }
      if (url === "/look") return answer(response, { number: count });
      if (url === "/refuse") return response.writeHead(400).end();
      const { key, what } = JSON.parse(Buffer.concat(parts).toString()) as { key: string; what: unknown };
      made.set(key, [...(made.get(key) ?? []), { atMs: performance.now(), what }]);
      count += 1;
      const number = count;
      if (onMake(number) === "break off") return request.socket.destroy();
      return setTimeout(() => answer(response, { number }), workMs);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    made,
    /** Called after a thing is made and before that is answered. */
    whenMade(listener: (number: number) => "answer" | "break off"): void {
      onMake = listener;
    },
    takes(ms: number): void {
      workMs = ms;
    },
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
