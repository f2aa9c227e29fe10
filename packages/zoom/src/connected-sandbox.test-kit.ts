/** A sandbox with an app that its owner has connected, over real HTTP, as the tests need it. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import {
  type AppProfile,
  type Client,
  ConnectorError,
  lookUpAction,
  runAction,
  Secret,
  type TokenSet,
} from "@greenroom/connector-kit";
import { createSandbox, type RunningSandbox } from "@greenroom/zoom-sandbox";
import { z } from "zod";
import { actions } from "./actions.gen.ts";
import { triggers } from "./triggers.gen.ts";
import { zoomAdminOAuth, zoomChatbot } from "./auth/zoom-oauth.ts";
import { zoom } from "./connector.ts";
import { receiveZoomWebhook } from "./webhooks/receive-zoom-webhook.ts";

/** Where the app sends people back to; nobody needs to listen there. */
export const redirectUri = "http://127.0.0.1:9/oauth/callback";

/** An action of the connector by its id. */
export type ActionId = keyof typeof actions;

const appsAnswer = z.looseObject({
  account_id: z.string(),
  apps: z.array(
    z.looseObject({
      id: z.string(),
      client_id: z.string(),
      client_secret: z.string(),
      secret_token: z.string(),
    }),
  ),
});

/** A person with a browser. */
export interface Person {
  get(path: string): Promise<Response>;
  post(path: string, fields: Record<string, string | readonly string[]>): Promise<Response>;
}

/** Signs a person in at the sandbox. */
export async function signIn(url: string, email = "olivia@acme.example"): Promise<Person> {
  let cookie = "";
  async function send(path: string, init: RequestInit = {}) {
    const response = await fetch(new URL(path, url), { ...init, redirect: "manual", headers: { cookie } });
    cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? cookie;
    return response;
  }
  await send("/signin", { method: "POST", body: new URLSearchParams({ email, password: "sandbox" }) });
  const page = await (await send("/marketplace/apps")).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  return {
    get: send,
    post: (path, fields) => {
      const form = new URLSearchParams({ csrf });
      for (const [name, value] of Object.entries(fields))
        for (const one of [value].flat()) form.append(name, one);
      return send(path, { method: "POST", body: form });
    },
  };
}

/** Goes from `begin` to the address the browser comes back with: Zoom's pages in between, as the person uses them. */
export async function consent(
  person: Person,
  authorizationUrl: string,
  decision: "allow" | "decline",
): Promise<URL> {
  const { pathname, search, searchParams } = new URL(authorizationUrl);
  const page = await person.get(pathname + search);
  if (page.status !== 200) throw new Error(`the consent page answered ${page.status}: ${await page.text()}`);
  const answer = await person.post("/oauth/authorize", { ...Object.fromEntries(searchParams), decision });
  return new URL(answer.headers.get("location") ?? "about:blank");
}

