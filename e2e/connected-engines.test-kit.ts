/** A sandbox, one PostgreSQL and as many engines on it as a test wants, with the real Zoom connector. */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connector, ConnectorError, Secret } from "@greenroom/connector-kit";
import { type Engine, startEmbeddedPostgres, startEngine } from "@greenroom/engine";
import { zoom } from "@greenroom/zoom";
import { createSandbox } from "@greenroom/zoom-sandbox";
import { call } from "../tools/api-client.ts";
import type { FromSecondEngine, ToSecondEngine } from "./second-engine.ts";
import { addApiUser, addRole, apiUser, consent, createApp, signIn } from "../tools/sandbox-owner.ts";

/** The account's owner. */
export const accountOwner = "olivia@acme.example";

/** A request that the sandbox logged. */
interface LoggedRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Starts all of it. */
export async function connectedEngines({
  plan,
  connectors = [],
}: {
  plan?: "free" | "pro" | "business";
  connectors?: readonly Connector[];
} = {}) {
  const home = mkdtempSync(join(tmpdir(), "greenroom-connections-"));
  const sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: plan !== undefined },
    ...(plan && { plan }),
  });
  const postgres = await startEmbeddedPostgres({ home, log: () => {} });
  const browserEnd = await listenForBrowsers();
  const redirectUri = `${browserEnd.url}/oauth/callback`;
  const secretKey = randomBytes(32).toString("base64");
  const { databaseUrl } = postgres;
  const time = new VirtualTime();
  const children: ChildProcess[] = [];

  const first: Engine = await startEngine({
    ...{ databaseUrl, secretKey: new Secret(secretKey), random: Math.random },
    connectors: [zoom, ...connectors],
    clock: { now: () => time.now(), sleep: (ms, signal) => time.sleep(ms, signal) },
    log: { info: () => {}, warn: () => {}, error: (fields, message) => console.error(message, fields) },
  });

  /** Another engine on the same database, in a process of its own. */
  async function secondEngine() {
    const child = fork(join(import.meta.dirname, "second-engine.ts"));
    children.push(child);
    const tell = async (message: ToSecondEngine): Promise<FromSecondEngine> => {
      child.send(message);
      const [answer] = (await once(child, "message")) as [FromSecondEngine];
      return answer;
    };
    await tell({ start: { databaseUrl, secretKey, aheadMs: time.now().getTime() - Date.now() } });
    return {
      calls: async (count: number) => (await tell({ calls: count, connection: "zoom" })).answers ?? [],
      /** Begins a call and does not wait. */
      begin: () => child.send({ calls: 1, connection: "zoom" }),
      /** Begins to disconnect and does not wait. */
      disconnect: (id: string) => child.send({ disconnect: id } satisfies ToSecondEngine),
      async kill() {
        child.kill("SIGKILL");
        await once(child, "exit");
      },
    };
  }

  const owner = await signIn(sandbox.url, accountOwner);
  await addApiUser(owner);
  const roleId = await addRole(owner);

  const control = <T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T> =>
    call<T>(method, `${sandbox.url}/_sandbox${path}`, body);

  /** Makes an app of a kind at Zoom, and its profile here. */
  async function newProfile(
    kind: "zoom-admin-oauth" | "zoom-user-oauth" | "zoom-server-to-server" | "zoom-chatbot",
    name: string,
    scopes?: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ id: string; appId: string }> {
    const isBot = kind === "zoom-chatbot";
    const zoomKind = isBot
      ? "admin_managed"
      : kind.slice(5).replace("-oauth", "_managed").replaceAll("-", "_");
    const app = await createApp(owner, sandbox.url, redirectUri, {
      kind: zoomKind,
      ...(isBot ? { scopes: ["imchat:bot"] } : scopes && { scopes }),
    });
    const { account } = await control<{ account: { id: string } }>("GET", "/state?full");
    const { id } = await first.profiles.create({
      ...{ connector: "zoom", kind, name },
      fields: {
        ...{
          client_id: app.client_id,
          client_secret: app.client_secret,
          webhook_secret_token: app.secret_token,
        },
        ...{ oauth_url: sandbox.url, api_url: `${sandbox.url}/v2` },
        ...more,
        ...((isBot || kind === "zoom-server-to-server") && { account_id: account.id }),
        ...(isBot && { robot_jid: `v1${app.id}@xmpp.zoom.us` }),
      },
    });
    return { id, appId: app.id };
  }

  /** Connects, through Zoom's pages where the kind needs a person. */
  async function connect(id: string, email = apiUser) {
    const begun = await first.connections.authorize(id, redirectUri);
    if (begun !== undefined)
      await first.connections.complete(await consent(begun.authorizationUrl, email), redirectUri);
    return await first.connections.get(id);
  }

  return {
    ...{ sandbox, databaseUrl, first, secondEngine, newProfile, connect, owner, roleId, time, control },
    /** How often the token endpoint was asked, by the sandbox's log. */
    async refreshes(since = ""): Promise<number> {
      const { requests } = await control<{ requests: readonly LoggedRequest[] }>(
        "GET",
        "/requests?limit=2000",
      );
      return requests.filter(({ at, path }) => at >= since && path === "/oauth/token").length;
    },
    async requests(): Promise<readonly LoggedRequest[]> {
      return (await control<{ requests: readonly LoggedRequest[] }>("GET", "/requests?limit=2000")).requests;
    },
    fault: (rule: object) => control("POST", "/faults", rule),
    async close() {
      for (const child of children) child.kill("SIGKILL");
      await first.stop({ graceMs: 0 });
      await postgres.stop();
      await browserEnd.close();
      await sandbox.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Where Zoom's pages send the browser; it answers with that very address, which is what the callback is given. */
async function listenForBrowsers() {
  const server = createServer((request, response) => {
    response.writeHead(302, { location: request.url ?? "/" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
}

/** The time of the engines: real, plus what a test put on top. Heartbeats are let go by the test alone. */
class VirtualTime {
  #aheadMs = 0;
  #beats: (() => void)[] = [];

  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }

  /** Ends the heartbeats' waits: each engine does what it does now and then. */
  beat(): void {
    for (const end of this.#beats.splice(0)) end();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      if (ms === 2_500) this.#beats.push(resolve);
      else setTimeout(resolve, ms).unref();
    });
  }
}

/** The ConnectorError that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ConnectorError)) throw new Error("expected a ConnectorError", { cause: error });
  return error;
}
