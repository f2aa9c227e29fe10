/** The real server and the real sandbox as processes, on free ports with a fresh home. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, ready, type Running, start } from "../tools/processes.ts";

/** A running stack. */
export interface Stack {
  readonly serverUrl: string;
  readonly sandboxUrl: string;
  stop(): Promise<void>;
}

/** Starts it. */
export async function startStack(): Promise<Stack> {
  const home = mkdtempSync(join(tmpdir(), "greenroom-e2e-"));
  const [serverPort, sandboxPort] = [await freePort(), await freePort()];
  const serverUrl = `http://127.0.0.1:${serverPort}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const unset = { DATABASE_URL: "", PUBLIC_URL: "", GREENROOM_SECRET_KEY: "", SANDBOX_STATE: "", SANDBOX_SEED: "" };
  const running: Running[] = [
    start("server", "apps/server/src/main.ts", { ...unset, GREENROOM_HOME: home, PORT: String(serverPort) }),
    start("sandbox", "packages/zoom-sandbox/src/main.ts", { ...unset, SANDBOX_PORT: String(sandboxPort) }),
  ];
  const stop = async () => {
    await Promise.all(running.map((one) => one.stop()));
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const [server, sandbox] = running as [Running, Running];
    await Promise.all([ready(server, `${serverUrl}/healthz`), ready(sandbox, `${sandboxUrl}/_sandbox/healthz`)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { serverUrl, sandboxUrl, stop };
}
