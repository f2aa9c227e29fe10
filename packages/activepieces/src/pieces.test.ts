/**
 * Unmodified pieces from npm, doing real work: with Greenroom's store and files, and over real HTTP against small
 * stand-ins of the services that they call. Without the registry these tests are skipped, and say so.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type AppProfile,
  type Connector,
  ConnectorError,
  type FileRef,
  type OpenFile,
  runAction,
  Secret,
} from "@greenroom/connector-kit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addPiece, loadPieces } from "./index.ts";

const pieces = [
  "store@0.6.20",
  "image-helper@0.1.21",
  "mastodon@0.3.0",
  "wordpress@0.7.0",
  "woocommerce@0.4.0",
  "zoho-books@0.2.0",
];
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const reachable =
  spawnSync(npm, ["view", "@activepieces/piece-store", "name", "--prefer-online"], {
    timeout: 30_000,
    shell: process.platform === "win32",
  }).status === 0;
if (!reachable) console.warn("The npm registry cannot be reached: the tests of real pieces are skipped.");

const home = mkdtempSync(join(tmpdir(), "greenroom-pieces-"));
const saved = join(home, "saved");
let connectors: ReadonlyMap<string, Connector>;
let service: Server;
let url: string;
let seen: {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: any;
}[];
let answer: (request: (typeof seen)[0]) => { status?: number; body?: unknown };

/** The stand-in has the place of Zoho's sign-in, whose address the piece has in it. */
const atService: typeof globalThis.fetch = (input, init) => {
  const { host, pathname, search, href } = new URL(input instanceof Request ? input.url : input);
  return fetch(host === "accounts.zoho.eu" ? url + pathname + search : href, init);
};

const load = () =>
  new Map(
    loadPieces({
      ...{ home, fetch: atService, allowPrivateNetworks: true },
      async saveFile({ path, bytes }) {
        mkdirSync(dirname(join(saved, path)), { recursive: true });
        writeFileSync(join(saved, path), bytes);
        return {
          connector: "files",
          url: `files:/${path}`,
          name: path.split("/").at(-1) ?? "",
          mediaType: "image/png",
          size: bytes.length,
        };
      },
    }).map((one) => [one.id, one]),
  );

beforeAll(async () => {
  service = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://service");
      const text = Buffer.concat(chunks).toString();
      const one = {
        method: request.method ?? "",
        path,
        query,
        authorization: request.headers.authorization,
        body: text.startsWith("{") ? JSON.parse(text) : text,
      };
      seen.push(one);
      const { status = 200, body = {} } = answer(one);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  if (!reachable) return;
  for (const piece of pieces) await addPiece({ home, spec: `@activepieces/piece-${piece}`, npm });
  connectors = load();
}, 300_000);
afterAll(() => {
  service.closeAllConnections();
  service.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  seen = [];
  answer = () => ({});
});

function connector(id: string): Connector {
  const found = connectors.get(id);
  if (!found) throw new Error(`no connector ${id}`);
  return found;
}

function connected(id: string, form: Readonly<Record<string, string>> = {}) {
  const one = connector(id);
  const [kind] = one.connections ?? [];
  const profile: AppProfile = Object.fromEntries(
    (kind?.profileFields ?? []).map(({ name, type, default: fallback = "" }) => [
      name,
      type === "secret" ? new Secret(form[name] ?? "") : (form[name] ?? fallback),
    ]),
  );
  const client = one.createClient({ profile, kind: kind?.id, accessToken: undefined });
  return {
    client,
    identify: async () => await kind?.identify(client),
    run: async (action: string, input: object, options: { openFile?: OpenFile; key?: string } = {}) => {
      const found = one.actions[action];
      if (!found) throw new Error(`${id} has ${Object.keys(one.actions).join(", ")}`);
      const given = { client, input, idempotencyKey: options.key ?? "job-1:steps.0" };
      return (await runAction(found, {
        ...given,
        ...(options.openFile && { openFile: options.openFile }),
      })) as any;
    },
    look: async (trigger: string, cursor: unknown, config: object = {}) => {
      const found = one.triggers[trigger];
      if (found?.kind !== "polling") throw new Error(`${id} has ${Object.keys(one.triggers).join(", ")}`);
      return await found.poll({
        client,
        cursor,
        config: found.config.parse(config),
        now: new Date(),
        accountId: "",
        signal: new AbortController().signal,
      });
    },
  };
}

const failure = async (promise: Promise<unknown>): Promise<ConnectorError> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof ConnectorError) return error;
  throw new Error("expected a ConnectorError", { cause: error });
};

