/** The endpoints that an app's server calls: token, revoke, device codes, data compliance, metadata. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { withQuery } from "../portal/with-query.ts";
import {
  call,
  connect,
  json,
  type MadeApp,
  makeApp,
  postToken,
  receiver,
  tokenAnswer,
  type Visitor,
  visit,
} from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;
let app: MadeApp;
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

beforeEach(async () => {
  sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  app = await makeApp(sandbox.url, owner, ["user:read:user:admin", "marketplace:read:app_request:admin"]);
});
afterEach(() => sandbox.close());

const refusal = async (answer: Promise<Response>) => {
  const response = await answer;
  return [response.status, await json(response)];
};

interface Device {
  readonly device_code: string;
  readonly user_code: string;
}
const startDevice = async (): Promise<Device> => {
  const answer = await postToken(sandbox.url, app, {}, "/oauth/devicecode");
  return (await json(answer)) as Device;
};
const poll = ({ device_code }: Device) => postToken(sandbox.url, app, { grant_type: DEVICE, device_code });
const decide = (by: Visitor, { user_code }: Device, decision: string) =>
  by.post(`/oauth/device/complete/${user_code}`, { decision });
const said = (reason: string, error: string) => [400, { reason, error }];
const PENDING = said("The user has not finished the authorization", "authorization_pending");

test("a device gets codes for 15 minutes, and tokens once a person allowed it", async () => {
  const answer = await fetch(withQuery(`${sandbox.url}/oauth/devicecode`, { client_id: app.client_id }), {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${app.client_id}:${app.client_secret}`)}` },
  });
  const device = (await json(answer)) as Device;
  expect(device).toEqual({
    ...{ device_code: expect.any(String), user_code: expect.stringMatching(/^[0-9A-F]{8}$/) },
    verification_uri: `${sandbox.url}/oauth_device`,
    verification_uri_complete: `${sandbox.url}/oauth/device/complete/${device.user_code}`,
    ...{ expires_in: 900, interval: 5 },
  });
  expect(await refusal(poll(device))).toEqual(PENDING);

  const entered = await owner.post("/oauth_device", { user_code: device.user_code.toLowerCase() });
  const page = await (await owner.get(entered.headers.get("location") ?? "")).text();
  expect(page).toContain("Greenroom asks for access");
  await decide(owner, device, "allow");
  await sandbox.clock.advance(5_000);
  const tokens = tokenAnswer.parse(await json(await poll(device)));
  expect((await call(sandbox.url, tokens.access_token, "GET", "/users/me")).status).toBe(200);
  expect(await refusal(poll(device))).toEqual(said("Invalid Token!", "invalid_grant"));
  expect(await (await owner.get("/marketplace/added")).text()).toContain("Greenroom");
});

test("a device that polls too often is told to slow down, and must then wait longer", async () => {
  const device = await startDevice();
  const SLOW = said("Polling too frequently", "slow_down");
  expect(await refusal(poll(device))).toEqual(PENDING);
  await sandbox.clock.advance(4_999);
  expect(await refusal(poll(device))).toEqual(SLOW);
  await sandbox.clock.advance(5_000);
  expect(await refusal(poll(device))).toEqual(SLOW);
  await sandbox.clock.advance(15_000);
  expect(await refusal(poll(device))).toEqual(PENDING);
});

test("a device hears of a refusal, and of the end of its 900 seconds", async () => {
  const declined = await startDevice();
  await decide(owner, declined, "decline");
  expect(await refusal(poll(declined))).toEqual(said("The user declined the request", "access_denied"));
  const late = await startDevice();
  await sandbox.clock.advance(900_000);
  expect(await refusal(poll(late))).toEqual(said("The device code has expired", "expired_token"));
  const entered = await owner.post("/oauth_device", { user_code: late.user_code });
  expect([entered.status, await entered.text()]).toEqual([400, expect.stringContaining("No device waits")]);
  expect(await refusal(poll({ ...late, device_code: "nonsense" }))).toEqual(
    said("Invalid Token!", "invalid_grant"),
  );
});

test("tokens have Zoom's JWT form, and one that was made up opens nothing", async () => {
  const { access_token, refresh_token } = await connect(sandbox.url, owner, app);
  const parts = (token: string) =>
    token
      .split(".")
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>);
  const [head, claims] = parts(access_token);
  expect(head).toMatchObject({ alg: "HS512", v: "2.0", kid: expect.any(String) });
  const now = Date.parse("2026-11-23T12:00:00Z") / 1000;
  expect(claims).toMatchObject({
    ...{ ver: 10, clientId: app.client_id, iss: `urn:zoom:connect:clientid:${app.client_id}` },
    ...{ code: expect.stringMatching(/^\w{40}$/), aud: "https://oauth.zoom.us", accountId: app.account_id },
    ...{
      groupNumber: 0,
      tokenType: "access_token",
      iat: now,
      nbf: now,
      exp: now + 3600,
      aid: app.account_id,
    },
    ...{ userId: expect.any(String), jti: expect.any(String), authenticationId: expect.any(String) },
  });
  expect(claims?.["uid"]).toBe(claims?.["userId"]);
  expect(parts(refresh_token)[1]).toMatchObject({ tokenType: "refresh_token", exp: now + 90 * 86_400 });
  const [a = "", b = "", c = ""] = access_token.split(".");
  expect(Buffer.from(c, "base64url")).toHaveLength(64);
  const forged = `${a}.${b}.${Buffer.alloc(64).toString("base64url")}`;
  expect((await call(sandbox.url, forged, "GET", "/users/me")).status).toBe(401);
});

test("a token in the query opens nothing", async () => {
  const { access_token } = await connect(sandbox.url, owner, app);
  const answer = fetch(withQuery(`${sandbox.url}/v2/users/me`, { access_token }));
  expect(await refusal(answer)).toEqual([401, { code: 124, message: "Invalid access token." }]);
});

test("a token that expired long ago is forgotten, when there are many", async () => {
  const s2s = await makeApp(sandbox.url, owner, [], "server_to_server");
  const grant = { grant_type: "account_credentials", account_id: s2s.account_id };
  const kept = async () => {
    const state = (await json(await fetch(`${sandbox.url}/_sandbox/state`))) as {
      rows: { access_tokens: number };
    };
    return state.rows.access_tokens;
  };
  for (let round = 0; round < 1_000; round += 50)
    await Promise.all(Array.from({ length: 50 }, () => postToken(sandbox.url, s2s, grant)));
  expect(await kept()).toBe(1_000);
  await sandbox.clock.advance(2 * 86_400_000);
  await postToken(sandbox.url, s2s, grant);
  expect(await kept()).toBe(1);
});

test("client credentials give only what the app owns itself, and no refresh token", async () => {
  const answer = await json(await postToken(sandbox.url, app, { grant_type: "client_credentials" }));
  expect(answer).toMatchObject({ expires_in: 3599, scope: "marketplace:read:app_request:admin" });
  expect(answer).not.toHaveProperty("refresh_token");
});

test("the wrong account and the wrong kind of app get no account credentials", async () => {
  const grant = (account_id: string) => ({ grant_type: "account_credentials", account_id });
  const s2s = await makeApp(sandbox.url, owner, ["user:read:list_users:admin"], "server_to_server");
  expect(await refusal(postToken(sandbox.url, s2s, grant("other")))).toEqual(
    said("Bad request", "invalid_request"),
  );
  expect(await refusal(postToken(sandbox.url, app, grant(app.account_id)))).toEqual(
    said("unsupported grant type", "unsupported_grant_type"),
  );
});

test("revoking tells the app that it was removed", async () => {
  await using hook = await receiver("");
  await owner.post(`/marketplace/apps/${app.id}`, { deauthorization_url: hook.url });
  const { refresh_token, access_token } = await connect(sandbox.url, owner, app);
  expect(await refusal(postToken(sandbox.url, app, { token: "nonsense" }, "/oauth/revoke"))).toEqual(
    said("Invalid Token!", "invalid_request"),
  );
  const query = withQuery("/v2/oauth/revoke", { token: refresh_token });
  expect(await refusal(postToken(sandbox.url, app, {}, query))).toEqual([200, { status: "success" }]);
  await sandbox.clock.advance(0);
  expect(hook.received.map(({ event }) => event)).toEqual(["app_deauthorized"]);
  // Zoom: here event_ts is a text date inside the payload (zoom-api.md 8.6).
  expect(JSON.parse(hook.received[0]?.body ?? "{}")).toMatchObject({
    payload: {
      ...{ account_id: app.account_id, client_id: app.client_id, event_ts: "2026-11-23 12:00:00" },
      deauthorization_time: "2026-11-23T12:00:00.000Z",
    },
  });
  expect((await call(sandbox.url, access_token, "GET", "/users/me")).status).toBe(401);
  expect(await (await owner.get("/marketplace/added")).text()).toContain("No app has been added");
});

test("tokens of a person who left or was deactivated are dead", async () => {
  const hana = await visit(sandbox.url, "hana@acme.example");
  const { refresh_token } = await connect(sandbox.url, hana, app);
  const users = await (await owner.get("/portal/users?q=hana")).text();
  const id = /\/portal\/users\/([\w-]{22})"/.exec(users)?.[1] ?? "";
  await owner.post(`/portal/users/${id}/deactivate`, {});
  const refreshed = postToken(sandbox.url, app, { grant_type: "refresh_token", refresh_token });
  expect(await refusal(refreshed)).toEqual(said("Invalid Token!", "invalid_grant"));
});

test("an app reports that it deleted what it had of a person", async () => {
  const report = (body: object, secret = app.client_secret) =>
    fetch(`${sandbox.url}/oauth/data/compliance`, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${app.client_id}:${secret}`)}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
  const body = {
    client_id: app.client_id,
    user_id: "u",
    account_id: app.account_id,
    compliance_completed: true,
  };
  expect((await report(body)).status).toBe(200);
  expect(await refusal(report(body, "wrong"))).toEqual(
    said("Invalid client_id or client_secret", "invalid_client"),
  );
  expect(await refusal(report({ ...body, client_id: "other" }))).toEqual(
    said("Bad request", "invalid_request"),
  );
});

test("the metadata names the endpoints, which both trees serve", async () => {
  const metadata = await json(await fetch(`${sandbox.url}/.well-known/oauth-authorization-server`));
  expect(metadata).toMatchObject({
    ...{ issuer: sandbox.url, token_endpoint: `${sandbox.url}/oauth/token` },
    device_authorization_endpoint: `${sandbox.url}/oauth/devicecode`,
    grant_types_supported: expect.arrayContaining(["authorization_code", DEVICE, "account_credentials"]),
    code_challenge_methods_supported: ["S256", "plain"],
  });
  for (const path of ["/oauth/token", "/v2/oauth/token"]) {
    expect((await postToken(sandbox.url, app, { grant_type: "client_credentials" }, path)).status).toBe(200);
  }
});

test("a webhook-only app has no tokens", async () => {
  const listener = await makeApp(sandbox.url, owner, [], "webhook_only");
  expect(await refusal(postToken(sandbox.url, listener, { grant_type: "client_credentials" }))).toEqual(
    said("Invalid client_id or client_secret", "invalid_client"),
  );
});
