/** The route of a connection's token and limits. */
import type { Engine } from "@greenroom/engine";
import { createRoute } from "@hono/zod-openapi";
import { some, text } from "./answer-parts.ts";
import { connectionStatus } from "./connection-status-schemas.ts";
import { idParam, json, newRoutes, refused } from "./route-parts.ts";

/** Makes it. */
export function createConnectionStatusRoutes(engine: Engine) {
  return newRoutes().openapi(
    createRoute({
      ...{ method: "get", path: "/connections/{id}/status", request: idParam },
      responses: { 200: json(connectionStatus, "Its token's age, and what is left of limits"), ...refused },
    }),
    async (c) => {
      const { token, limits } = await engine.connectionStatus(c.req.valid("param").id);
      return c.json(
        {
          ...(token && {
            token: {
              refreshedAt: text(token.refreshedAt),
              expiresAt: text(token.expiresAt),
              refreshAt: text(token.refreshAt),
              ...some({
                connectedAt: token.connectedAt && text(token.connectedAt),
                refreshBegunAt: token.refreshBegunAt && text(token.refreshBegunAt),
              }),
            },
          }),
          ...(limits && {
            limits: {
              basis: limits.basis,
              items: limits.limits.map(({ until, ...limit }) => ({
                ...limit,
                ...some({ until: until && text(until) }),
              })),
            },
          }),
        },
        200,
      );
    },
  );
}
