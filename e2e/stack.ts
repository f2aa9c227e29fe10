/** The real server and the real sandbox as processes, on free ports with a fresh home. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useOwnerKey } from "../tools/api-client.ts";
import { freePort, ready, type Running, start } from "../tools/processes.ts";

/** A running stack. */
export interface Stack {
  readonly serverUrl: string;
  readonly sandboxUrl: string;
  /** The server's data directory. */
  readonly home: string;
  /** The server's process, and PostgreSQL's where it is the embedded one. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Starts it. */
export async function startStack(serverEnv: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const home = mkdtempSync(join(tmpdir(), "greenroom-e2e-"));
  const [serverPort, sandboxPort] = [await freePort(), await freePort()];
  const serverUrl = `http://127.0.0.1:${serverPort}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const unset = {
    DATABASE_URL: "",
    PUBLIC_URL: "",
    GREENROOM_SECRET_KEY: "",
    SANDBOX_STATE: "",
    SANDBOX_SEED: "",
    PRIVATE_NETWORKS: "127.0.0.0/8,::1",
  };
  const running: Running[] = [
    start("server", "apps/server/src/main.ts", {
      ...unset,
      GREENROOM_HOME: home,
      PORT: String(serverPort),
      ...serverEnv,
    }),
    start("sandbox", "tools/sandbox.ts", { ...unset, SANDBOX_PORT: String(sandboxPort) }),
  ];
  const stop = async () => {
    await Promise.all(running.map((one) => one.stop()));
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const [server, sandbox] = running as [Running, Running];
    await Promise.all([
      ready(server, `${serverUrl}/healthz`),
      ready(sandbox, `${sandboxUrl}/_sandbox/healthz`),
    ]);
    useOwnerKey(serverUrl, home);
  } catch (error) {
    await stop();
    throw error;
  }
  const pids = [running[0]?.pid ?? 0, ...(serverEnv["DATABASE_URL"] ? [] : [postmasterOf(home)])];
  return { serverUrl, sandboxUrl, home, pids, stop };
}

/** The embedded PostgreSQL of a home. */
function postmasterOf(home: string): number {
  const [pid = "0"] = readFileSync(join(home, "postgres/data/postmaster.pid"), "utf8").split("\n");
  return Number(pid);
}
