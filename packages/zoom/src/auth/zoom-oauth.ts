/** Zoom's OAuth 2.0: the ways to connect, with refresh, revocation and who it is. */
import {
  type BrowserConnectionKind,
  type Client,
  type CredentialsConnectionKind,
  expectAnswer,
  Secret,
} from "@greenroom/connector-kit";
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { createZoomChatbot } from "./zoom-chatbot.ts";
import { contextOf, explained, reconnect, serverOf, tokenSetOf } from "./token-exchange.ts";
import { fieldOf, serverToServerProfileFields, zoomProfileFields } from "./zoom-profile.ts";

const identify = async (client: Client) => {
  const me = expectAnswer(meSchema, await client.request("GET", "/users/me"));
  return {
    accountId: me.account_id,
    accountName: me.company || undefined,
    userId: me.id,
    email: me.email,
    displayName: me.display_name || [me.first_name, me.last_name].filter(Boolean).join(" ") || me.email,
    roleName: me.role_name,
  };
};

const meSchema = z.looseObject({
  id: z.string(),
  account_id: z.string(),
  email: z.string(),
  company: z.string().optional(),
  display_name: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  role_name: z.string().optional(),
});

type Fetch = typeof globalThis.fetch;

/** Makes the ways to connect to Zoom, the usual one first. */
export function createZoomKinds(fetch: Fetch) {
  const revoke: CredentialsConnectionKind["revoke"] = async ({ profile, tokens }) => {
    const { server, client, authentication, options } = contextOf(profile, fetch);
    await explained(profile, async () => {
      const response = await oauth.revocationRequest(
        ...([server, client, authentication, tokens.accessToken.reveal(), options] as const),
      );
      await oauth.processRevocationResponse(response);
    });
  };

  const authorizationCode: Omit<BrowserConnectionKind, "id" | "title" | "summary"> = {
    type: "browser",
    profileFields: zoomProfileFields,

    async begin({ profile, redirectUri }) {
      const codeVerifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const url = new URL(`${serverOf(profile).issuer}/oauth/authorize`);
      // Zoom: no scope parameter: what is asked for are the scopes of the app's page (OAuth guide).
      url.search = new URLSearchParams({
        response_type: "code",
        client_id: fieldOf(profile, "client_id"),
        redirect_uri: redirectUri,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
      }).toString();
      return { authorizationUrl: url.href, state, codeVerifier: new Secret(codeVerifier) };
    },

    async complete({ profile, redirectUri, callbackUrl, state, codeVerifier, now }) {
      const { server, client, authentication, options } = contextOf(profile, fetch);
      return await explained(profile, async () => {
        const parameters = oauth.validateAuthResponse(server, client, callbackUrl, state);
        const response = await oauth.authorizationCodeGrantRequest(
          ...([server, client, authentication, parameters, redirectUri] as const),
          ...([codeVerifier.reveal(), options] as const),
        );
        return tokenSetOf(
          await oauth.processAuthorizationCodeResponse(server, client, response),
          now,
          undefined,
        );
      });
    },

    async refresh({ profile, tokens, now }) {
      const { server, client, authentication, options } = contextOf(profile, fetch);
      const { refreshToken } = tokens;
      if (!refreshToken) throw reconnect("Zoom gave no refresh token.");
      return await explained(profile, async () => {
        const response = await oauth.refreshTokenGrantRequest(
          ...([server, client, authentication, refreshToken.reveal(), options] as const),
        );
        return tokenSetOf(await oauth.processRefreshTokenResponse(server, client, response), now, tokens);
      });
    },

    revoke,
    identify,
  };

  /** A person's own Zoom: the app is user-managed. */
  const zoomUserOAuth: BrowserConnectionKind = {
    id: "zoom-user-oauth",
    title: "Zoom, one person (user OAuth)",
    summary:
      "Acts for the person who allows it, on their own meetings, webinars and recordings. Needs a user-managed General app, and no role.",
    ...authorizationCode,
  };

  /** A whole account, through the role of the person who allows it: the app is admin-managed. */
  const zoomAdminOAuth: BrowserConnectionKind = {
    id: "zoom-admin-oauth",
    title: "Zoom, whole account (admin OAuth)",
    summary:
      "Acts for everyone in the account, as far as the role of the person who allows it goes. Needs an admin-managed General app.",
    ...authorizationCode,
  };

  /** A whole account, with the app's own credentials. */
  const zoomServerToServer: CredentialsConnectionKind = {
    id: "zoom-server-to-server",
    type: "credentials",
    title: "Zoom, whole account without a browser (server-to-server)",
    summary:
      "Acts for everyone in the account with the app's own credentials, as far as the role of the app's creator goes. Needs a Server-to-Server OAuth app.",
    profileFields: serverToServerProfileFields,

    async obtain({ profile, now }) {
      const { server, client, authentication, options } = contextOf(profile, fetch);
      return await explained(profile, async () => {
        const response = await oauth.genericTokenEndpointRequest(
          ...([server, client, authentication, "account_credentials"] as const),
          ...([{ account_id: fieldOf(profile, "account_id") }, options] as const),
        );
        return tokenSetOf(
          await oauth.processGenericTokenEndpointResponse(server, client, response),
          now,
          undefined,
        );
      });
    },

    // Zoom: this grant has no refresh token; a new token is asked for in the same way.
    refresh: ({ profile, now }) => zoomServerToServer.obtain({ profile, now }),
    revoke,
    identify,
  };

  return [zoomAdminOAuth, zoomUserOAuth, zoomServerToServer, createZoomChatbot(fetch, revoke)] as const;
}

/** Those of whoever calls their own addresses. */
export const [zoomAdminOAuth, zoomUserOAuth, zoomServerToServer, zoomChatbot] = createZoomKinds(
  globalThis.fetch,
);