/** Starts a sandbox with an app of all the scopes the actions need; nothing is connected yet. */
export async function sandboxWithApp(scopes: readonly string[] = scopesOfAll()) {
  const sandbox = await createSandbox({ port: 0, company: "small", rateLimits: false });
  const owner = await signIn(sandbox.url);
  const form = { name: "Greenroom", kind: "admin_managed", redirect_urls: redirectUri, scopes };
  const made = await owner.post("/marketplace/apps", form);
  const appId = /\/marketplace\/apps\/([^?/]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  const { apps } = appsAnswer.parse(await (await fetch(`${sandbox.url}/_sandbox/apps`)).json());
  const app = apps.find(({ id }) => id === appId);
  if (!app) throw new Error(`the app was not made: ${await made.text()}`);
  const profile: AppProfile = {
    client_id: app.client_id,
    client_secret: new Secret(app.client_secret),
    webhook_secret_token: new Secret(app.secret_token),
    oauth_url: sandbox.url,
    api_url: `${sandbox.url}/v2`,
  };
  return { sandbox, owner, appId, profile };
}

/** The scopes of all actions, but those for partners' sub-accounts. */
function scopesOfAll(): readonly string[] {
  const all = [...Object.values(actions), ...Object.values(triggers)].flatMap(
    ({ scopes }: { scopes: readonly string[] }) => scopes,
  );
  return [...new Set(all.filter((scope) => !scope.endsWith(":master")))];
}

/** The same, connected. */
export async function connectedSandbox(scopes?: readonly string[]) {
  const { sandbox, owner, appId, profile } = await sandboxWithApp(scopes);
  const begun = await zoomAdminOAuth.begin({ profile, redirectUri });
  const callbackUrl = await consent(owner, begun.authorizationUrl, "allow");
  const tokens = await zoomAdminOAuth.complete({
    profile,
    redirectUri,
    callbackUrl,
    now: new Date(),
    ...begun,
  });
  const client = clientOf(profile, tokens);
  const context = { client, idempotencyKey: "test" };
  const tape: Recorded[] = [];
  let made: ReturnType<typeof chatbotOf> | undefined;
  const bot = () => (made ??= chatbotOf(sandbox.url, owner));
  return {
    /** A Team Chat app of the same account, connected as its bot; made when first asked for. */
    bot,
    sandbox: { ...sandbox, clock: recordedClock(sandbox.clock, tape) },
    owner,
    appId,
    profile,
    tokens,
    client,
    /** Runs an action as the step runner does. */
    run: async <Id extends ActionId>(id: Id, input: unknown) => {
      const by = id.endsWith("-chatbot-message") ? (await bot()).client : client;
      const output = await runAction(actions[id], { ...context, client: by, input });
      tape.push({ do: "run", id, input, output });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- runAction has just checked it by that very schema
      return output as z.output<(typeof actions)[Id]["output"]>;
    },
    lookUp: (id: ActionId, input: unknown, since: Date) =>
      lookUpAction(actions[id], { ...context, input, since }),
    /** The sandbox's control plane. */
    control: async (path: string, body: unknown = {}) => {
      const answer = await control(sandbox.url, path, body);
      tape.push({ do: "control", path, body });
      return answer;
    },
    close: async () => {
      keep(tape);
      await sandbox.close();
    },
  };
}

/** Makes an app with a bot, and connects it. */
async function chatbotOf(url: string, owner: Person) {
  const form = { name: "Bot", kind: "admin_managed", redirect_urls: redirectUri, scopes: ["imchat:bot"] };
  const made = await owner.post("/marketplace/apps", form);
  const appId = /\/marketplace\/apps\/([^?/]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  const known = appsAnswer.parse(await (await fetch(`${url}/_sandbox/apps`)).json());
  const app = known.apps.find(({ id }) => id === appId);
  const page = await (await owner.get(`/marketplace/apps/${appId}`)).text();
  const profile: AppProfile = {
    robot_jid: /<code>(v1[^<]+@xmpp\.zoom\.us)<\/code>/.exec(page)?.[1],
    account_id: known.account_id,
    client_id: app?.client_id,
    client_secret: new Secret(app?.client_secret ?? ""),
    webhook_secret_token: new Secret(app?.secret_token ?? ""),
    oauth_url: url,
    api_url: `${url}/v2`,
  };
  const { accessToken } = await zoomChatbot.obtain({ profile, now: new Date() });
  const token = async () => ({ accessToken, apiUrl: undefined });
  return { profile, client: zoom.createClient({ profile, kind: zoomChatbot.id, accessToken: token }) };
}

/** What a test did that succeeded, in order. */
export type Recorded =
  | { readonly do: "run"; readonly id: ActionId; readonly input: unknown; readonly output: unknown }
  | { readonly do: "control"; readonly path: string; readonly body: unknown }
  | { readonly do: "advance"; readonly ms: number };

function recordedClock(clock: RunningSandbox["clock"], tape: Recorded[]): RunningSandbox["clock"] {
  return {
    ...clock,
    advance: async (ms) => {
      await clock.advance(ms);
      tape.push({ do: "advance", ms });
    },
  };
}

/** For `tools/record-examples.ts`, which makes the reference's examples of what tests do. */
function keep(tape: readonly Recorded[]): void {
  const folder = process.env["GREENROOM_RECORD"];
  if (folder) writeFileSync(join(folder, `${crypto.randomUUID()}.json`), JSON.stringify(tape));
}

async function control(url: string, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${url}/_sandbox${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}

/** A client with these tokens, and no others. */
export function clientOf(profile: AppProfile, { accessToken }: TokenSet): Client {
  return zoom.createClient({ profile, accessToken: async () => ({ accessToken, apiUrl: undefined }) });
}

/** The ConnectorError that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ConnectorError)) throw new Error("expected a ConnectorError", { cause: error });
  return error;
}

/** Listens on a free port and hands every delivery to the connector's receiver. */
export async function listen(profile: AppProfile, now = () => new Date()) {
  const answers: ReturnType<typeof receiveZoomWebhook>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headersDistinct))
        headers.set(name, value?.join(", ") ?? "");
      const answer = receiveZoomWebhook({ profile, headers, body: Buffer.concat(chunks), now: now() });
      answers.push(answer);
      response
        .writeHead(answer.status, { "content-type": "application/json" })
        .end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/hook`,
    answers,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
