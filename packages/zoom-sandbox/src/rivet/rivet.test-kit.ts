/**
 * Zoom's own SDK, `@zoom/rivet`, as it comes from npm, pointed at a sandbox. It calls https://zoom.us and
 * https://api.zoom.us and has no setting for the first: the sandbox serves TLS for those names, this process trusts its
 * certificate, and its https agent connects every host to the sandbox.
 */
import https from "node:https";
import tls from "node:tls";
import { AccountsS2SAuthClient } from "@zoom/rivet/accounts";
import { MarketplaceS2SAuthClient } from "@zoom/rivet/marketplace";
import { MeetingsS2SAuthClient } from "@zoom/rivet/meetings";
import { TeamChatS2SAuthClient } from "@zoom/rivet/teamchat";
import { UsersS2SAuthClient } from "@zoom/rivet/users";
import { generate } from "selfsigned";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { operations } from "../operations/operations.ts";
import { type MadeApp, makeApp, type Visitor, visit } from "../visitor.test-kit.ts";

/** A sandbox with Zoom's names, and rivet's clients of it. */
export interface Rivet {
  readonly sandbox: RunningSandbox;
  readonly owner: Visitor;
  readonly app: MadeApp;
  readonly users: UsersS2SAuthClient;
  readonly accounts: AccountsS2SAuthClient;
  readonly meetings: MeetingsS2SAuthClient;
  readonly teamChat: TeamChatS2SAuthClient;
  readonly marketplace: MarketplaceS2SAuthClient;
  /** The operations that rivet called with success, as the sandbox saw them. */
  readonly driven: ReadonlySet<string>;
  readonly act: (path: string, body?: object) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Starts it. */
export async function startRivet(): Promise<Rivet> {
  const driven = new Set<string>();
  const names = ["zoom.us", "api.zoom.us", "localhost"].map((value) => ({ type: 2 as const, value }));
  const { cert, private: key } = await generate([{ name: "commonName", value: "zoom.us" }], {
    keySize: 2048,
    extensions: [{ name: "subjectAltName", altNames: [...names, { type: 7, ip: "127.0.0.1" }] }],
  });
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), cert]);
  const sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, tls: { cert, key } },
    onAnswer: (operation, status) => {
      if (status < 300) driven.add(operation);
    },
  });
  const before = https.globalAgent;
  https.globalAgent = agentTo(Number(new URL(sandbox.url).port), cert);

  const owner = await visit(sandbox.url, "olivia@acme.example");
  const scopes = [...new Set([...operations().values()].flatMap((operation) => operation.scopes))];
  const app = await makeApp(sandbox.url, owner, scopes, "server_to_server");
  const options = {
    ...{ clientId: app.client_id, clientSecret: app.client_secret, accountId: app.account_id },
    disableReceiver: true,
  } as const;
  return {
    ...{ sandbox, owner, app, driven },
    users: new UsersS2SAuthClient(options),
    accounts: new AccountsS2SAuthClient(options),
    meetings: new MeetingsS2SAuthClient(options),
    teamChat: new TeamChatS2SAuthClient(options),
    marketplace: new MarketplaceS2SAuthClient(options),
    act: async (path, body = {}) => {
      const init = { method: "POST", headers: { "content-type": "application/json" } };
      const answer = await fetch(`${sandbox.url}/_sandbox${path}`, { ...init, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    close: async () => {
      https.globalAgent = before;
      await sandbox.close();
    },
  };
}

/** Connects whatever host is named to the sandbox; the certificate is checked against the name. */
function agentTo(port: number, ca: string): https.Agent {
  const agent = new https.Agent();
  agent.createConnection = (options) =>
    tls.connect({ ...(options as tls.ConnectionOptions), host: "127.0.0.1", port, ca });
  return agent;
}

/** What a call answered; rivet's types leave open whether it did. */
export async function dataOf<Data>(call: Promise<{ data?: Data }>): Promise<NonNullable<Data>> {
  const { data } = await call;
  if (data === undefined || data === null) throw new Error("Zoom's answer has no body.");
  return data;
}

/** The id of what a call made, also where rivet's types know none. */
export async function idOf(call: Promise<{ data?: unknown }>): Promise<string> {
  const made = await dataOf(call);
  if (typeof made === "object" && "id" in made && typeof made.id === "string") return made.id;
  throw new Error("Zoom's answer has no id.");
}
