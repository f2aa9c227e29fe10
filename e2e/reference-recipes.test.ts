/** The recipes on the reference's pages of triggers and connection kinds, word for word, on one day of a Zoom account. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "@greenroom/engine";
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "../tools/api-client.ts";
import { type AppCredentials, consent, createApp, signIn, subscribe } from "../tools/sandbox-owner.ts";
import { onlooker } from "../tools/sandbox-people.ts";
import { accountOwner, connectedEngines } from "./connected-engines.test-kit.ts";
import { dayAtZoom, type People } from "./day-at-zoom.test-kit.ts";
import { webhookReceiver } from "./webhook-receiver.test-kit.ts";

/** The recipe on a page, as whoever reads it copies it. */
function recipesOf(folder: "triggers" | "connections"): Map<string, string> {
  const pages = join(import.meta.dirname, "../docs/reference/zoom", folder);
  return new Map(
    readdirSync(pages).map((name) => {
      const text = readFileSync(join(pages, name), "utf8");
      return [name.replace(".md", ""), /## Example\n[^`]*```yaml\n([^`]*)```/.exec(text)?.[1] ?? ""];
    }),
  );
}
const triggerPages = recipesOf("triggers");
const kindPages = recipesOf("connections");

let stack: Awaited<ReturnType<typeof connectedEngines>>;
let engine: Engine;
let http: Awaited<ReturnType<typeof webhookReceiver>>;
let scopes: readonly string[];
let profile: { id: string; appId: string };
const recipes = new Map<string, string>();

beforeAll(async () => {
  stack = await connectedEngines({ connectors: toolboxConnectors({ filesFolder: "/nowhere" }) });
  engine = stack.first;
  http = await webhookReceiver(engine, () => stack.time.now());
  const all = [...Object.values(zoom.actions), ...Object.values(zoom.triggers)].flatMap((one) => one.scopes);
  scopes = [...new Set([...all, "report:read:list_history_meetings:admin"])].filter(
    (scope) => !scope.endsWith(":master"),
  );
  profile = await stack.newProfile("zoom-admin-oauth", "App", scopes);
  const events = Object.values(zoom.triggers).flatMap(({ event }) =>
    typeof event === "string" ? event : [],
  );
  const told = events.filter((event) => !event.startsWith("report.") && event !== "app_deauthorized");
  const url = `${http.url}/zoom/${profile.id}`;
  await subscribe(stack.owner, profile.appId, url, [...told, "meeting.participant_role_changed"]);
  await stack.owner.post(`/marketplace/apps/${profile.appId}`, { deauthorization_url: url });
  const { id } = await engine.connections.create({ name: "zoom", connector: "zoom", profileId: profile.id });
  await stack.connect(id, accountOwner);
});
afterAll(async () => {
  await http?.close();
  await stack?.close();
});

/** What was told has come, and its jobs are done; and once more, as jobs do things that are told. */
async function rest(): Promise<void> {
  for (let time = 0; time < 2; time += 1) {
    await stack.control("GET", "/deliveries?settled");
    await engine.idle();
  }
}

/** Minute by minute: what is on the wire must not grow old, nor a token that a job is just using. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 120_000) {
    await stack.control("GET", "/deliveries?settled");
    await engine.idle();
    stack.time.advance(Math.min(left, 120_000));
    await stack.sandbox.clock.advance(Math.min(left, 120_000));
  }
}

/** People of the account, with an app that is not Greenroom's, and a token that is fresh. */
async function people(): Promise<People> {
  const { token } = await onlooker(stack.sandbox.url, scopes);
  const authorization = { authorization: `Bearer ${token}` };
  return {
    api: <T>(method: string, path: string, body?: object) =>
      call<T>(method, `${stack.sandbox.url}/v2${path}`, body, authorization),
    act: (path, body = {}) => stack.control("POST", path, body),
    emit: (event, payload) => stack.control("POST", "/events", { event, payload }),
    page: (path, fields) => stack.owner.post(path, fields),
    ...{ pass, rest },
  };
}

async function start(source: string): Promise<string> {
  const { id } = await engine.recipes.create(source);
  await engine.recipes.start(id);
  return id;
}

/** The owner adds an app to the account, as its page's Add button does. */
async function addApp(appId: string): Promise<void> {
  const { apps } = await stack.control<{ apps: (AppCredentials & { redirect_urls: string[] })[] }>(
    "GET",
    "/apps",
  );
  const app = apps.find(({ id }) => id === appId);
  const redirect_uri = app?.redirect_urls[0] ?? "";
  const query = { response_type: "code", client_id: app?.client_id ?? "", redirect_uri };
  const back = await consent(
    `${stack.sandbox.url}/oauth/authorize?${new URLSearchParams(query)}`,
    accountOwner,
  );
  const code = back.searchParams.get("code") ?? "";
  const given = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri });
  const basic = btoa(`${app?.client_id}:${app?.client_secret}`);
  await call("POST", `${stack.sandbox.url}/oauth/token?${given}`, undefined, {
    authorization: `Basic ${basic}`,
  });
}

