/** The sandbox's own speed: reads and writes at 50 in flight, by autocannon in its own process. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startStack } from "../e2e/stack.ts";
import { onlookerToken } from "../tools/sandbox-people.ts";
import { root } from "../tools/processes.ts";

/** What a run measured. */
export interface SandboxResult {
  readonly request: string;
  readonly perSecond: number;
  readonly p99Ms: number;
}

const warmUpSeconds = 4;
const seconds = 6;

/** Measures it. */
export async function measureSandbox(): Promise<readonly SandboxResult[]> {
  const stack = await startStack();
  try {
    const token = await onlookerToken(stack.sandboxUrl);
    const host = "hana@acme.example";
    const reads = await shoot(token, "GET", `${stack.sandboxUrl}/v2/users/me`);
    const writes = await shoot(
      token,
      "POST",
      `${stack.sandboxUrl}/v2/users/${host}/meetings`,
      JSON.stringify({ topic: "Bench" }),
    );
    return [
      { request: "GET /v2/users/me", ...reads },
      { request: "POST /v2/users/{userId}/meetings", ...writes },
    ];
  } finally {
    await stack.stop();
  }
}

async function shoot(
  token: string,
  method: string,
  url: string,
  body?: string,
): Promise<Omit<SandboxResult, "request">> {
  const args = (duration: number) => [
    ...[
      join(root, "node_modules/autocannon/autocannon.js"),
      "-c",
      "50",
      "-d",
      String(duration),
      "-m",
      method,
      "-j",
    ],
    ...[
      "-H",
      `authorization=Bearer ${token}`,
      "-H",
      "content-type=application/json",
      ...(body ? ["-b", body] : []),
      url,
    ],
  ];
  const run = promisify(execFile);
  await run(process.execPath, args(warmUpSeconds));
  const { stdout } = await run(process.execPath, args(seconds), { maxBuffer: 1e8 });
  const { requests, latency, non2xx, errors } = JSON.parse(stdout) as {
    requests: { average: number };
    latency: { p99: number };
    non2xx: number;
    errors: number;
  };
  if (non2xx + errors > 0) throw new Error(`${method} ${url}: ${non2xx} refusals, ${errors} errors`);
  return { perSecond: requests.average, p99Ms: latency.p99 };
}
