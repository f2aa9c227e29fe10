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
