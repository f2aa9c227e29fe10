/** From the start of a process to its first answer. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packSandbox } from "../tools/pack-sandbox.ts";
import { freePort, ready, start } from "../tools/processes.ts";
import { percentile } from "./jobs.ts";

/** Medians of three starts, in milliseconds. */
export interface ColdStartResult {
  readonly what: string;
  readonly medianMs: number;
}

/** Measures the server with a fresh home, with a home that is there, and the sandbox from its sources and as its npm package has it. */
export async function measureColdStart(): Promise<readonly ColdStartResult[]> {
  const fresh: number[] = [];
  const again: number[] = [];
  const sandbox: number[] = [];
  const packed: number[] = [];
  const unpacked = await unpackedSandbox();
  for (let round = 0; round < 3; round += 1) {
    const home = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
    fresh.push(await serverStart(home));
    again.push(await serverStart(home));
    rmSync(home, { recursive: true, force: true });
    sandbox.push(await sandboxStart("packages/zoom-sandbox/src/main.ts"));
    packed.push(await sandboxStart(join(unpacked, "package/lib/sandbox/main.js")));
  }
  rmSync(unpacked, { recursive: true, force: true });
  return [
    { what: "server, fresh home (the database is made)", medianMs: percentile(fresh, 50) },
    { what: "server, home that is there", medianMs: percentile(again, 50) },
    { what: "sandbox, from its sources", medianMs: percentile(sandbox, 50) },
    { what: "sandbox, from its npm package", medianMs: percentile(packed, 50) },
  ];
}

async function unpackedSandbox(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  const tarball = await packSandbox(folder);
  await promisify(execFile)("tar", ["xzf", tarball, "-C", folder]);
  return folder;
}

async function sandboxStart(script: string): Promise<number> {
  const port = await freePort();
  const env = { SANDBOX_PORT: String(port), SANDBOX_STATE: "", SANDBOX_SEED: "", SANDBOX_COMPANY: "" };
  return await timed("sandbox", script, env, `http://127.0.0.1:${port}/_sandbox/healthz`);
}

async function serverStart(home: string): Promise<number> {
  const port = await freePort();
  const env = {
    GREENROOM_HOME: home,
    PORT: String(port),
    DATABASE_URL: "",
    PUBLIC_URL: "",
    GREENROOM_SECRET_KEY: "",
  };
  return await timed("server", "apps/server/src/main.ts", env, `http://127.0.0.1:${port}/healthz`);
}

async function timed(
  name: string,
  script: string,
  env: Readonly<Record<string, string>>,
  url: string,
): Promise<number> {
  const begun = performance.now();
  const running = start(name, script, env);
  try {
    await ready(running, url);
    return performance.now() - begun;
  } finally {
    await running.stop();
  }
}
