/** The routes of signing in and out, and of the first account. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { ConnectorError } from "@greenroom/connector-kit";
import type { Access } from "@greenroom/engine";
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ClientAddresses } from "../access/client-address.ts";
import { isOwnerKey } from "../access/owner-key.ts";
import type { Visit } from "../access/principal.ts";
import { clientHeader, type SignIn } from "../access/sign-in.ts";
import { createSignInWatch } from "../access/sign-in-watch.ts";
import { log } from "../log.ts";
import { minPasswordLength } from "./access-schemas.ts";
import * as schemas from "./access-schemas.ts";
import { body, json, newRoutes, refused } from "./route-parts.ts";

/** What the routes of sign-in need. */
export interface SignInContext {
  readonly access: Access;
  readonly signIn: SignIn;
  readonly clients: ClientAddresses;
  readonly publicUrl: string;
  readonly ownerKey: string;
}

/** better-auth's routes that are open; the others are not there. */
const open = [
  ...["/sign-in/email", "/sign-in/social", "/sign-in/link", "/sign-out", "/request-password-reset"],
  ...["/reset-password", "/change-password", "/two-factor/enable", "/two-factor/disable"],
  ...["/two-factor/verify-totp", "/two-factor/verify-backup-code", "/two-factor/generate-backup-codes"],
];
const signInLinkMs = 10 * 60_000;

/** Makes them. */
export function createSignInRoutes(context: SignInContext) {
  const { access, signIn, clients, publicUrl } = context;
  const watch = createSignInWatch(access, signIn);
  const firstAccount = createFirstAccount(context);

  const routes = newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/sign-in-options" },
        responses: { 200: json(schemas.signInOptions, "How a browser can sign in here") },
      }),
      async (c) => {
        const setupNeeded = (await access.people.count()) === 0;
        return c.json(
          {
            setupNeeded,
            setupTokenNeeded: setupNeeded && !firstAccount.isFromHere(c),
            ...(signIn.oidc && { singleSignOn: signIn.oidc }),
            ...{ resetByMail: signIn.sendsMail, minPasswordLength },
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/setup", request: body(schemas.firstAccount) },
        responses: {
          201: json(schemas.person, "The first account, an admin; the browser is signed in"),
          ...refused,
        },
      }),
      async (c) => {
        const { token, ...account } = c.req.valid("json");
        const person = await firstAccount.make(c, account, token);
        await access.audit.write({
          ...{ actor: { kind: "person", id: person.id, name: person.name }, ipAddress: c.get("client") },
          ...{ action: "first account", subject: { type: "people", id: person.id, name: person.name } },
        });
        const { email, password } = account;
        const signedIn = await signIn.handle(
          requestFor(c, "/sign-in/email", JSON.stringify({ email, password })),
        );
        for (const cookie of signedIn.headers.getSetCookie())
          c.header("set-cookie", cookie, { append: true });
        return c.json({ ...person, createdAt: person.createdAt.toISOString() }, 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/owner/sign-in-link", request: body(schemas.signInLinkRequest) },
        responses: { 201: json(schemas.oneTimeLink, "Signs a browser in, once"), ...refused },
      }),
      async (c) => {
        const { email } = c.req.valid("json");
        const person = await access.people.byEmail(email);
        if (!person) throw new ConnectorError("not-found", "not-found", `There is no account of ${email}.`);
        const link = await signIn.oneTimeLink("sign-in", person.id, signInLinkMs);
        return c.json(
          { link, expiresAt: new Date(Date.now() + signInLinkMs).toISOString(), mailed: false },
          201,
        );
      },
    );

  /** The request as better-auth takes it: at its own address, with the client's address told by us. */
  function requestFor(c: Context<Visit>, path: string, text: string | undefined): Request {
    const url = new URL(`${publicUrl}/api/v1/auth${path}`);
    url.search = new URL(c.req.url).search;
    const headers = new Headers(c.req.raw.headers);
    headers.set(clientHeader, clients.of(c));
    headers.delete("content-length");
    if (text !== undefined) headers.set("content-type", "application/json");
    return new Request(url, { method: c.req.method, headers, ...(text !== undefined && { body: text }) });
  }

  for (const path of open) {
    routes.post(`/auth${path}`, async (c) => {
      const text = (await c.req.text()) || "{}";
      mustGoThroughProvider(text);
      return await watch(c, path, text, async () => await signIn.handle(requestFor(c, path, text)));
    });
  }
  routes.get("/auth/callback/:provider", async (c) => {
    const path = `/callback/${encodeURIComponent(c.req.param("provider"))}`;
    return await watch(c, path, "{}", async () => await signIn.handle(requestFor(c, path, undefined)));
  });
  return routes;
}

/** better-auth would also take a token of the provider's itself, and whoever finds one in a log could sign in by it. */
function mustGoThroughProvider(text: string): void {
  if (!text.includes("idToken")) return;
  throw new ConnectorError("invalid-input", "invalid-input", "idToken: is not taken here.", {
    fields: [{ field: "idToken", message: "is not taken here" }],
    hint: "Send the browser to the provider.",
  });
}

/**
 * The first account: made from a browser on this machine, or by whoever has the token that is printed at the start. What
 * comes through a proxy, or to a server with a public address, is never taken for this machine.
 */
function createFirstAccount({ access, signIn, clients, publicUrl, ownerKey }: SignInContext) {
  const token = randomBytes(24).toString("base64url");
  const isLaptop = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|$)/.test(publicUrl);
  const isFromHere = (c: Context<Visit>) => isLaptop && clients.isLocal(c);
  async function tellWhere(): Promise<void> {
    // A database that is away now is told by whoever needs it next.
    const people = await access.people.count().catch(() => undefined);
    if (people === 0) log.info({ url: `${publicUrl}/sign-in#setup=${token}` }, "make the first account here");
  }
  void tellWhere();

  return {
    isFromHere,
    async make(c: Context<Visit>, account: { name: string; email: string; password: string }, given = "") {
      const [own, theirs] = [Buffer.from(token), Buffer.from(given)];
      const knows = own.length === theirs.length && timingSafeEqual(own, theirs);
      const bearer = (c.req.header("authorization") ?? "").replace(/^Bearer /i, "");
      const owns = isOwnerKey(bearer, ownerKey) && clients.isLocal(c);
      if (!knows && !owns && !isFromHere(c)) {
        throw new ConnectorError(
          "forbidden",
          "setup-token-needed",
          "This needs the link of the first start.",
          {
            hint: "The server's log has it: “make the first account here”.",
          },
        );
      }
      const passwordHash = await signIn.hashPassword(account.password);
      const person = await access.people.createFirst({ ...account, passwordHash });
      if (person) return person;
      throw new ConnectorError("conflict", "already-set-up", "There is an account already.", {
        hint: "Sign in, or ask an admin for an invitation.",
      });
    },
  };
}
