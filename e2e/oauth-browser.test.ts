/** Whose browser ends an authorization: only the one that began it, or else a link would bring one's account to another. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { authorization, call, callForCookie } from "../tools/api-client.ts";
import { apiUser, consent } from "../tools/sandbox-owner.ts";
import { setUpSandbox } from "../tools/setup-sandbox.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let profileId: string;

beforeAll(async () => {
  stack = await startStack();
  await setUpSandbox({ ...stack, publicUrl: stack.serverUrl });
  const { items } = await call<{ items: { id: string; connector: string }[] }>("GET", api("/app-profiles"));
  profileId = items.find(({ connector }) => connector === "zoom")?.id ?? "";
});
afterAll(() => stack?.stop());

const api = (path: string) => `${stack.serverUrl}/api/v1${path}`;

interface Connection {
  readonly id: string;
  readonly state: string;
}
let made = 0;

/** Begins to connect a new connection. */
async function begun() {
  made += 1;
  const body = { name: `zoom ${made}`, connector: "zoom", profileId };
  const { id } = await call<Connection>("POST", api("/connections"), body);
  const { body: answer, cookie } = await callForCookie<{ authorizationUrl: string; page: string }>(
    "POST",
    api(`/connections/${id}/authorize`),
  );
  const state = async () => (await call<Connection>("GET", api(`/connections/${id}`))).state;
  return { id, cookie, state, ...answer };
}

const errorOf = (page: URL) => page.searchParams.get("error");

test("the browser that began it ends it, once", async () => {
  const { id, cookie, state, authorizationUrl } = await begun();
  const page = await consent(authorizationUrl, apiUser, { cookie });
  expect([page.pathname, page.search]).toEqual([`/connections/${id}`, "?connected=1"]);
  expect(await state()).toBe("connected");
});

test("an administrator who was sent somebody's address connects nothing, even after allowing it at Zoom", async () => {
  const { id, state, authorizationUrl } = await begun();
  const page = await consent(authorizationUrl, apiUser);
  expect(page.pathname).toBe(`/connections/${id}`);
  expect(errorOf(page)).toMatch(/begun in another browser/);
  expect(await state()).toBe("disconnected");
});

test("neither does one who is connecting something else at the same time", async () => {
  const [attackers, own] = [await begun(), await begun()];
  const page = await consent(attackers.authorizationUrl, apiUser, { cookie: own.cookie });
  expect(errorOf(page)).toMatch(/begun in another browser/);
  expect(await attackers.state()).toBe("disconnected");
  // What they began themselves is as it was.
  expect(errorOf(await consent(own.authorizationUrl, apiUser, { cookie: own.cookie }))).toBeNull();
  expect(await own.state()).toBe("connected");
});

test("nor a cookie that was made up, or put under another state's name", async () => {
  const [one, other] = [await begun(), await begun()];
  const [name = ""] = one.cookie.split("=");
  const [, value = ""] = other.cookie.split("=");
  for (const cookie of [`${name}=`, `${name}=x`, `${name}=${value}`]) {
    const page = await consent(one.authorizationUrl, apiUser, { cookie });
    expect(errorOf(page)).toMatch(/begun in another browser/);
  }
  expect(await one.state()).toBe("disconnected");
});

test("the cookie is for the callback alone, no script reads it, and other sites' forms do not send it", async () => {
  const { id, page } = await begun();
  expect(page).toBe(`${stack.serverUrl}/connections/${id}`);
  const answer = await fetch(api(`/connections/${id}/authorize`), {
    method: "POST",
    headers: authorization(stack.serverUrl),
  });
  const [cookie = ""] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^greenroom\.connect_[0-9a-f]{16}=[\w-]{43};/);
  for (const part of ["Path=/oauth/callback", "HttpOnly", "SameSite=Lax", "Max-Age=600"])
    expect(cookie).toContain(part);
});

test("an app whose connections hold tokens does not move to another address, where those would be sent", async () => {
  const fields = { client_secret: "x", webhook_secret_token: "x", api_url: "https://evil.example/v2" };
  await expect(call("PATCH", api(`/app-profiles/${profileId}`), { fields })).rejects.toThrow(
    /409.*would be at another address.*is connected through it/,
  );
});
