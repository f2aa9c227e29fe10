/** Webhook → if → HTTP request → end, on the real server and database. */
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { startEmbeddedPostgres } from "@greenroom/engine";
import { authorization, call } from "../tools/api-client.ts";
import { startStack } from "../e2e/stack.ts";
import { freePort, ready, root, runToEnd, start } from "../tools/processes.ts";
import { setUpSandbox } from "../tools/setup-sandbox.ts";
import { costOf } from "./processes.ts";
import { openWebhookSocket, type WebhookSocket } from "./webhook-socket.ts";

const fillHistory = join(root, "packages/engine/src/fill-history.test-kit.ts");

/** What a run measured. Times in milliseconds. */
export interface JobsResult {
  readonly inFlight: number;
  readonly jobs: number;
  readonly jobsPerSecond: number;
  readonly answerP50: number;
  readonly answerP99: number;
  readonly jobP50: number;
  readonly jobP99: number;
  readonly cpuMsPerJob: number;
  readonly peakMiB: number;
}

interface Bench {
  run(inFlight: number, jobs: number): Promise<JobsResult>;
  stop(): Promise<void>;
}

/** What is measured besides the usual. */
export interface JobsSetup {
  /** Writes a CPU profile of the server. */
  readonly profile?: boolean;
  /** How many processes run jobs; the first one also takes the webhooks. */
  readonly workers?: number;
  /** How many ended jobs the database has before. */
  readonly history?: number;
}

/** Starts PostgreSQL, the stack, the stub and the recipe. */
export async function prepareJobs({ profile = false, workers = 1, history = 0 }: JobsSetup): Promise<Bench> {
  const home = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  const postgres = await startEmbeddedPostgres({ home, log: () => {} });
  const postmaster = Number(readFileSync(join(home, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
  const { databaseUrl } = postgres;
  const shared = { DATABASE_URL: databaseUrl, GREENROOM_SECRET_KEY: randomBytes(32).toString("base64") };
  const stub = spawn(process.execPath, [join(import.meta.dirname, "stub.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stubPort = await new Promise<string>((resolve) =>
    stub.stdout.once("data", (data: Buffer) => resolve(String(data).trim())),
  );
  const stack = await startStack({
    ...shared,
    ...(profile && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(import.meta.dirname, "results")}` }),
  });
  const { serverUrl, sandboxUrl } = stack;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
  const source = readFileSync(join(import.meta.dirname, "recipe.yaml"), "utf8").replace(
    "STUB",
    `http://127.0.0.1:${stubPort}/`,
  );
  const { id: recipeId } = await call<{ id: string }>("POST", `${serverUrl}/api/recipes`, { source });
  await call("POST", `${serverUrl}/api/recipes/${recipeId}/start`);
  if (history > 0) await runToEnd(process.execPath, [fillHistory, databaseUrl, String(history)]);
  const moreWorkers = await Promise.all(
    Array.from({ length: workers - 1 }, async () => {
      const port = await freePort();
      const env = {
        ...shared,
        GREENROOM_ROLES: "worker",
        PORT: String(port),
        PUBLIC_URL: "",
        PRIVATE_NETWORKS: "127.0.0.0/8",
      };
      const other = start("worker", "apps/server/src/main.ts", {
        ...env,
        GREENROOM_HOME: join(home, `worker-${port}`),
      });
      await ready(other, `http://127.0.0.1:${port}/healthz`);
      return other;
    }),
  );
  const pids = [...stack.pids, postmaster, ...moreWorkers.map(({ pid }) => pid)];
  const {
    items: [app],
  } = await call<{ items: { id: string; name: string }[] }>("GET", `${serverUrl}/api/app-profiles`);
  const {
    items: [connection],
  } = await call<{ items: { identity: { accountId: string } }[] }>("GET", `${serverUrl}/api/connections`);
  const { account_id, apps } = await call<{ account_id: string; apps: { secret_token: string }[] }>(
    "GET",
    `${sandboxUrl}/_sandbox/apps`,
  );
  if (connection?.identity.accountId !== account_id) throw new Error("the connection is of another account");
  const secret = apps[0]?.secret_token ?? "";
  const url = new URL(`${serverUrl}/webhooks/zoom/${app?.id}`);
  let sent = 0;

  function deliver(socket: WebhookSocket): Promise<number> {
    sent += 1;
    const body = JSON.stringify({
      ...{ event: "meeting.started", event_ts: Date.now() },
      payload: {
        account_id,
        object: {
          id: String(8e10 + sent),
          uuid: `bench-${sent}`,
          host_id: "benchHostId0000000001",
          topic: ` Bench ${sent} `,
          type: 2,
          start_time: "2026-11-23T12:00:00Z",
          duration: 30,
          timezone: "UTC",
        },
      },
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
    const headers = {
      "content-type": "application/json",
      "x-zm-request-timestamp": timestamp,
      "x-zm-signature": signature,
    };
    return socket.post(url.pathname, headers, body);
  }

  /** Resolves when that many more jobs have ended; told by the server's own stream. */
  function ended(count: number): {
    all: Promise<void>;
    failed: () => number;
    close: () => void;
    next: () => Promise<void>;
  } {
    let left = count;
    let failures = 0;
    let waiting: (() => void)[] = [];
    let finish = () => {};
    const all = new Promise<void>((resolve) => (finish = resolve));
    const stream = request(`${serverUrl}/api/stream`, { headers: authorization(serverUrl) }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        const lines = text.split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) {
          if (!line.includes('"type":"job"')) continue;
          if (line.includes('"state":"failed"')) failures += 1;
          else if (!line.includes('"state":"succeeded"')) continue;
          left -= 1;
          const [first, ...others] = waiting;
          waiting = others;
          first?.();
          if (left === 0) finish();
        }
      });
    });
    stream.on("error", () => {});
    stream.end();
    return {
      all,
      failed: () => failures,
      close: () => stream.destroy(),
      next: () => new Promise((resolve) => waiting.push(resolve)),
    };
  }

  return {
    async run(inFlight, jobs) {
      const sockets = await Promise.all(Array.from({ length: inFlight }, () => openWebhookSocket(url)));
      const watch = ended(jobs);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const answers: number[] = [];
      const wholes: number[] = [];
      const before = costOf(pids);
      const begun = performance.now();
      let started = 0;
      // A place in flight is free again when a job has ended, not when its webhook was answered.
      await Promise.all(
        sockets.map(async (socket) => {
          while (started < jobs) {
            started += 1;
            const jobBegun = performance.now();
            const next = watch.next();
            answers.push(await deliver(socket));
            await next;
            wholes.push(performance.now() - jobBegun);
          }
        }),
      );
      await watch.all;
      const seconds = (performance.now() - begun) / 1000;
      const after = costOf(pids);
      watch.close();
      for (const socket of sockets) socket.close();
      if (watch.failed() > 0) throw new Error(`${watch.failed()} jobs failed`);
      return {
        ...{ inFlight, jobs, jobsPerSecond: jobs / seconds },
        ...{ answerP50: percentile(answers, 50), answerP99: percentile(answers, 99) },
        ...{ jobP50: percentile(wholes, 50), jobP99: percentile(wholes, 99) },
        ...{ cpuMsPerJob: (after.cpuMs - before.cpuMs) / jobs, peakMiB: after.peakMiB },
      };
    },
    async stop() {
      await Promise.all(moreWorkers.map((other) => other.stop()));
      await stack.stop();
      stub.kill();
      await postgres.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The value that `rank` percent of the values do not exceed. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((rank / 100) * sorted.length) - 1)] ?? Number.NaN;
}