/** How its jobs ended; of those that did not succeed, why. */
async function outcomes(recipeId: string): Promise<string[]> {
  const { items } = await engine.queries.listJobs({ recipeId, limit: 50 });
  return await Promise.all(
    items.map(async ({ id, state }) => {
      const { error } = await engine.queries.getJob(id);
      return error ? `${state}: ${error.message}` : state;
    }),
  );
}

test("each trigger and each way to connect has a page with a recipe", () => {
  expect([...triggerPages.keys()].toSorted()).toEqual(Object.keys(zoom.triggers).toSorted());
  expect([...kindPages.keys()].toSorted()).toEqual(zoom.connections?.map(({ id }) => id).toSorted());
});

test("the recipe of every trigger's page starts when that happens at Zoom, and does what it says", async () => {
  for (const [id, source] of triggerPages) recipes.set(id, await start(source));
  await engine.triggers.runDue();
  await dayAtZoom(people);

  // Somebody else adds the app, and removes it.
  const hana = await signIn(stack.sandbox.url, "hana@acme.example");
  const { id } = await engine.connections.create({ name: "hana", connector: "zoom", profileId: profile.id });
  await stack.connect(id, "hana@acme.example");
  await hana.get("/marketplace/added");
  await hana.post(`/marketplace/added/${profile.appId}/remove`, { reason: "Done" });
  // And asks for another.
  const redirect = "http://127.0.0.1:9/oauth/callback";
  const wished = await createApp(stack.owner, stack.sandbox.url, redirect);
  await stack.owner.post(`/marketplace/apps/${wished.id}`, { needs_approval: "true" });
  const query = { response_type: "code", client_id: wished.client_id, redirect_uri: redirect };
  await hana.get(`/oauth/authorize?${new URLSearchParams(query)}`);
  await hana.post("/oauth/authorize", { ...query, decision: "request", reason: "For the sales team" });
  await hana.post("/signout", {});
  await rest();
  await pass(3_600_000);
  await engine.triggers.runDue();
  await rest();
  const ended = await Promise.all(
    [...recipes].map(async ([name, recipeId]) => [name, [...new Set(await outcomes(recipeId))]] as const),
  );
  expect(Object.fromEntries(ended.filter(([, how]) => how.join() !== "succeeded"))).toEqual({});
}, 240_000);

test("the recipe of each connection kind's page runs by such a connection", async () => {
  const named = {
    "zoom-user-oauth": ["my-zoom", ["user:read:user", "meeting:write:meeting"]],
    "zoom-server-to-server": ["whole-account", ["user:read:user:admin", "user:read:list_users:admin"]],
    "zoom-chatbot": ["bot", []],
  } as const;
  const started = new Map<string, string>();
  for (const [id, source] of kindPages) {
    if (id !== "zoom-admin-oauth") {
      const [name, wanted] = named[id as keyof typeof named];
      const own = await stack.newProfile(id as keyof typeof named, name, wanted);
      const made = await engine.connections.create({ name, connector: "zoom", profileId: own.id });
      await stack.connect(made.id, accountOwner);
      if (id === "zoom-chatbot") {
        await subscribe(stack.owner, own.appId, `${http.url}/zoom/${own.id}`, ["bot_notification"]);
        await addApp(own.appId);
      }
    }
    const { id: recipeId } = await engine.recipes.create(source);
    started.set(id, recipeId);
    if (source.includes("use: recipe/called"))
      await engine.testRuns.start(recipeId, { from: "hand", payload: {} }, { allow: ["create"] });
    else await engine.recipes.start(recipeId);
  }
  const { api, emit } = await people();
  await api("POST", `/users/${accountOwner}/meetings`, { topic: "Of one kind", type: 3 });
  const { jid } = await api<{ jid: string }>("POST", `/chat/users/${accountOwner}/channels`, {
    ...{ name: "Bots", type: 3 },
  });
  const { account } = await stack.control<{ account: { id: string } }>("GET", "/state?full");
  await emit("bot_notification", {
    ...{
      accountId: account.id,
      toJid: jid,
      userJid: "ada@xmpp.zoom.us",
      userName: "Ada",
      cmd: "hello",
      object: {},
    },
  });
  await rest();
  for (const [id, recipeId] of started)
    expect([id, new Set(await outcomes(recipeId))]).toEqual([id, new Set(["succeeded"])]);
  const history = await api("GET", `/chat/users/${accountOwner}/messages?to_channel=${jid.split("@")[0]}`);
  expect(JSON.stringify(history)).toContain("Hello Ada, you said “hello”.");
}, 60_000);
