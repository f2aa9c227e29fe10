/** Single sign-on against a real OpenID Connect provider (npm's oidc-provider), by a browser's requests. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "../owned-server.test-kit.ts";
import { type Browser, firstAccount, openBrowser } from "./signed-in.test-kit.ts";

let server: OwnedServer;
let idp: Server;
let issuer: string;
let admin: Browser;
/** Who has an account at the provider. */
const accounts: Readonly<Record<string, { email: string; name: string; email_verified: boolean }>> = {
  u1: { email: "ina@acme.example", name: "Ina", email_verified: true },
  u2: { email: "ned@acme.example", name: "Ned", email_verified: true },
  u3: { email: "una@acme.example", name: "Una", email_verified: false },
};

beforeAll(async () => {
  // Both know each other's address, so both ports must be known before.
  idp = createServer();
  await new Promise<void>((resolve) => idp.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`;
  const spare = createServer();
  await new Promise<void>((resolve) => spare.listen(0, "127.0.0.1", resolve));
  const { port } = spare.address() as AddressInfo;
  await new Promise((resolve) => spare.close(resolve));

  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: "greenroom", client_secret: "the-client-secret-of-greenroom" },
        redirect_uris: [`http://127.0.0.1:${port}/api/v1/auth/callback/oidc`],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    pkce: { required: () => true },
    cookies: { keys: ["a key of the test"] },
    features: { devInteractions: { enabled: true } },
  });
  const answer = provider.callback();
  idp.on("request", (request, response) => void answer(request, response));
  server = await startOwnedServer({
    ...{ PORT: String(port), OIDC_ISSUER: issuer, OIDC_CLIENT_ID: "greenroom", OIDC_NAME: "Acme" },
    OIDC_CLIENT_SECRET: "the-client-secret-of-greenroom",
  });
  admin = (await firstAccount(server)).browser;
});
afterAll(async () => {
  await server?.stop();
  idp?.closeAllConnections();
  idp?.close();
});

/** Goes through the provider's pages as one of its people. @returns where the browser ended at Greenroom */
async function signInElsewhere(browser: Browser, account: string): Promise<URL> {
  const begun = await browser.api("POST", "/auth/sign-in/social", {
    ...{ provider: "oidc", callbackURL: "/recipes", errorCallbackURL: "/sign-in", disableRedirect: true },
  });
  expect(begun).toMatchObject({ status: 200 });
  let url = new URL(begun.body.url);
  expect(url.searchParams.get("code_challenge_method")).toBe("S256");
  const cookies = new Map<string, string>();
  for (let hops = 0; hops < 15; hops += 1) {
    if (url.origin === server.url) {
      if (!url.pathname.startsWith("/api/v1/auth/")) return url;
      const answer = await browser.api("GET", `${url.pathname.slice("/api/v1".length)}${url.search}`);
      url = new URL(answer.headers.get("location") ?? "/nowhere", server.url);
      continue;
    }
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    let answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    if (answer.status === 200) {
      // Its pages are forms: who one is, then that one consents.
      const page = await answer.text();
      const prompt = page.includes('value="login"') ? "login" : "consent";
      const body = new URLSearchParams({ prompt, login: account, password: "any" });
      answer = await fetch(url, { method: "POST", redirect: "manual", headers: { cookie }, body });
    }
    for (const set of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = set.split(";")[0]?.split("=") ?? [];
      cookies.set(name, value);
    }
    url = new URL(answer.headers.get("location") ?? "/nowhere", url);
  }
  throw new Error(`the sign-in did not end: ${url.href}`);
}

test("the sign-in page offers it by its name", async () => {
  expect((await server.api("GET", "/sign-in-options")).body.singleSignOn).toEqual({ name: "Acme" });
});

test("who was invited comes in with the role of the invitation, and is the same person the next time", async () => {
  await admin.api("POST", "/people", { name: "Ina", email: "ina@acme.example", role: "builder" });
  for (let times = 0; times < 2; times += 1) {
    const browser = openBrowser(server);
    expect((await signInElsewhere(browser, "u1")).pathname).toBe("/recipes");
    expect((await browser.api("GET", "/me")).body).toMatchObject({
      email: "ina@acme.example",
      role: "builder",
    });
  }
  const { items } = (await admin.api("GET", "/people")).body;
  expect(items.filter(({ email }: { email: string }) => email === "ina@acme.example")).toMatchObject([
    { state: "active" },
  ]);
  const audit = (await admin.api("GET", "/audit?search=single sign-on")).body.items;
  expect(audit[0]).toMatchObject({ action: "signed in by single sign-on", actor: { name: "Ina" } });
});

test("who was not invited is refused, and told so", async () => {
  const browser = openBrowser(server);
  const ended = await signInElsewhere(browser, "u2");
  expect(ended.pathname).toBe("/sign-in");
  expect(ended.searchParams.get("error")).toBe("signup_disabled");
  expect((await browser.api("GET", "/me")).status).toBe(401);
});

test("an address that the provider has not verified opens nobody's account", async () => {
  await admin.api("POST", "/people", { name: "Una", email: "una@acme.example", role: "admin" });
  const browser = openBrowser(server);
  const ended = await signInElsewhere(browser, "u3").catch(() => undefined);
  expect(ended?.pathname).not.toBe("/recipes");
  expect((await browser.api("GET", "/me")).status).toBe(401);
});

test("an answer with a state that another browser began is refused", async () => {
  const begun = await openBrowser(server).api("POST", "/auth/sign-in/social", {
    ...{ provider: "oidc", callbackURL: "/recipes", disableRedirect: true },
  });
  const state = new URL(begun.body.url).searchParams.get("state") ?? "";
  const victim = openBrowser(server);
  const answer = await victim.api("GET", `/auth/callback/oidc?code=stolen&state=${state}`);
  expect(answer.headers.get("location") ?? "").toContain("error");
  expect((await victim.api("GET", "/me")).status).toBe(401);
});

test("a token of the provider's that somebody found signs nobody in", async () => {
  const idToken = { token: "found.in.a-log" };
  const given = await openBrowser(server).api("POST", "/auth/sign-in/social", { provider: "oidc", idToken });
  expect(given).toMatchObject({ status: 400, body: { error: { fields: [{ field: "idToken" }] } } });
});

test("another site is not gone to afterwards", async () => {
  const refused = await openBrowser(server).api("POST", "/auth/sign-in/social", {
    ...{ provider: "oidc", callbackURL: "https://evil.example/", disableRedirect: true },
  });
  expect(refused.status).toBe(403);
});
