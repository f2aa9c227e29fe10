/** What the rest of the server asks of sign-in; better-auth itself is loaded when the first browser comes. */
import type { Secret } from "@greenroom/connector-kit";
import type { Access, Role } from "@greenroom/engine";
import { log } from "../log.ts";
import type { SendMail } from "./mail.ts";

/** An OpenID Connect provider that people sign in at. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** What the button says. */
  readonly name: string;
  /** Of people who come for the first time; without one, only those who were invited may come. */
  readonly role: Role | undefined;
}

/** What sign-in is set up with. */
export interface SignInSettings {
  readonly publicUrl: string;
  /** Signs cookies. */
  readonly secret: Secret;
  /** The addresses that browsers reach us by. */
  readonly ownOrigins: () => readonly string[];
  readonly oidc: OidcSettings | undefined;
  readonly mail: SendMail | undefined;
}

/** The header that tells better-auth the client's address; always set by us, whatever came in. */
export const clientHeader = "x-greenroom-client";

/** A signed-in browser. */
export interface BrowserSession {
  readonly personId: string;
  readonly sessionId: string;
  /** `Set-Cookie` headers that keep the session going. */
  readonly cookies: readonly string[];
}

/** Sign-in of people. */
export interface SignIn {
  readonly oidc: { readonly name: string } | undefined;
  readonly sendsMail: boolean;
  /** Whose browser this is. */
  session(headers: Headers): Promise<BrowserSession | undefined>;
  /** Answers a request to better-auth. */
  handle(request: Request): Promise<Response>;
  hashPassword(password: string): Promise<string>;
  oneTimeLink(kind: "password" | "sign-in", personId: string, lifeMs: number): Promise<string>;
  /** Begins to load it: a browser has come, and will need it in a moment. */
  prepare(): void;
}

const sessionCookie = /(?:^|;\s*)(?:__Secure-)?greenroom\.session_token=/;

/** Makes sign-in. */
export function createSignIn(access: Access, settings: SignInSettings): SignIn {
  let loaded: ReturnType<typeof start> | undefined;
  const start = async () => (await import("./better-auth.ts")).createBetterAuth(access, settings);
  const load = () => (loaded ??= start());

  return {
    oidc: settings.oidc && { name: settings.oidc.name },
    sendsMail: settings.mail !== undefined,
    prepare() {
      load().catch((error: unknown) => log.error({ error: String(error) }, "sign-in could not be loaded"));
    },
    async session(headers) {
      if (!sessionCookie.test(headers.get("cookie") ?? "")) return undefined;
      const { auth } = await load();
      const found = await auth.api.getSession({ headers, returnHeaders: true });
      if (!found.response) return undefined;
      const { session } = found.response;
      return { personId: session.userId, sessionId: session.id, cookies: found.headers.getSetCookie() };
    },
    handle: async (request) => await (await load()).auth.handler(request),
    async hashPassword(password) {
      const { password: hasher } = await (await load()).auth.$context;
      return await hasher.hash(password);
    },
    oneTimeLink: async (...link) => await (await load()).oneTimeLink(...link),
  };
}
