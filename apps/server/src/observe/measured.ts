import type { MiddlewareHandler } from "hono";
import { matchedRoute } from "../access/matched-route.ts";
import type { Visit } from "../access/principal.ts";
import type { Metrics } from "./metrics.ts";

/** Counts requests by route: by its pattern, so that ids make no series of their own. */
export function measured(metrics: Metrics): MiddlewareHandler<Visit> {
  return async (c, next) => {
    const began = performance.now();
    await next();
    // The server's own questions for the audit log are nobody's requests.
    if (c.env?.as !== undefined) return;
    metrics.request(matchedRoute(c)?.name ?? "none", c.res.status, (performance.now() - began) / 1000);
  };
}
