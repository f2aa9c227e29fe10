import type { Context } from "hono";
import { html } from "hono/html";
import type { App } from "../marketplace/app.ts";
import type { Apps } from "../marketplace/apps.ts";
import { SCOPES } from "../operations/scopes.ts";
import { formOf } from "../portal/form.ts";
import { page } from "../portal/layout.ts";
import type { Sessions } from "../portal/session.ts";
import { withQuery } from "../portal/with-query.ts";
import type { Sandbox, SandboxEnv, User } from "../sandbox.ts";
import type { AuthorizationCode } from "./codes.ts";
import { redirectAllowed } from "./codes.ts";

interface AuthorizeParts extends Pick<Sandbox, "app" | "clock" | "ids" | "table"> {
  readonly apps: Apps;
  readonly sessions: Sessions;
}

interface Wanted {
  readonly app: App;
  readonly redirectUri: string;
  readonly scopes: string[];
  readonly query: Record<string, string>;
}

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
export function authorize({ app: http, clock, ids, table, apps, sessions }: AuthorizeParts): void {
  const codes = table<AuthorizationCode>("codes");

  for (const path of ["/oauth/authorize", "/v2/oauth/authorize"]) {
    http.get(path, (c) => {
      const wanted = read(c, c.req.query());
      if (wanted instanceof Response) return wanted;
      const user = sessions.person(c);
      if (user === undefined) {
        return c.redirect(withQuery("/signin", { continue: withQuery(c.req.path, wanted.query) }));
      }
      return c.html(consentPage(wanted, user, sessions.csrf(user)));
    });

    http.post(path, async (c) => {
      const form = await formOf(c);
      const wanted = read(c, form.all());
      if (wanted instanceof Response) return wanted;
      const user = sessions.person(c);
      if (user === undefined || !sessions.csrfFits(user, form.text("csrf"))) {
        return c.redirect(withQuery(path, wanted.query));
      }
      if (form.text("decision") !== "allow") {
        return back(c, wanted, {
          error: "access_denied",
          error_description: "The user declined the request.",
        });
      }
      return back(c, wanted, { code: issueCode(wanted, user) });
    });
  }

  function read(c: Context<SandboxEnv>, given: Record<string, string>): Wanted | Response {
    const query = Object.fromEntries(FIELDS.flatMap((name) => (given[name] ? [[name, given[name]]] : [])));
    const app = apps.byClientId(query.client_id ?? "");
    if (app === undefined || app.kind === "server_to_server") {
      return refusal(c, 4702, `Invalid client_id: ${query.client_id ?? ""}`);
    }
    const redirectUri = query.redirect_uri ?? "";
    if (!redirectAllowed(app.redirect_urls, redirectUri)) return refusal(c, 4700, "Invalid redirect url");
    const asked = query.scope?.split(/[\s,]+/).filter(Boolean) ?? [];
    const wanted: Wanted = {
      app,
      redirectUri,
      query,
      scopes: asked.length === 0 ? app.scopes : app.scopes.filter((scope) => asked.includes(scope)),
    };
    if (query.response_type !== "code") return back(c, wanted, { error: "unsupported_response_type" });
    const unknown = asked.find((scope) => !SCOPES.has(scope));
    if (unknown !== undefined) {
      return back(c, wanted, { error: "invalid_scope", error_description: `Invalid scope: ${unknown}` });
    }
    const method = query.code_challenge_method;
    if (method !== undefined && method !== "S256" && method !== "plain") {
      return back(c, wanted, {
        error: "invalid_request",
        error_description: "code_challenge_method must be S256 or plain",
      });
    }
    return wanted;
  }

  function issueCode({ app, redirectUri, scopes, query }: Wanted, user: User): string {
    const code = ids.secret(40);
    codes.set(code, {
      code,
      app_id: app.id,
      user_id: user.id,
      redirect_uri: redirectUri,
      scopes,
      expires_ms: clock.now().getTime() + CODE_LIFETIME_MS,
      used: false,
      ...(query.code_challenge === undefined
        ? {}
        : {
            challenge: query.code_challenge,
            challenge_method: query.code_challenge_method === "S256" ? ("S256" as const) : ("plain" as const),
          }),
    });
    return code;
  }
}

function back(
  c: Context<SandboxEnv>,
  { redirectUri, query }: Wanted,
  answer: Record<string, string>,
): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (query.state !== undefined) url.searchParams.set("state", query.state);
  return c.redirect(url.href);
}

function refusal(c: Context<SandboxEnv>, errorCode: number, errorMessage: string): Response {
  return c.json({ status: false, errorCode, errorMessage, result: null }, 400);
}

function consentPage({ app, scopes, query }: Wanted, user: User, csrf: string): ReturnType<typeof page> {
  return page({
    title: `Allow ${app.name}?`,
    user,
    body: html`<section class="card narrow">
      <h1>${app.name} asks for access</h1>
      <p>You are signed in as <strong>${user.display_name}</strong> (${user.email}).
        ${app.kind === "admin_managed" ? "The app will act for the whole account, as far as your role allows." : "The app will act for you alone."}</p>
      <h2>It will be able to use</h2>
      <ul class="scopes">${scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>
      <form method="post" action="/oauth/authorize">
        <input type="hidden" name="csrf" value="${csrf}" />
        ${Object.entries(query).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <div class="actions">
          <button name="decision" value="allow" class="primary">Allow</button>
          <button name="decision" value="decline">Decline</button>
        </div>
      </form>
    </section>`,
  });
}
