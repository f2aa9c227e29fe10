/** The routes of a connection's token and limits, and of its last calls. */
import type { Engine } from "@greenroom/engine";
import { createRoute } from "@hono/zod-openapi";
import { some, text } from "./answer-parts.ts";
import { connectionCall, connectionStatus } from "./connection-status-schemas.ts";
import { idParam, json, list, newRoutes, refused } from "./route-parts.ts";

/** Makes them. */
export function createConnectionStatusRoutes(engine: Engine) {
  return newRoutes()
    .openapi(
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
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/connections/{id}/calls", request: idParam },
        responses: { 200: json(list(connectionCall), "The last steps of jobs that used it"), ...refused },
      }),
      async (c) => {
        const calls = await engine.connectionCalls(c.req.valid("param").id);
        const items = calls.map(({ errorKind, startedAt, finishedAt, ...call }) => ({
          ...call,
          startedAt: text(startedAt),
          ...some({ errorKind, durationMs: finishedAt && finishedAt.getTime() - startedAt.getTime() }),
        }));
        return c.json({ items }, 200);
      },
    );
}
