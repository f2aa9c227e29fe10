import type { Context } from "hono";
import type { App } from "../marketplace/app.ts";
import type { Approvals } from "../marketplace/approvals.ts";
import type { Apps } from "../marketplace/apps.ts";
import { formOf } from "../portal/form.ts";
import type { Sessions } from "../portal/session.ts";
import { withQuery } from "../portal/with-query.ts";
import type { Sandbox, SandboxEnv, User } from "../sandbox.ts";
import type { AuthorizationCode } from "./codes.ts";
import { consentOf, consentPage } from "./consent.ts";
import { redirectAllowed } from "./redirects.ts";
import { createSweeper } from "./sweeper.ts";

interface AuthorizeParts extends Pick<Sandbox, "app" | "clock" | "ids" | "table" | "roles"> {
  readonly apps: Apps;
  readonly approvals: Approvals;
  readonly sessions: Sessions;
}

interface Wanted {
  readonly app: App;
  readonly redirectUri: string;
  readonly scopes: string[];
  readonly query: Record<string, string>;
}

// Zoom: zoom-api.md 2.4.
const CODE_LIFETIME_MS = 5 * 60_000;
const FIELDS = [
  "response_type",
  "client_id",
  "redirect_uri",
  "state",
  "scope",
  "code_challenge",
  "code_challenge_method",
];

/** The authorize endpoint: sign-in, the consent page, and the redirect back with a code or a refusal. */
export function authorize(parts: AuthorizeParts): void {
  const { app: http, clock, ids, table, apps, approvals, sessions } = parts;
  const codes = table<AuthorizationCode>("codes");
  const sweep = createSweeper(codes, ({ code }) => code, clock.nowMs);

  for (const path of ["/oauth/authorize", "/v2/oauth/authorize"]) {
    http.get(path, (c) => {
      const wanted = read(c, c.req.query());
      if (wanted instanceof Response) return wanted;
      const user = sessions.person(c);
      if (user === undefined) {
        return c.redirect(withQuery("/signin", { continue: withQuery(c.req.path, wanted.query) }));
      }
      const form = { action: path, csrf: sessions.csrf(user), query: wanted.query };
      return c.html(consentPage(consentOf(wanted.app, user, wanted.scopes, parts), form));
    });

    http.post(path, async (c) => {
      const form = await formOf(c);
      const wanted = read(c, form.all());
      if (wanted instanceof Response) return wanted;
      const user = sessions.person(c);
      const here = withQuery(path, wanted.query);
      if (user === undefined || !sessions.csrfFits(user, form.text("csrf"))) return c.redirect(here);
      const consent = consentOf(wanted.app, user, wanted.scopes, parts);
      if (form.text("decision") === "request" && consent.approval !== "given") {
        approvals.request(wanted.app, user, form.text("reason"));
        return c.redirect(here, 303);
      }
      if (form.text("decision") !== "allow") return back(c, wanted, DECLINED);
      if (consent.approval !== "given" || !consent.possible) return c.redirect(here, 303);
      return back(c, wanted, { code: issueCode(wanted, user, consent.scopes) });
    });
  }

  function read(c: Context<SandboxEnv>, given: Record<string, string>): Wanted | Response {
    const query = Object.fromEntries(FIELDS.flatMap((name) => (given[name] ? [[name, given[name]]] : [])));
    const app = apps.byClientId(query["client_id"] ?? "");
    if (app === undefined || app.kind === "server_to_server" || app.kind === "webhook_only") {
      return refusal(c, 4702, `Invalid client_id: ${query["client_id"] ?? ""}`);
    }
    const redirectUri = query["redirect_uri"] ?? "";
    if (!redirectAllowed(app.redirect_urls, redirectUri, app.redirect_matching))
      return refusal(c, 4700, "Invalid redirect url");
    if (!app.active) return refusal(c, 4717, "The app has been disabled by the developer");
    const asked = query["scope"]?.split(/[\s,]+/).filter(Boolean) ?? [];
    const scopes = asked.length === 0 ? app.scopes : app.scopes.filter((scope) => asked.includes(scope));
    const wanted: Wanted = { app, redirectUri, query, scopes };
    if (query["response_type"] !== "code") return back(c, wanted, { error: "unsupported_response_type" });
    // Zoom: scopes come from the app; one that it does not have once gave "Invalid scope" (zoom-api.md 2.2).
    const foreign = asked.find((scope) => !app.scopes.includes(scope));
    if (foreign !== undefined) {
      return back(c, wanted, { error: "invalid_scope", error_description: `Invalid scope: ${foreign}` });
    }
    const method = query["code_challenge_method"];
    if (method !== undefined && method !== "S256" && method !== "plain")
      return back(c, wanted, wrongChallenge("code_challenge_method must be S256 or plain"));
    // A client that means to use PKCE and lost its challenge on the way must not be left without.
    if (query["code_challenge"] === undefined && (method !== undefined || given["code_challenge"] === ""))
      return back(c, wanted, wrongChallenge("code_challenge is missing"));
    // Zoom: a public client must use PKCE (zoom-api.md 2.2).
    if (app.public_client === true && query["code_challenge"] === undefined)
      return back(c, wanted, wrongChallenge("code_challenge is required of a public client"));
    return wanted;
  }

  function issueCode({ app, redirectUri, query }: Wanted, user: User, scopes: string[]): string {
    const code = ids.secret(40);
    sweep();
    const { code_challenge: challenge, code_challenge_method } = query;
    codes.set(code, {
      ...{ code, app_id: app.id, user_id: user.id, redirect_uri: redirectUri, scopes, used: false },
      expires_ms: clock.now().getTime() + CODE_LIFETIME_MS,
      ...(challenge !== undefined && {
        challenge,
        challenge_method: code_challenge_method === "S256" ? "S256" : "plain",
      }),
    });
    return code;
  }
}

const DECLINED = { error: "access_denied", error_description: "The user declined the request." };

const wrongChallenge = (error_description: string) => ({ error: "invalid_request", error_description });

function back(
  c: Context<SandboxEnv>,
  { redirectUri, query }: Wanted,
  answer: Record<string, string>,
): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (query["state"] !== undefined) url.searchParams.set("state", query["state"]);
  return c.redirect(url.href);
}

// Zoom: what is wrong with the app or its address is said in the browser, as JSON (zoom-api.md 2.2).
function refusal(c: Context<SandboxEnv>, errorCode: number, errorMessage: string): Response {
  return c.json({ status: false, errorCode, errorMessage, result: null }, 400);
}