describe.skipIf(!reachable)("pieces from npm", () => {
  it("are connectors with ids, titles, effects and fields that are known before one of them runs", () => {
    expect([...connectors.keys()]).toEqual([
      "piece-image-helper",
      "piece-mastodon",
      "piece-store",
      "piece-woocommerce",
      "piece-wordpress",
      "piece-zoho-books",
    ]);
    const { title, actions } = connector("piece-store");
    expect([title, Object.keys(actions)]).toEqual([
      "Storage",
      ["get", "put", "append", "remove-value", "add-to-list", "remove-from-list"],
    ]);
    expect([actions["get"]?.effect, actions["put"]?.effect, actions["remove-value"]?.effect]).toEqual([
      "read",
      "create",
      "delete",
    ]);
    expect(connector("piece-wordpress").connections?.[0]).toMatchObject({
      type: "form",
      profileFields: expect.arrayContaining([
        expect.objectContaining({ name: "password", type: "secret", required: true }),
      ]),
    });
  });

  describe("store", () => {
    it("keeps values over calls, starts and jobs, each in its scope", async () => {
      const { run } = connected("piece-store");
      await run("put", { key: "count", value: "5" });
      await run("put", { key: "count", value: "run's own", store_scope: "RUN" }, { key: "job-1:steps.1" });
      expect(await run("get", { key: "count" })).toBe("5");
      expect(await run("get", { key: "count", store_scope: "RUN" }, { key: "job-1:steps.2" })).toBe(
        "run's own",
      );
      expect(await run("get", { key: "count", store_scope: "RUN" }, { key: "job-2:steps.0" })).toBeNull();
      await run("append", { key: "count", value: "6", separator: "," });
      connectors = load();
      expect(await connected("piece-store").run("get", { key: "count" })).toBe("5,6");
      await run("remove-value", { key: "count" });
      expect(await run("get", { key: "count", defaultValue: "none" })).toBe("none");
    });

    it("loses nothing when several write at once", async () => {
      const { run } = connected("piece-store");
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => run("put", { key: `k${index}`, value: String(index) })),
      );
      expect(
        await Promise.all(Array.from({ length: 8 }, (_, index) => run("get", { key: `k${index}` }))),
      ).toEqual(Array.from({ length: 8 }, (_, index) => String(index)));
    });

    it("is told what is wrong with its input before it runs", async () => {
      const error = await failure(connected("piece-store").run("put", { kye: "a", value: "b" }));
      expect(error.kind).toBe("invalid-input");
      expect(error.fields.map(({ field }) => field)).toEqual(expect.arrayContaining(["key", "kye"]));
    });
  });

  it("image-helper reads a file that an earlier step gave, and gives one for later steps", async () => {
    // A PNG of one pixel.
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const image: FileRef = {
      connector: "files",
      url: "files:/a.png",
      name: "a.png",
      mediaType: "image/png",
      size: png.length,
    };
    const openFile: OpenFile = async (_, from) => ({
      body: new Blob([new Uint8Array(png.subarray(from))]).stream(),
      mediaType: "image/png",
      size: png.length,
    });
    const { run } = connected("piece-image-helper");
    const text = await run("image-to-base64", { image }, { openFile });
    expect(text).toBe(`data:image/png;base64,${png.toString("base64")}`);
    const resized = await run(
      "resize-image",
      { image, width: 8, height: 4, resultFileName: "big" },
      { openFile },
    );
    expect(resized).toMatchObject({ connector: "files", name: "big.png" });
    const bytes = readFileSync(join(saved, resized.url.replace("files:/", "")));
    expect([bytes.subarray(1, 4).toString(), bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([
      "PNG",
      8,
      4,
    ]);
  });

  it("mastodon, an old piece, posts with the credentials of its form", async () => {
    answer = () => ({ body: { id: "1" } });
    const { run } = connected("piece-mastodon", { base_url: `${url}/`, access_token: "t-1" });
    expect(await run("post-status", { status: "Hello" })).toMatchObject({ status: 200, body: { id: "1" } });
    expect(seen).toMatchObject([
      { method: "POST", path: "/api/v1/statuses", authorization: "Bearer t-1", body: { status: "Hello" } },
    ]);
    answer = () => ({ status: 401, body: { error: "The access token is invalid" } });
    const error = await failure(run("post-status", { status: "Hello" }));
    expect(error).toMatchObject({ kind: "forbidden", code: "piece.401" });
    expect(error.message).toContain("The access token is invalid");
    answer = () => ({ status: 502 });
    expect((await failure(run("post-status", { status: "Hello" }))).kind).toBe("outcome-unknown");
  });

  it("wordpress, a new piece, posts, reads, and its trigger finds each new post once", async () => {
    const posts = [{ id: 1, date: "2026-11-20T10:00:00Z", title: { rendered: "Old" } }];
    answer = ({ method, path, query, body }) => {
      if (path !== "/wp-json/wp/v2/posts") return {};
      if (method === "POST") return { status: 201, body: { id: 9, ...body } };
      return { body: posts.filter(({ date }) => date > (query.get("after") ?? "")).toReversed() };
    };
    const site = connected("piece-wordpress", { website_url: url, username: "ada", password: "app pass" });
    const posted = await site.run("create-post", { title: "Webinar", content: "<p>Hi</p>", status: "draft" });
    expect(posted.body).toMatchObject({ id: 9, title: "Webinar", status: "draft" });
    const basic = `Basic ${Buffer.from("ada:app pass").toString("base64")}`;
    expect(seen.findLast(({ method }) => method === "POST")).toMatchObject({ authorization: basic });
    const first = await site.look("new-post", undefined);
    expect(first.events).toEqual([]);
    const soon = new Date(Date.now() + 60_000).toISOString();
    posts.push({ id: 2, date: soon, title: { rendered: "New" } });
    const second = await site.look("new-post", first.cursor);
    expect(second.events.map(({ payload }) => payload["id"])).toEqual([2]);
    // The same look again, as after a crash, is the same event.
    expect((await site.look("new-post", first.cursor)).events[0]?.dedupeKey).toBe(
      second.events[0]?.dedupeKey,
    );
    expect((await site.look("new-post", second.cursor)).events).toEqual([]);
  });

  it("woocommerce finds a customer with its keys", async () => {
    answer = () => ({ body: [{ id: 7, email: "ada@acme.example" }] });
    const shop = connected("piece-woocommerce", { baseUrl: url, consumerKey: "ck", consumerSecret: "cs" });
    expect(await shop.run("find-customer", { email: "ada@acme.example" })).toEqual([
      { id: 7, email: "ada@acme.example" },
    ]);
    expect(seen[0]).toMatchObject({
      path: "/wp-json/wc/v3/customers",
      authorization: `Basic ${Buffer.from("ck:cs").toString("base64")}`,
    });
  });

  it("woocommerce tells the shop a recipe's address, takes in what the shop calls it with, and takes it back", async () => {
    answer = ({ method }) => (method === "POST" ? { status: 201, body: { id: 55 } } : {});
    const { client } = connected("piece-woocommerce", {
      baseUrl: url,
      consumerKey: "ck",
      consumerSecret: "cs",
    });
    const trigger = connector("piece-woocommerce").triggers["woocommerce-trigger-order-created"];
    if (trigger?.kind !== "hook" || !trigger.subscription) throw new Error("no subscription");
    const { subscription } = trigger;
    const at = {
      client,
      config: {},
      url: "https://greenroom.example/hooks/t",
      signal: new AbortController().signal,
    };
    const state = await subscription.subscribe(at);
    expect(seen[0]).toMatchObject({ method: "POST", path: "/wp-json/wc/v3/webhooks" });
    expect(JSON.stringify(seen[0]?.body)).toContain("https://greenroom.example/hooks/t");
    const call = (text: string, headers: Record<string, string>) =>
      subscription.receive({
        ...{
          client,
          config: {},
          state,
          method: "POST",
          query: new URLSearchParams(),
          secret: new Secret("s"),
          now: new Date(),
        },
        ...{ headers: new Headers(headers), body: new TextEncoder().encode(text) },
      });
    const order = {
      "content-type": "application/json",
      "x-wc-webhook-id": "55",
      "x-wc-webhook-delivery-id": "d-1",
    };
    const taken = await call('{"id":17,"total":"2.000"}', order);
    expect(taken).toMatchObject({
      status: 202,
      event: { dedupeKey: "x-wc-webhook-delivery-id d-1", payload: { id: 17 } },
    });
    // The shop tries the address with its webhook's number, and that is no event.
    expect(
      (await call("webhook_id=55", { "content-type": "application/x-www-form-urlencoded" })).event,
    ).toBeUndefined();
    await subscription.unsubscribe({ ...at, state });
    expect(seen.at(-1)).toMatchObject({ method: "DELETE", path: "/wp-json/wc/v3/webhooks/55" });
  });

  it("zoho-books is connected by a person in a browser, calls with the token where it was told to, and gets a new one", async () => {
    const grants: URLSearchParams[] = [];
    let refused = false;
    answer = ({ path, body, authorization }) => {
      if (path === "/books/v3/contacts") return { body: { contacts: [], by: authorization } };
      if (path !== "/oauth/v2/token") return { status: 404 };
      const given = new URLSearchParams(body);
      grants.push(given);
      if (refused) return { status: 400, body: { error: "invalid_grant" } };
      const first = given.get("grant_type") === "authorization_code";
      // Zoho: a refresh gives no new refresh token, and the token's kind is not always said.
      if (!first) return { body: { access_token: "at-2", expires_in: 3600 } };
      const token = { access_token: "at-1", refresh_token: "rt-1", expires_in: 3600, api_domain: url };
      return { body: { ...token, token_type: "Zoho-oauthtoken" } };
    };
    const piece = connector("piece-zoho-books");
    const [kind] = piece.connections ?? [];
    if (kind?.type !== "browser") throw new Error("no way to connect in a browser");
    expect(kind.profileFields.map(({ name, type, place }) => [name, type, place])).toEqual([
      ["client_id", "text", undefined],
      ["client_secret", "secret", undefined],
      ["location", "select", true],
    ]);
    const profile = { client_id: "app-1", client_secret: new Secret("s-1"), location: "zoho.eu" };
    const redirectUri = "https://greenroom.example/oauth/callback";
    const { authorizationUrl, state, codeVerifier } = await kind.begin({ profile, redirectUri });
    const asked = new URL(authorizationUrl);
    expect(asked.origin + asked.pathname).toBe("https://accounts.zoho.eu/oauth/v2/auth");
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      ...{ response_type: "code", client_id: "app-1", redirect_uri: redirectUri, state },
      ...{ scope: "ZohoBooks.fullaccess.all", access_type: "offline" },
    });

    const callbackUrl = new URL(`${redirectUri}?code=c-1&state=${state}`);
    const back = { profile, redirectUri, callbackUrl, state, codeVerifier, now: new Date() };
    await expect(kind.complete({ ...back, state: "another" })).rejects.toThrow();
    expect(grants).toEqual([]);
    const tokens = await kind.complete(back);
    expect(Object.fromEntries(grants[0] ?? [])).toMatchObject({
      ...{ grant_type: "authorization_code", code: "c-1", redirect_uri: redirectUri },
      ...{ client_id: "app-1", client_secret: "s-1" },
    });
    const runWith = async ({ accessToken }: typeof tokens) => {
      const source = async () => ({ accessToken, apiUrl: undefined });
      const client = piece.createClient({ profile, kind: kind.id, accessToken: source });
      const action = piece.actions["custom-api-call"];
      if (!action) throw new Error(`it has ${Object.keys(piece.actions).join(", ")}`);
      const input = { url: { url: "/contacts" }, method: "GET", headers: {}, queryParams: {} };
      return (await runAction(action, { client, input, idempotencyKey: "job-1:steps.0" })) as any;
    };
    expect((await runWith(tokens)).body.by).toBe("Zoho-oauthtoken at-1");

    const fresh = await kind.refresh({ profile, tokens, now: new Date() });
    expect(Object.fromEntries(grants[1] ?? [])).toMatchObject({
      grant_type: "refresh_token",
      refresh_token: "rt-1",
    });
    expect(fresh.refreshToken?.reveal()).toBe("rt-1");
    expect((await runWith(fresh)).body.by).toBe("Zoho-oauthtoken at-2");
    refused = true;
    expect((await failure(kind.refresh({ profile, tokens: fresh, now: new Date() }))).kind).toBe("reconnect");
  });

  it("a piece is replaced by another version, and what is none is refused and leaves nothing", async () => {
    const again = await addPiece({ home, spec: "@activepieces/piece-store@0.6.20", npm });
    expect(again).toEqual({
      id: "piece-store",
      package: "@activepieces/piece-store",
      version: "0.6.20",
      title: "Storage",
      actions: 6,
      triggers: 0,
    });
    expect(await failure(addPiece({ home, spec: "@activepieces/piece-store@99.0.0", npm }))).toMatchObject({
      fields: [{ field: "spec" }],
    });
    expect(await failure(addPiece({ home, spec: "--global", npm }))).toMatchObject({ kind: "invalid-input" });
    expect(await failure(addPiece({ home, spec: "zod@4.6.7", npm }))).toMatchObject({
      message: expect.stringContaining("exports no piece"),
    });
    expect(readdirSync(join(home, "connectors")).filter((name) => !name.startsWith("piece-"))).toEqual([
      "stores",
    ]);
  });
});

it("a broken folder of a piece is told of, and the others are loaded", async () => {
  mkdirSync(join(home, "connectors", "piece-broken"), { recursive: true });
  writeFileSync(join(home, "connectors", "piece-broken", "greenroom.json"), "{");
  const told: string[] = [];
  const saveFile = () => Promise.reject(new Error("none"));
  const options = { home, fetch: globalThis.fetch, allowPrivateNetworks: true, saveFile };
  const loaded = loadPieces({ ...options, onBroken: (name) => told.push(name) });
  expect(told).toEqual(["piece-broken"]);
  expect(loaded.length).toBe(reachable ? pieces.length : 0);
  rmSync(join(home, "connectors", "piece-broken"), { recursive: true });
  const fixture = await addPiece({ home, spec: join(import.meta.dirname, "fixtures", "piece-bad"), npm });
  expect(fixture).toMatchObject({ id: "piece-bad", title: "Bad", version: "1.0.0" });
  expect(loadPieces(options).map(({ id }) => id)).toContain("piece-bad");
});
