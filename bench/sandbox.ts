/** The sandbox's own speed, by a load in its own process: reads and writes, a page of a large list, webhooks. */
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Load, Loaded } from "./load.ts";
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
/** New meetings a second that leave every part of it time over. */
const steadyRate = 500;

/** Measures it with the default company, and the list with 100,040 people. */
export async function measureSandbox(): Promise<readonly SandboxResult[]> {
  const usual = await withSandbox({}, async ({ url, token }) => {
    const me = await besideBare(token, `${url}/v2/users/me`);
    const made = await shoot({ token, ...meetings(url), inFlight: 50 });
    return [...me, { request: "POST /v2/users/{userId}/meetings", ...made }];
  });
  const webhooks = await withSandbox({}, measureWebhooks);
  const large = await withSandbox({ SANDBOX_COMPANY: "large" }, async ({ url, token }) => [
    {
      request: "GET /v2/users?page_size=300 of 100,040",
      ...(await shoot({ token, method: "GET", url: `${url}/v2/users?page_size=300`, inFlight: 1 })),
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
      theirs.push(await shoot({ token, method: "GET", url: bare.url, inFlight: 50 }));
      mine.push(await shoot({ token, method: "GET", url, inFlight: 50 }));
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

/**
 * Meetings made while each one's event is signed and sent to a receiver. At a rate that leaves time over, that is the price
 * of deliveries to an answer; as fast as it goes, it is how many arrive a second.
 */
async function measureWebhooks({ url, token, browser, app }: Bench): Promise<readonly SandboxResult[]> {
  const sink = await startServer("bench/event-sink.ts", { SINK_SECRET: app.secret_token });
  const steady = { token, ...meetings(url), inFlight: 50, perSecond: steadyRate };
  const settled = () => call("GET", `${url}/_sandbox/deliveries?settled&limit=1`);
  try {
    const without = await shoot(steady);
    await subscribe(browser, app.id, sink.url, ["meeting.created"]);
    const beside = await shoot(steady);
    await settled();
    const counted = async () => Number(await (await fetch(sink.url)).text());
    const before = await counted();
    const begun = performance.now();
    const made = await shoot({ token, ...meetings(url), inFlight: 50 });
    await settled();
    // The receiver counts when it has read; the sandbox has its answers by now.
    await sleep(50);
    const perSecond = ((await counted()) - before) / ((performance.now() - begun) / 1000);
    return [
      { request: `POST meetings at ${steadyRate}/s, nobody hears of them`, ...without },
      { request: `POST meetings at ${steadyRate}/s, each telling a webhook`, ...beside },
      { request: "POST meetings as fast as it goes, each telling a webhook", ...made },
      { request: "webhooks signed and delivered meanwhile", inFlight: 64, perSecond },
    ];
  } finally {
    sink.end();
  }
}

const meetings = (url: string) => ({
  ...{ method: "POST" as const, url: `${url}/v2/users/hana@acme.example/meetings` },
  body: { topic: "Bench" },
});

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
  const running = start("sandbox", "tools/sandbox.ts", {
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

interface Aim {
  readonly token: string;
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly body?: object;
  readonly inFlight: number;
  readonly perSecond?: number;
}

async function shoot({ token, body, ...aim }: Aim): Promise<Shot> {
  const load: Load = {
    ...{ ...aim, warmUpMs: warmUpSeconds * 1000, measuredMs: seconds * 1000 },
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  };
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [join(root, "bench/load.ts"), JSON.stringify(load)]);
  return { inFlight: aim.inFlight, ...(JSON.parse(stdout) as Loaded) };
}
