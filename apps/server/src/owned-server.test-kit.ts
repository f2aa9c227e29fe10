/** A real server with a fresh home, and calls of its API by the owner of the machine, or by whoever a test says. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "./config.ts";
import { type Server, startServer } from "./server.ts";

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** A running server. */
export interface OwnedServer {
  readonly url: string;
  readonly home: string;
  readonly routes: Server["routes"];
  readonly ownerKey: string;
  /** Calls the API, with the owner's key unless other headers prove who asks. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts one. */
export async function startOwnedServer(env: Readonly<Record<string, string>> = {}): Promise<OwnedServer> {
  const home = mkdtempSync(join(tmpdir(), "greenroom-server-"));
  const server: Server = await startServer(readConfig({ GREENROOM_HOME: home, PORT: "0", ...env }));
  const ownerKey = readFileSync(join(home, "owner.key"), "utf8").trim();
  return {
    ...{ url: server.url, routes: server.routes, home, ownerKey },
    async api(method, path, body, headers = { authorization: `Bearer ${ownerKey}` }) {
      const response = await fetch(`${server.url}/api/v1${path}`, {
        ...{ method, redirect: "manual", headers: { "content-type": "application/json", ...headers } },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
      const { status } = response;
      return {
        status,
        headers: response.headers,
        body: isJson && text !== "" ? JSON.parse(text) : text || undefined,
      };
    },
    async stop() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
