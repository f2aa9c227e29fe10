/** The sandbox's own speed, by autocannon in its own process: reads and writes, a page of a large list, webhooks. */
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { call } from "../tools/api-client.ts";
import { freePort, ready, root, start } from "../tools/processes.ts";
import { subscribe } from "../tools/sandbox-owner.ts";
import { onlooker } from "../tools/sandbox-people.ts";

/** What a run measured. Times in milliseconds. */
export interface SandboxResult {
  readonly request: string;
  readonly inFlight: number;
  readonly perSecond: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Of what a bare server did in the same run. */
  readonly ofBare?: number;
}

type Shot = Omit<SandboxResult, "request">;

const warmUpSeconds = 4;
const seconds = 6;

/** Measures it with the default company, and the list with 100,040 people. */
export async function measureSandbox(): Promise<readonly SandboxResult[]> {
  const usual = await withSandbox({}, async ({ url, token }) => {
    const me = await besideBare(token, `${url}/v2/users/me`);
    const body = JSON.stringify({ topic: "Bench" });
    const made = await shoot(token, 50, "POST", `${url}/v2/users/hana@acme.example/meetings`, body);
    return [...me, { request: "POST /v2/users/{userId}/meetings", ...made }];
  });
  const webhooks = await withSandbox({}, measureWebhooks);
  const large = await withSandbox({ SANDBOX_COMPANY: "large" }, async ({ url, token }) => [
    {
      request: "GET /v2/users?page_size=300 of 100,040",
      ...(await shoot(token, 1, "GET", `${url}/v2/users?page_size=300`)),
    },
  ]);
  return [...usual, ...webhooks, ...large];
}

/** In turns with a bare `node:http` server that answers the same bytes, so that the ratio means something on any machine. */
async function besideBare(token: string, url: string): Promise<readonly SandboxResult[]> {
  const body = await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
  const bare = await startServer("bench/bare-server.ts", { BARE_BODY: body });
  try {
    const mine: Shot[] = [];
    const theirs: Shot[] = [];
    for (let round = 0; round < 2; round += 1) {
      theirs.push(await shoot(token, 50, "GET", bare.url));
      mine.push(await shoot(token, 50, "GET", url));
    }
    const [best, bareBest] = [fastest(mine), fastest(theirs)];
    const ratio = best.perSecond / bareBest.perSecond;
    return [
      { request: "the same bytes from a bare node:http", ...bareBest },
      { request: "GET /v2/users/me", ...best, ofBare: Math.round(ratio * 100) / 100 },
    ];
  } finally {
    bare.end();
  }
}

const fastest = (shots: readonly Shot[]): Shot =>
  shots.reduce((best, one) => (one.perSecond > best.perSecond ? one : best));

/** Meetings made while each one's event is sent to a receiver: how many arrive a second, and what that costs the answers. */
async function measureWebhooks({ url, token, browser, app }: Bench): Promise<readonly SandboxResult[]> {
  const sink = await startServer("bench/event-sink.ts", { SINK_SECRET: app.secret_token });
  await subscribe(browser, app.id, sink.url, ["meeting.created"]);
  try {
    const counted = async () => Number(await (await fetch(sink.url)).text());
    const path = `${url}/v2/users/hana@acme.example/meetings`;
    const before = await counted();
    const begun = performance.now();
    const made = await shoot(token, 50, "POST", path, JSON.stringify({ topic: "Bench" }));
    await call("GET", `${url}/_sandbox/deliveries?settled&limit=1`);
    // The receiver counts when it has read; the sandbox has its answers by now.
    await sleep(50);
    const perSecond = ((await counted()) - before) / ((performance.now() - begun) / 1000);
    return [
      { request: "the same, each telling a webhook", ...made },
      { request: "webhooks signed and delivered meanwhile", inFlight: 64, perSecond },
    ];
  } finally {
    sink.end();
  }
}

async function startServer(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<{ url: string; end: () => void }> {
  const child = spawn(process.execPath, [join(root, script)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve) => {
    child.stdout.once("data", (text: Buffer) => resolve(String(text).trim()));
  });
  return { url: `http://127.0.0.1:${port}/`, end: () => void child.kill() };
}

type Bench = Awaited<ReturnType<typeof onlooker>> & { readonly url: string };

async function withSandbox<T>(
  env: Readonly<Record<string, string>>,
  measure: (bench: Bench) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = start("sandbox", "packages/zoom-sandbox/src/main.ts", {
    ...{ SANDBOX_PORT: String(port), SANDBOX_STATE: "", SANDBOX_SEED: "", SANDBOX_COMPANY: "" },
    ...env,
  });
  try {
    await ready(running, `${url}/_sandbox/healthz`);
    // Every call is counted against the plan; the plan allows a million times as many.
    await call("PUT", `${url}/_sandbox/settings`, { rateLimitFactor: 1_000_000 });
    return await measure({ ...(await onlooker(url)), url });
  } finally {
    await running.stop();
  }
}

async function shoot(
  token: string,
  inFlight: number,
  method: string,
  url: string,
  body?: string,
): Promise<Shot> {
  const headers = ["-H", `authorization=Bearer ${token}`, "-H", "content-type=application/json"];
  const args = (duration: number) => [
    ...[join(root, "node_modules/autocannon/autocannon.js"), "-c", String(inFlight), "-d", String(duration)],
    ...["-m", method, "-j", ...headers, ...(body ? ["-b", body] : []), url],
  ];
  const run = promisify(execFile);
  await run(process.execPath, args(warmUpSeconds));
  const { stdout } = await run(process.execPath, args(seconds), { maxBuffer: 1e8 });
  const { requests, latency, non2xx, errors } = JSON.parse(stdout) as {
    requests: { average: number };
    latency: { p50: number; p99: number };
    non2xx: number;
    errors: number;
  };
  if (non2xx + errors > 0) throw new Error(`${method} ${url}: ${non2xx} refusals, ${errors} errors`);
  return { inFlight, perSecond: requests.average, p50Ms: latency.p50, p99Ms: latency.p99 };
}
