/**
 * Ties an authorization to whoever began it, by a cookie that only its own state fits: a link that somebody sends to an
 * administrator must not bring that administrator's account into the sender's connection.
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Secret } from "@greenroom/connector-kit";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

/** As long as the authorization itself is kept. */
const lifeS = 10 * 60;
const path = "/oauth/callback";

/** The ties between states and browsers. */
export interface OAuthBrowsers {
  /** Gives the browser that is answered the cookie of a state. */
  tie(c: Context, state: string): void;
  /** Whether this browser began it. */
  began(c: Context, state: string): boolean;
  /** Takes the cookie back. */
  untie(c: Context, state: string): void;
}

/** Makes the ties; any server of an installation knows those of the others. */
export function createOAuthBrowsers(secretKey: Secret, publicUrl: string): OAuthBrowsers {
  const key = Buffer.from(hkdfSync("sha256", secretKey.reveal(), "", "greenroom connect", 32));
  const secure = publicUrl.startsWith("https://");
  // A name for each, so that two that are begun at once do not undo each other.
  const nameOf = (state: string) =>
    `greenroom.connect_${createHash("sha256").update(state).digest("hex").slice(0, 16)}`;
  const valueOf = (state: string) => createHmac("sha256", key).update(state).digest();
  return {
    tie(c, state) {
      const value = valueOf(state).toString("base64url");
      // Lax: the service sends the browser back by a link of another site.
      setCookie(c, nameOf(state), value, { path, secure, httpOnly: true, sameSite: "Lax", maxAge: lifeS });
    },
    began(c, state) {
      const given = Buffer.from(getCookie(c, nameOf(state)) ?? "", "base64url");
      const own = valueOf(state);
      return given.length === own.length && timingSafeEqual(given, own);
    },
    untie(c, state) {
      deleteCookie(c, nameOf(state), { path, secure });
    },
  };
}
