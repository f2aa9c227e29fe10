import { once } from "node:events";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { Secret } from "@greenroom/connector-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, consent, failure, redirectUri, sandboxWithApp } from "../connected-sandbox.test-kit.ts";
import { zoomAdminOAuth } from "./zoom-oauth.ts";

let made: Awaited<ReturnType<typeof sandboxWithApp>>;

beforeAll(async () => {
  made = await sandboxWithApp();
});
afterAll(() => made.sandbox.close());

/** From `begin` to tokens, by the sandbox's own pages. */
async function connect() {
  const { profile, owner } = made;
  const begun = await zoomAdminOAuth.begin({ profile, redirectUri });
  const callbackUrl = await consent(owner, begun.authorizationUrl, "allow");
  return await zoomAdminOAuth.complete({ profile, redirectUri, callbackUrl, now: new Date(), ...begun });
}

/** Where nobody listens any more. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

describe("connecting", () => {
  it("sends the browser to Zoom with a state and a PKCE challenge, and keeps the verifier secret", async () => {
    const begun = await zoomAdminOAuth.begin({ profile: made.profile, redirectUri });
    const url = new URL(begun.authorizationUrl);
    expect(url.origin + url.pathname).toBe(`${made.sandbox.url}/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      client_id: made.profile["client_id"],
      redirect_uri: redirectUri,
      state: begun.state,
      code_challenge_method: "S256",
    });
    expect(url.search).not.toContain(begun.codeVerifier.reveal());
    expect(inspect(begun)).not.toContain(begun.codeVerifier.reveal());
  });

  it("comes back with tokens that work, and knows whose they are", async () => {
    const tokens = await connect();
    expect(tokens.expiresAt.getTime()).toBeGreaterThan(Date.now() + 3500_000);
    expect(tokens.scopes).toContain("meeting:write:meeting:admin");
    const identity = await zoomAdminOAuth.identify(clientOf(made.profile, tokens));
    expect(identity).toMatchObject({
      email: "olivia@acme.example",
      displayName: "Olivia Owens",
      roleName: "Owner",
    });
    expect(identity.accountId).not.toBe("");
  });

  it("says so when the person declines", async () => {
    const { profile, owner } = made;
    const begun = await zoomAdminOAuth.begin({ profile, redirectUri });
    const callbackUrl = await consent(owner, begun.authorizationUrl, "decline");
    const error = await failure(
      zoomAdminOAuth.complete({ profile, redirectUri, callbackUrl, now: new Date(), ...begun }),
    );
    expect(error).toMatchObject({
      kind: "forbidden",
      code: "oauth.access_denied",
      hint: "Connect again and choose Allow.",
    });
    expect(error.message).toContain("declined");
  });

  it("refuses a callback with another state", async () => {
    const { profile, owner } = made;
    const begun = await zoomAdminOAuth.begin({ profile, redirectUri });
    const callbackUrl = await consent(owner, begun.authorizationUrl, "allow");
    const error = await failure(
      zoomAdminOAuth.complete({
        profile,
        redirectUri,
        callbackUrl,
        now: new Date(),
        ...begun,
        state: "other",
      }),
    );
    expect(error.kind).toBe("forbidden");
  });

  it("is refused by Zoom with another verifier", async () => {
    const { profile, owner } = made;
    const begun = await zoomAdminOAuth.begin({ profile, redirectUri });
    const callbackUrl = await consent(owner, begun.authorizationUrl, "allow");
    const codeVerifier = new Secret("x".repeat(43));
    const error = await failure(
      zoomAdminOAuth.complete({ profile, redirectUri, callbackUrl, now: new Date(), ...begun, codeVerifier }),
    );
    expect(error).toMatchObject({ kind: "reconnect", code: "oauth.invalid_grant" });
  });

  it("names the app profile when its client secret is wrong", async () => {
    const profile = { ...made.profile, client_secret: new Secret("wrong") };
    const begun = await zoomAdminOAuth.begin({ profile, redirectUri });
    const callbackUrl = await consent(made.owner, begun.authorizationUrl, "allow");
    const error = await failure(
      zoomAdminOAuth.complete({ profile, redirectUri, callbackUrl, now: new Date(), ...begun }),
    );
    expect(error).toMatchObject({ kind: "forbidden", code: "oauth.invalid_client" });
    expect(error.hint).toContain("client secret");
  });

  it.each([
    ["oauth_url", "http://zoom.example"],
    ["oauth_url", "http://127.evil.example"],
    ["oauth_url", "zoom.us"],
  ])("refuses a profile whose %s is %s", async (field, value) => {
    const error = await failure(
      zoomAdminOAuth.begin({ profile: { ...made.profile, [field]: value }, redirectUri }),
    );
    expect(error).toMatchObject({ kind: "invalid-input", fields: [{ field }] });
  });
});

describe("tokens", () => {
  it("are replaced as a pair by a refresh, and the old refresh token is dead", async () => {
    const { profile } = made;
    const first = await connect();
    const second = await zoomAdminOAuth.refresh({ profile, tokens: first, now: new Date() });
    expect(second.accessToken.reveal()).not.toBe(first.accessToken.reveal());
    expect(second.refreshToken?.reveal()).not.toBe(first.refreshToken?.reveal());
    await expect(zoomAdminOAuth.identify(clientOf(profile, second))).resolves.toMatchObject({
      email: "olivia@acme.example",
    });
    expect(await failure(zoomAdminOAuth.refresh({ profile, tokens: first, now: new Date() }))).toMatchObject({
      kind: "reconnect",
    });
  });

  it("are dead at Zoom after they were revoked", async () => {
    const { profile } = made;
    const tokens = await connect();
    await zoomAdminOAuth.revoke({ profile, tokens });
    expect(await failure(zoomAdminOAuth.identify(clientOf(profile, tokens)))).toMatchObject({
      kind: "reconnect",
      code: "zoom.124",
    });
    expect(await failure(zoomAdminOAuth.refresh({ profile, tokens, now: new Date() }))).toMatchObject({
      kind: "reconnect",
    });
  });

  it("are kept when nobody answers: that is no reason to connect again", async () => {
    const tokens = await connect();
    const profile = { ...made.profile, oauth_url: await closedAddress() };
    expect(await failure(zoomAdminOAuth.refresh({ profile, tokens, now: new Date() }))).toMatchObject({
      kind: "unavailable",
    });
  });

  it("are kept when Zoom's OAuth server is out of order", async () => {
    const tokens = await connect();
    await fetch(`${made.sandbox.url}/_sandbox/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "status", status: 503, path: "/oauth/token" }),
    });
    expect(
      await failure(zoomAdminOAuth.refresh({ profile: made.profile, tokens, now: new Date() })),
    ).toMatchObject({
      kind: "unavailable",
    });
    await expect(
      zoomAdminOAuth.refresh({ profile: made.profile, tokens, now: new Date() }),
    ).resolves.toBeDefined();
  });
});
