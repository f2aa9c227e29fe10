/** The authorize endpoint and its pages: addresses, scopes, roles, approval by an admin. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { withQuery } from "../portal/with-query.ts";
import {
  call,
  connect,
  consent,
  json,
  type MadeApp,
  makeApp,
  pkce,
  postToken,
  receiver,
  REDIRECT,
  type Visitor,
  visit,
} from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;
let hana: Visitor;
let app: MadeApp;
const SCOPES = ["user:read:user:admin", "role:read:list_roles:admin", "meeting:read:meeting:admin"];

beforeEach(async () => {
  sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  hana = await visit(sandbox.url, "hana@acme.example");
  app = await makeApp(sandbox.url, owner, SCOPES);
});
afterEach(() => sandbox.close());

const change = (fields: Record<string, string>) => owner.post(`/marketplace/apps/${app.id}`, fields);
const ask = (redirect_uri: string, more: Record<string, string> = {}): string =>
  withQuery("/oauth/authorize", { response_type: "code", client_id: app.client_id, redirect_uri, ...more });
const accepted = async (redirect_uri: string): Promise<boolean> =>
  (await owner.get(ask(redirect_uri))).status === 200;
const settings = (body: object) =>
  fetch(`${sandbox.url}/_sandbox/settings`, { method: "PUT", body: JSON.stringify(body) });

test("strict mode wants the very address, the subdomain check the same host, neither allows subdomains", async () => {
  const given = [
    "https://app.example/oauth",
    "https://app.example/oauth/callback",
    "https://eu.app.example/oauth",
    "https://app.example/other",
    "https://evilapp.example/oauth",
    "https://app.example.evil/oauth",
    "http://app.example/oauth",
    "https://app.example:8443/oauth",
    "https://app.example@evil.example/oauth",
  ];
  const verdicts = async (redirect_matching: string) => {
    await change({ redirect_urls: "https://app.example/oauth", redirect_matching });
    return Promise.all(given.map(accepted));
  };
  const no = [false, false, false, false, false, false];
  expect(await verdicts("exact")).toEqual([true, false, false, ...no]);
  expect(await verdicts("subdomain")).toEqual([true, true, false, ...no]);
  expect(await verdicts("prefix")).toEqual([true, true, true, ...no]);
});

test("on 127.0.0.1 any port will do, and the token request must name the port that was used", async () => {
  const other = "http://127.0.0.1:54321/callback";
  for (const trick of [
    ...["HTTP://127.0.0.1:9/callback", "http://127.0.0.1:9/x/../callback", "http://0x7f.1:9/callback"],
    ...["http://127.0.0.1:9@evil.example/callback", "http://127.0.0.1:9\\@evil.example/callback"],
    ...[
      "http://user@127.0.0.1:9/callback",
      "http://127.0.0.1:9/callback#f",
      "http://127.0.0.1:999999/callback",
    ],
  ])
    expect([trick, await accepted(trick)]).toEqual([trick, false]);
  expect([await accepted(other), await accepted("http://127.0.0.1:54321/other")]).toEqual([true, false]);
  const code = (await consent(owner, app, { redirect_uri: other })).searchParams.get("code") ?? "";
  const exchange = (redirect_uri: string) =>
    postToken(sandbox.url, app, { grant_type: "authorization_code", code, redirect_uri });
  const refused = await exchange(REDIRECT);
  expect([refused.status, await json(refused)]).toEqual([
    400,
    { reason: "Redirect URI mismatch.", error: "invalid_request" },
  ]);
  expect((await exchange(other)).status).toBe(200);
});

test("an unknown or disabled app is refused as JSON in the browser, with the code", async () => {
  const unknown = await owner.get(ask(REDIRECT, { client_id: "nobody" }));
  expect([unknown.status, await json(unknown)]).toEqual([
    400,
    { status: false, errorCode: 4702, errorMessage: "Invalid client_id: nobody", result: null },
  ]);
  await owner.post(`/marketplace/apps/${app.id}/activation`, { active: "false" });
  expect(await json(await owner.get(ask(REDIRECT)))).toMatchObject({ errorCode: 4717 });
});

test("a scope parameter may ask for less; one that the app does not have is refused", async () => {
  const less = await consent(owner, app, { scope: "user:read:user:admin" });
  const answer = await postToken(sandbox.url, app, {
    ...{
      grant_type: "authorization_code",
      code: less.searchParams.get("code") ?? "",
      redirect_uri: REDIRECT,
    },
  });
  expect(await json(answer)).toMatchObject({ scope: "user:read:user:admin" });
  for (const scope of ["user:read:nonsense", "user:read:user:admin,webinar:read:webinar"]) {
    expect((await consent(owner, app, { scope })).searchParams.get("error")).toBe("invalid_scope");
  }
});

test("a wrong response type and a wrong PKCE method come back to the app with the state", async () => {
  const wrong: [Record<string, string>, string][] = [
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ code_challenge: "x", code_challenge_method: "S512" }, "invalid_request"],
    // A challenge that got lost must not leave the code unprotected without a word.
    [{ code_challenge_method: "S256" }, "invalid_request"],
    [{ code_challenge: "" }, "invalid_request"],
  ];
  for (const [more, error] of wrong) {
    const back = await consent(owner, app, more);
    expect([back.searchParams.get("error"), back.searchParams.get("state")]).toEqual([error, "s1"]);
  }
});

test("the person's role decides which scopes over the account are given, and the page says which are not", async () => {
  const page = await (await hana.get(ask(REDIRECT))).text();
  const [given = "", withheld = ""] = page.split("Not given");
  expect(given).toContain("meeting:read:meeting:admin");
  expect(withheld).toContain("role:read:list_roles:admin");
  const tokens = await connect(sandbox.url, hana, app);
  expect(tokens.scope).toBe("user:read:user:admin meeting:read:meeting:admin");
  expect((await connect(sandbox.url, owner, app)).scope).toBe(SCOPES.join(" "));
});

test("a person whose role gives nothing of what the app asks for cannot allow it", async () => {
  await change({ scopes: "role:read:list_roles:admin" });
  const page = await (await hana.get(ask(REDIRECT))).text();
  expect(page).toContain("Your role gives this app nothing");
  expect(page).not.toContain(">Allow<");
  expect((await consent(hana, app)).searchParams.has("code")).toBe(false);
  expect((await consent(owner, app)).searchParams.has("code")).toBe(true);
});

test("a role change changes at once what a token may do", async () => {
  const made = await owner.post("/portal/roles", { name: "Lists roles", description: "" });
  const role = /\/portal\/roles\/([^?]+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  await owner.post(`/portal/roles/${role}/settings`, { privileges: ["Role:Read", "User:Read"] });
  await owner.post(`/portal/roles/${role}/members`, { emails: "hana@acme.example" });
  const { access_token } = await connect(sandbox.url, hana, app);
  const status = async (path: string) => (await call(sandbox.url, access_token, "GET", path)).status;
  expect([await status("/roles"), await status("/users/luis@acme.example")]).toEqual([200, 200]);
  await owner.post(`/portal/roles/${role}/settings`, { privileges: ["User:Read"] });
  expect([await status("/roles"), await status("/users/luis@acme.example")]).toEqual([400, 200]);
  await owner.post(`/portal/roles/${role}/delete`, {});
  expect([await status("/users/me"), await status("/users/luis@acme.example")]).toEqual([200, 400]);
});

test("a user-managed app's token acts for its person alone", async () => {
  const own = await makeApp(sandbox.url, owner, ["user:read:user"], "user_managed");
  const { access_token } = await connect(sandbox.url, owner, own);
  expect((await call(sandbox.url, access_token, "GET", "/users/me")).status).toBe(200);
  const other = await call(sandbox.url, access_token, "GET", "/users/hana@acme.example");
  expect([other.status, await json(other)]).toMatchObject([400, { code: 4711 }]);
});

test("a public client sends no secret, and must use PKCE", async () => {
  const { verifier, challenge } = pkce();
  const challenged = { code_challenge: challenge, code_challenge_method: "S256" };
  const post = (fields: Record<string, string>) =>
    fetch(`${sandbox.url}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({ client_id: app.client_id, ...fields }),
    });
  const exchange = async () => {
    const code = (await consent(owner, app, challenged)).searchParams.get("code") ?? "";
    return post({ grant_type: "authorization_code", code, redirect_uri: REDIRECT, code_verifier: verifier });
  };
  expect(await json(await exchange())).toMatchObject({ error: "invalid_client" });
  await change({ public_client: "true" });
  expect((await consent(owner, app)).searchParams.get("error")).toBe("invalid_request");
  const answer = await exchange();
  expect(answer.status).toBe(200);
  const { refresh_token } = (await json(answer)) as { refresh_token: string };
  expect((await post({ grant_type: "refresh_token", refresh_token })).status).toBe(200);
  expect(await json(await post({ grant_type: "client_credentials" }))).toMatchObject({
    error: "invalid_client",
  });
});

test("an app that needs approval: a person asks, an admin hears of it and approves, then consent works", async () => {
  await using hook = await receiver("");
  const listener = await makeApp(
    sandbox.url,
    owner,
    ["marketplace:read:app_request:admin"],
    "server_to_server",
  );
  hook.secret = listener.secret_token;
  await owner.post(`/marketplace/apps/${listener.id}/subscriptions`, {
    ...{ name: "Requests", url: hook.url, events: "app.authorization_request_created" },
  });
  await change({ needs_approval: "true" });
  const page = await (await hana.get(ask(REDIRECT))).text();
  expect(page).toContain("Request pre-approve");
  expect(page).not.toContain(">Allow<");
  expect((await consent(hana, app)).searchParams.get("code")).toBeNull();

  const query = { response_type: "code", client_id: app.client_id, redirect_uri: REDIRECT };
  await hana.post("/oauth/authorize", { ...query, decision: "request", reason: "For the sales team" });
  await hana.post("/oauth/authorize", { ...query, decision: "request", reason: "Again" });
  await sandbox.clock.advance(0);
  expect(await (await hana.get(ask(REDIRECT))).text()).toContain("Your request is with the admins");
  const [told, ...more] = hook.received.filter(({ event }) => event === "app.authorization_request_created");
  expect(more).toEqual([]);
  expect(JSON.parse(told?.body ?? "{}")).toMatchObject({
    payload: {
      ...{ app_name: "Greenroom", app_scopes: SCOPES, requester_name: "Hana Hale" },
      ...{ requester_department: "Sales", request_reason: "For the sales team" },
    },
  });

  expect((await hana.get("/marketplace/requests")).status).toBe(403);
  const requests = await (await owner.get("/marketplace/requests")).text();
  const path = /action="(\/marketplace\/requests\/[^"]+)\/approve"/.exec(requests)?.[1] ?? "";
  await owner.post(`${path}/decline`, {});
  expect(await (await hana.get(ask(REDIRECT))).text()).toContain("declined your earlier request");
  await owner.post(`${path}/approve`, {});
  expect((await connect(sandbox.url, hana, app)).access_token).toMatch(/^ey/);
  // Adam may edit the Marketplace: he needs nobody's approval. Luis does, until the app is approved for all.
  expect((await consent(await visit(sandbox.url, "adam@acme.example"), app)).searchParams.has("code")).toBe(
    true,
  );
  const luis = await visit(sandbox.url, "luis@acme.example");
  expect((await consent(luis, app)).searchParams.has("code")).toBe(false);
  await owner.post(`/marketplace/account/${app.id}/approval`, { approval: "all" });
  expect((await consent(luis, app)).searchParams.has("code")).toBe(true);
});

test("server-to-server tokens live side by side, or one at a time when so set", async () => {
  const s2s = await makeApp(sandbox.url, owner, ["user:read:list_users:admin"], "server_to_server");
  const grant = { grant_type: "account_credentials", account_id: s2s.account_id };
  const token = async () =>
    ((await json(await postToken(sandbox.url, s2s, grant))) as { access_token: string }).access_token;
  const status = async (given: string) => (await call(sandbox.url, given, "GET", "/users")).status;
  const [first, second] = [await token(), await token()];
  expect([await status(first), await status(second)]).toEqual([200, 200]);
  await settings({ serverToServerTokens: "one" });
  const third = await token();
  expect([await status(first), await status(second), await status(third)]).toEqual([401, 401, 200]);
});

test("a rotated client secret is refused from then on", async () => {
  await owner.post(`/marketplace/apps/${app.id}/secret`, {});
  const refused = await postToken(sandbox.url, app, { grant_type: "client_credentials" });
  expect([refused.status, await json(refused)]).toEqual([
    400,
    { reason: "Invalid client_id or client_secret", error: "invalid_client" },
  ]);
});
