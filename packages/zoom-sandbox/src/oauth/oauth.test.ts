import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { RunningSandbox } from "../options.ts";
import { createSandbox } from "../create-sandbox.ts";
import { withQuery } from "../portal/with-query.ts";
import type { MadeApp, Visitor } from "../visitor.test-kit.ts";
import {
  call,
  connect,
  consent,
  json,
  makeApp,
  pkce,
  postToken,
  REDIRECT,
  tokenAnswer,
  visit,
} from "../visitor.test-kit.ts";

const accessAnswer = z.looseObject({ access_token: z.string() });

let sandbox: RunningSandbox;
let owner: Visitor;
let app: MadeApp;

beforeEach(async () => {
  sandbox = await createSandbox({
    port: 0,
    company: "small",
    rateLimits: false,
    frozenAt: new Date("2026-11-23T12:00:00Z"),
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  app = await makeApp(sandbox.url, owner, ["user:read:user:admin", "role:read:list_roles:admin"]);
});
afterEach(() => sandbox.close());

const exchange = (code: string, more: Record<string, string> = {}) =>
  postToken(sandbox.url, app, { grant_type: "authorization_code", code, redirect_uri: REDIRECT, ...more });

test("Allowing an app gives tokens with the app's scopes that work at the API", async () => {
  const tokens = await connect(sandbox.url, owner, app);
  expect(tokens).toMatchObject({
    token_type: "bearer",
    expires_in: 3599,
    scope: "user:read:user:admin role:read:list_roles:admin",
    api_url: sandbox.url,
  });
  const me = await call(sandbox.url, tokens.access_token, "GET", "/users/me");
  expect(me.status).toBe(200);
  expect(await json(me)).toMatchObject({ email: "olivia@acme.example", role_name: "Owner" });
  expect(me.headers.get("x-ratelimit-category")).toBe("Light");
  expect(me.headers.get("x-zm-trackingid")).toMatch(/^v=2\.0;clid=\w+;rid=WEB_[0-9a-f]+$/);
});

test("A person who is not signed in is led to the sign-in page and back to consent", async () => {
  const path = withQuery("/oauth/authorize", {
    response_type: "code",
    client_id: app.client_id,
    redirect_uri: REDIRECT,
  });
  const answer = await fetch(sandbox.url + path, { redirect: "manual" });
  expect(answer.status).toBe(302);
  expect(new URL(answer.headers.get("location") ?? "", sandbox.url).searchParams.get("continue")).toBe(path);
  const page = await (await owner.get(path)).text();
  expect(page).toContain("user:read:user:admin");
  expect(page).toContain("Decline");
});

test("Signing in leads on to a page of the sandbox, and never elsewhere", async () => {
  const leads = async (path: string) => {
    const body = new URLSearchParams({ email: "hana@acme.example", password: "sandbox", continue: path });
    const answer = await fetch(`${sandbox.url}/signin`, { method: "POST", redirect: "manual", body });
    return new URL(answer.headers.get("location") ?? "", sandbox.url).href;
  };
  expect(await leads("/portal/users?q=a%20b#x")).toBe(`${sandbox.url}/portal/users?q=a%20b#x`);
  for (const path of [
    ...["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "https://evil.example"],
    ...["/.//evil.example", "/portal/../..//evil.example", "\t//evil.example", "javascript:alert(1)"],
  ])
    expect([path, await leads(path)]).toEqual([path, `${sandbox.url}/`]);
});

test("Codes and refresh tokens are for the app that they were given to, and one of many refreshes at once wins", async () => {
  const other = await makeApp(sandbox.url, owner, ["user:read:user:admin"]);
  const code = (await consent(owner, app)).searchParams.get("code") ?? "";
  const grant = { grant_type: "authorization_code", code, redirect_uri: REDIRECT };
  expect((await postToken(sandbox.url, other, grant)).status).toBe(400);
  const { access_token, refresh_token } = tokenAnswer.parse(await json(await exchange(code)));
  const refresh = (by: MadeApp, token: string) =>
    postToken(sandbox.url, by, { grant_type: "refresh_token", refresh_token: token });
  expect((await refresh(other, refresh_token)).status).toBe(400);
  expect((await refresh(app, access_token)).status).toBe(400);
  expect((await call(sandbox.url, refresh_token, "GET", "/users/me")).status).toBe(401);
  const all = await Promise.all(Array.from({ length: 8 }, () => refresh(app, refresh_token)));
  expect(all.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(7).fill(400)]);
});

test("Declining comes back with access_denied and the state, and stores nothing", async () => {
  const back = await consent(owner, app, { state: "abc" }, "decline");
  expect(back.searchParams.get("error")).toBe("access_denied");
  expect(back.searchParams.get("state")).toBe("abc");
  expect(await json(await fetch(`${sandbox.url}/_sandbox/apps`))).toMatchObject({ installs: [] });
});

test("A redirect address that is not on the app's list is refused in JSON", async () => {
  const query = {
    response_type: "code",
    client_id: app.client_id,
    redirect_uri: "https://evil.example/",
  };
  const answer = await owner.get(withQuery("/oauth/authorize", query));
  expect(await json(answer)).toEqual({
    status: false,
    errorCode: 4700,
    errorMessage: "Invalid redirect url",
    result: null,
  });
});

test("PKCE: the right verifier passes, a wrong or missing one is invalid_grant", async () => {
  const { verifier, challenge } = pkce();
  const ask = { code_challenge: challenge, code_challenge_method: "S256" };
  const code = async () => (await consent(owner, app, ask)).searchParams.get("code") ?? "";
  for (const given of [{}, { code_verifier: "wrong" }] as Record<string, string>[]) {
    const refused = await exchange(await code(), given);
    expect(refused.status).toBe(400);
    expect(await json(refused)).toMatchObject({ error: "invalid_grant" });
  }
  expect((await exchange(await code(), { code_verifier: verifier })).status).toBe(200);
  const unbound = (await consent(owner, app)).searchParams.get("code") ?? "";
  expect(await json(await exchange(unbound, { code_verifier: verifier }))).toMatchObject({
    error: "invalid_grant",
  });
  const plain = await consent(owner, app, { code_challenge: "plain-text" });
  const plainCode = plain.searchParams.get("code") ?? "";
  expect((await exchange(plainCode, { code_verifier: "plain-text" })).status).toBe(200);
});

test("A code works once and for five minutes", async () => {
  const code = (await consent(owner, app)).searchParams.get("code") ?? "";
  expect((await exchange(code)).status).toBe(200);
  const again = await exchange(code);
  expect(again.status).toBe(400);
  expect(await json(again)).toEqual({ reason: `Invalid authorization code ${code}`, error: "invalid_grant" });

  const late = (await consent(owner, app)).searchParams.get("code") ?? "";
  await sandbox.clock.advance(5 * 60_000);
  expect((await exchange(late)).status).toBe(400);
});

test("A refresh gives a new pair and the old refresh token is dead, unless a grace is set", async () => {
  const first = await connect(sandbox.url, owner, app);
  const refresh = (token: string) =>
    postToken(sandbox.url, app, { grant_type: "refresh_token", refresh_token: token });
  const second = await refresh(first.refresh_token);
  expect(second.status).toBe(200);
  const pair = tokenAnswer.parse(await json(second));
  expect(pair.refresh_token).not.toBe(first.refresh_token);
  const reused = await refresh(first.refresh_token);
  expect(reused.status).toBe(400);
  expect(await json(reused)).toEqual({ reason: "Invalid Token!", error: "invalid_grant" });

  await fetch(`${sandbox.url}/_sandbox/settings`, {
    method: "PUT",
    body: JSON.stringify({ refreshGraceMs: 60_000 }),
  });
  expect((await refresh(pair.refresh_token)).status).toBe(200);
  expect((await refresh(pair.refresh_token)).status).toBe(200);
  await sandbox.clock.advance(60_000);
  expect((await refresh(pair.refresh_token)).status).toBe(400);
});

test("An access token expires after an hour and a refresh token after 90 days", async () => {
  const tokens = await connect(sandbox.url, owner, app);
  await sandbox.clock.advance(3_600_000);
  const expired = await call(sandbox.url, tokens.access_token, "GET", "/users/me");
  expect(expired.status).toBe(401);
  expect(await json(expired)).toEqual({ code: 124, message: "Access token is expired." });
  await sandbox.clock.advance(90 * 86_400_000);
  const refreshed = await postToken(sandbox.url, app, {
    grant_type: "refresh_token",
    refresh_token: tokens.refresh_token,
  });
  expect(refreshed.status).toBe(400);
});

test("Authorising the same app again kills the earlier tokens", async () => {
  const first = await connect(sandbox.url, owner, app);
  const second = await connect(sandbox.url, owner, app);
  expect((await call(sandbox.url, first.access_token, "GET", "/users/me")).status).toBe(401);
  expect((await call(sandbox.url, second.access_token, "GET", "/users/me")).status).toBe(200);
  // What the app got for itself is not the person's, and lives on.
  const bot = await makeApp(sandbox.url, owner, ["user:read:user:admin", "imchat:bot"]);
  const own = accessAnswer.parse(
    await json(await postToken(sandbox.url, bot, { grant_type: "client_credentials" })),
  );
  await connect(sandbox.url, owner, bot);
  expect((await call(sandbox.url, own.access_token, "POST", "/im/chat/messages", {})).status).toBe(400);
});

test("Revoking one token kills the connection's others too", async () => {
  const tokens = await connect(sandbox.url, owner, app);
  const revoked = await postToken(sandbox.url, app, { token: tokens.access_token }, "/oauth/revoke");
  expect(await json(revoked)).toEqual({ status: "success" });
  const after = await call(sandbox.url, tokens.access_token, "GET", "/users/me");
  expect(await json(after)).toEqual({ code: 124, message: "Invalid access token." });
  const refreshed = await postToken(sandbox.url, app, {
    grant_type: "refresh_token",
    refresh_token: tokens.refresh_token,
  });
  expect(await json(refreshed)).toMatchObject({ error: "invalid_grant" });
});

test("The token endpoint reads the query or the body, and refuses wrong clients and unknown grants", async () => {
  const code = (await consent(owner, app)).searchParams.get("code") ?? "";
  const { client_id, client_secret } = app;
  const query = {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT,
    client_id,
    client_secret,
  };
  expect((await fetch(withQuery(`${sandbox.url}/oauth/token`, query), { method: "POST" })).status).toBe(200);

  const wrong = await postToken(sandbox.url, { ...app, client_secret: "x" }, { grant_type: "refresh_token" });
  expect(wrong.status).toBe(400);
  expect(await json(wrong)).toEqual({
    reason: "Invalid client_id or client_secret",
    error: "invalid_client",
  });
  const grant = await postToken(sandbox.url, app, { grant_type: "magic" });
  expect(await json(grant)).toEqual({ reason: "unsupported grant type", error: "unsupported_grant_type" });
});

test("A server-to-server app acts for the account as its creator and gets no refresh token", async () => {
  const s2s = await makeApp(sandbox.url, owner, ["user:read:list_users:admin"], "server_to_server");
  const grant = { grant_type: "account_credentials", account_id: s2s.account_id };
  const given = accessAnswer.parse(await json(await postToken(sandbox.url, s2s, grant)));
  expect(given).not.toHaveProperty("refresh_token");
  expect((await call(sandbox.url, given.access_token, "GET", "/users")).status).toBe(200);

  await owner.post(`/marketplace/apps/${s2s.id}/activation`, { active: "false" });
  expect(await json(await postToken(sandbox.url, s2s, grant))).toEqual({
    reason: "The app has been disabled by the developer",
    error: "invalid_client",
  });
});
