/** better-auth, set up: passwords, sessions, second factors, single sign-on and one-time links. Loaded when first needed. */
import { randomBytes } from "node:crypto";
import type { Access, Role } from "@greenroom/engine";
import { betterAuth } from "better-auth/minimal";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { twoFactor } from "better-auth/plugins/two-factor";
import { z } from "zod";
import { log } from "../log.ts";
import { clientHeader, type SignInSettings } from "./sign-in.ts";
import { minPasswordLength } from "../api/access-schemas.ts";

/** The id of the provider of single sign-on, also in its callback's address. */
export const ssoProvider = "oidc";
const signInLinkPrefix = "sign-in-link:";
const weekMs = 7 * 86_400_000;

/** Makes better-auth on our database. */
export function createBetterAuth(access: Access, settings: SignInSettings) {
  const { publicUrl, secret, ownOrigins, oidc, mail } = settings;
  const { database, schema } = access.signInStorage;
  const refuseDisabled = async (personId: string) => {
    const person = await access.people.find(personId);
    if (person?.state === "disabled")
      throw new APIError("FORBIDDEN", { code: "PERSON_DISABLED", message: "This account is disabled." });
  };

  const auth = betterAuth({
    appName: "Greenroom",
    baseURL: publicUrl,
    basePath: "/api/v1/auth",
    secret: secret.reveal(),
    database: drizzleAdapter(database, { provider: "pg", schema, transaction: true }),
    trustedOrigins: () => [...ownOrigins()],
    emailAndPassword: {
      enabled: true,
      // People come by the first account, an invitation or single sign-on, never by themselves.
      disableSignUp: true,
      ...{ minPasswordLength, maxPasswordLength: 256 },
      resetPasswordTokenExpiresIn: 3600,
      revokeSessionsOnPasswordReset: true,
      async sendResetPassword({ user, token }) {
        const text = `Somebody, you we hope, asked to set a new password for ${user.email} at ${publicUrl}.\n\nSet it here within an hour:\n${passwordLink(publicUrl, token)}\n\nIf it was not you, ignore this mail: nothing has changed.\n`;
        await mail?.({ to: user.email, subject: "Set a new password for Greenroom", text });
      },
    },
    user: { additionalFields: { role: { type: "string", required: false, input: false } } },
    session: { expiresIn: weekMs / 1000, updateAge: 86_400, freshAge: 0 },
    account: {
      encryptOAuthTokens: true,
      // Whoever runs this server chose the provider: its addresses are the people's.
      accountLinking: { enabled: true, trustedProviders: [ssoProvider], requireLocalEmailVerified: false },
    },
    verification: { storeIdentifier: "hashed" },
    // Ours counts in the database, for all processes and by person: see sign-in-routes.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: "greenroom",
      useSecureCookies: publicUrl.startsWith("https://"),
      disableOriginCheck: false,
      disableCSRFCheck: false,
      database: { generateId: "uuid" },
      ipAddress: { ipAddressHeaders: [clientHeader] },
    },
    logger: {
      level: "warn",
      log: (level, message) => log[level === "error" ? "error" : "warn"]({ area: "sign-in" }, message),
    },
    onAPIError: { errorURL: `${publicUrl}/sign-in` },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => ({ data: { ...user, role: oidc?.role satisfies Role | undefined } }),
        },
      },
      session: { create: { before: async (session) => await refuseDisabled(session.userId) } },
    },
    plugins: [
      twoFactor({ issuer: "Greenroom" }),
      ...(oidc
        ? [
            genericOAuth({
              config: [
                {
                  providerId: ssoProvider,
                  discoveryUrl: `${oidc.issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`,
                  clientId: oidc.clientId,
                  clientSecret: oidc.clientSecret.reveal(),
                  scopes: ["openid", "email", "profile"],
                  requireIdTokenVerification: true,
                  // Without a role for newcomers, only those who were invited may come.
                  disableSignUp: oidc.role === undefined,
                  mapProfileToUser: (profile) => {
                    // Some providers write it as a text.
                    if ([false, "false"].some((no) => profile["email_verified"] === no))
                      throw new APIError("FORBIDDEN", {
                        code: "EMAIL_NOT_VERIFIED",
                        message: "Not verified.",
                      });
                    return {
                      name: profile.name ?? profile.email ?? "",
                      emailVerified: true,
                    };
                  },
                },
              ],
            }),
          ]
        : []),
      { id: "sign-in-link", endpoints: { signInByLink: signInByLink() } },
    ],
  });

  return {
    auth,
    /** Makes a link that works once. */
    async oneTimeLink(kind: "password" | "sign-in", personId: string, lifeMs: number): Promise<string> {
      const { internalAdapter } = await auth.$context;
      const token = randomBytes(24).toString("base64url");
      await internalAdapter.createVerificationValue({
        identifier: kind === "password" ? `reset-password:${token}` : `${signInLinkPrefix}${token}`,
        value: personId,
        expiresAt: new Date(Date.now() + lifeMs),
      });
      return kind === "password" ? passwordLink(publicUrl, token) : `${publicUrl}/sign-in#link=${token}`;
    },
  };
}

/** Behind the #, so that no log of a server or proxy ever has it. */
const passwordLink = (publicUrl: string, token: string) => `${publicUrl}/set-password#token=${token}`;

/** `POST /sign-in/link`: signs a browser in by a link that the owner of the machine made. */
const signInByLink = () =>
  createAuthEndpoint(
    "/sign-in/link",
    { method: "POST", body: z.object({ token: z.string().max(200) }) },
    async (ctx) => {
      const { internalAdapter } = ctx.context;
      const value = await internalAdapter.consumeVerificationValue(`${signInLinkPrefix}${ctx.body.token}`);
      const user =
        value && value.expiresAt > new Date() ? await internalAdapter.findUserById(value.value) : null;
      if (!user) {
        throw new APIError("UNAUTHORIZED", {
          code: "INVALID_LINK",
          message: "This link has been used or is too old.",
        });
      }
      const session = await internalAdapter.createSession(user.id);
      await setSessionCookie(ctx, { session, user });
      return ctx.json({ signedIn: true });
    },
  );
