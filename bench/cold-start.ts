/** From the start of a process to its first answer. */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { packSandbox } from "../tools/pack-sandbox.ts";
import { freePort, ready, root, start } from "../tools/processes.ts";
import { percentile } from "./jobs.ts";

const rounds = 5;

/** Medians of the starts, in milliseconds. */
export interface ColdStartResult {
  readonly what: string;
  readonly medianMs: number;
}

/** Measures the server with a fresh home, with a home that is there, and the sandbox from its sources and as its npm package has it. */
export async function measureColdStart(): Promise<readonly ColdStartResult[]> {
  const fresh: number[] = [];
  const again: number[] = [];
  const sandbox: number[] = [];
  const [packed, packedApi, packedPages]: [number[], number[], number[]] = [[], [], []];
  const unpacked = await unpackedSandbox();
  const main = join(unpacked, "package/lib/sandbox/main.js");
  const health = "/_sandbox/healthz";
  // Node keeps what it has compiled: the first start of all is another matter.
  await sandboxStart(main, "/signin");
  for (let round = 0; round < rounds; round += 1) {
    const home = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
    fresh.push(await serverStart(home));
    again.push(await serverStart(home));
    rmSync(home, { recursive: true, force: true });
    sandbox.push(await sandboxStart("tools/sandbox.ts", health));
    packed.push(await sandboxStart(main, health));
    packedApi.push(await sandboxStart(main, "/v2/users/me"));
    packedPages.push(await sandboxStart(main, "/signin"));
  }
  rmSync(unpacked, { recursive: true, force: true });
  return [
    { what: "server, fresh home (the database is made)", medianMs: percentile(fresh, 50) },
    { what: "server, home that is there", medianMs: percentile(again, 50) },
    { what: "sandbox, from its sources", medianMs: percentile(sandbox, 50) },
    { what: "sandbox, from its npm package", medianMs: percentile(packed, 50) },
    { what: "the same, to the first answer of its API", medianMs: percentile(packedApi, 50) },
    { what: "the same, to its first page", medianMs: percentile(packedPages, 50) },
  ];
}

async function unpackedSandbox(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  const tarball = await packSandbox(folder);
  await promisify(execFile)("tar", ["xzf", tarball, "-C", folder]);
  return folder;
}

/** As a person starts it: nothing is loaded before it, and what it says first says that it is ready. */
async function sandboxStart(script: string, path: string): Promise<number> {
  const env = { SANDBOX_PORT: "0", SANDBOX_STATE: "", SANDBOX_SEED: "", SANDBOX_COMPANY: "" };
  const begun = performance.now();
  const child = spawn(process.execPath, [isAbsolute(script) ? script : join(root, script)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const said = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (text: Buffer) => resolve(String(text)));
      child.once("exit", (code) => reject(new Error(`The sandbox ended with code ${code}.`)));
    });
    const [, url = ""] = /(http:\S+)\/signin/.exec(said) ?? [];
    await (await fetch(url + path)).text();
    return performance.now() - begun;
  } finally {
    child.kill();
  }
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
