/** What stands before every route: answers only to its own names, takes changes only from its own pages, sends strict headers. */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/** The hosts we are reached by: the public one, and this machine's own names for itself. */
export function ownHosts(publicUrl: string, port: number): readonly string[] {
  return [new URL(publicUrl).host, `127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}

/**
 * Refuses requests for other host names (DNS rebinding) and, for the API, changes asked for by other sites' pages
 * (cross-site request forgery). Programs send no Origin and pass.
 */
export function onlyOurOwn(publicUrl: string, port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const own = new Set(ownHosts(publicUrl, port()));
    const host = c.req.header("host") ?? "";
    if (!own.has(host)) {
      return c.json(
        {
          error: {
            code: "wrong-host",
            message: `This server does not answer to “${host}”.`,
            hint: "Set PUBLIC_URL to the address it is reached by.",
          },
        },
        421,
      );
    }
    const origin = c.req.header("origin");
    const changes = !["GET", "HEAD", "OPTIONS"].includes(c.req.method);
    if (changes && origin !== undefined && !(URL.canParse(origin) && own.has(new URL(origin).host))) {
      return c.json(
        { error: { code: "cross-site", message: "This request came from another site's page." } },
        403,
      );
    }
    return await next();
  };
}

/** Refuses addresses that are no text: no route means them, and some things behind routes stumble over them. */
export const plainAddresses: MiddlewareHandler = async (c, next) => {
  const { pathname, search } = new URL(c.req.url);
  try {
    if (!decodeURIComponent(pathname).includes("\0") && !search.includes("%00")) return await next();
  } catch {
    // Not UTF-8.
  }
  return c.json({ error: { code: "invalid-request", message: "This address is no text." } }, 400);
};

/** Answers with people's data are for who asked, and for no cache on the way or in the browser. */
export const unkept: MiddlewareHandler = async (c, next) => {
  await next();
  const isData = /^\/(?:api|mcp|oauth)(?:\/|$)/.test(c.req.path) && !c.req.path.startsWith("/api/docs/");
  if (isData && !c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
};

/** The headers of pages and answers. Styles are inline because Mantine's are; scripts never. */
export const strictHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: "same-origin",
  permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
});
