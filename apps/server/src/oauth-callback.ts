import { ConnectorError } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { Hono } from "hono";
import type { Visit } from "./access/principal.ts";
import { log } from "./log.ts";
import type { OAuthBrowsers } from "./oauth-browser.ts";

/** `GET /oauth/callback`: where services send the browser back to; it goes on to the connection's page. */
export function createOAuthCallback(engine: Engine, browsers: OAuthBrowsers, publicUrl: string): Hono<Visit> {
  const redirectUri = `${publicUrl}/oauth/callback`;
  const routes = new Hono<Visit>();
  routes.get("/callback", async (c) => {
    // The query alone comes from the browser; the origin is ours, whatever the Host header says.
    const callbackUrl = new URL(`${redirectUri}${new URL(c.req.url).search}`);
    const connectionId = await engine.connections.ofCallback(callbackUrl);
    const page = connectionId === undefined ? "/connections" : `/connections/${connectionId}`;
    const state = callbackUrl.searchParams.get("state") ?? "";
    try {
      if (connectionId !== undefined && !browsers.began(c, state)) throw begunElsewhere();
      browsers.untie(c, state);
      const connection = await engine.connections.complete(callbackUrl, redirectUri);
      return c.redirect(`/connections/${connection.id}?connected=1`);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      log.warn({ connectionId, code: error.code, reason: error.message }, "a connection was refused");
      const reason = [error.message, error.hint].filter(Boolean).join(" ");
      return c.redirect(`${page}?error=${encodeURIComponent(reason)}`);
    }
  });
  return routes;
}

/** The authorization is left as it was: whoever began it may still end it. */
const begunElsewhere = () =>
  new ConnectorError("forbidden", "begun-elsewhere", "This sign-in was begun in another browser.", {
    hint: "Choose Connect here, in the browser that is to allow it. If you did not begin it, somebody else did: ignore it.",
  });
