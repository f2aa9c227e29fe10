/** The routes of the inbox beside its events: replays, how deliveries fare, and which were refused, and why. */
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { some, text } from "./answer-parts.ts";
import { body, idParam, json, list, newRoutes, paging, refused } from "./route-parts.ts";
import * as schemas from "./inbox-schemas.ts";
import { page } from "./schemas.ts";

/** Makes the routes of `/inbox`, and of replays. */
export function createInboxRoutes(engine: Engine) {
  const { triggers, profiles, recipes, replays } = engine;

  /** Names of app profiles and recipes by id. */
  async function receivers() {
    const named = new Map<string, { kind: "app-profile" | "recipe"; name: string }>();
    for (const { id, name } of await profiles.list()) named.set(id, { kind: "app-profile", name });
    for (const { id, name } of await recipes.entries()) named.set(id, { kind: "recipe", name });
    return named;
  }

  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/events/{id}/takers", request: idParam },
        responses: { 200: json(list(schemas.taker), "The recipes that it can be given again"), ...refused },
      }),
      async (c) => {
        const takers = await replays.takers(c.req.valid("param").id);
        const items = takers.map(({ recipe: { id, name, state }, not }) => ({
          ...{ recipeId: id, name, state, ...some({ not }) },
        }));
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/events/replay", request: body(schemas.replay) },
        responses: { 200: json(schemas.replayed, "The jobs that began, and what did not"), ...refused },
      }),
      async (c) => {
        const { eventIds, recipeIds } = c.req.valid("json");
        const { done, refused: not } = await replays.replay(eventIds, recipeIds);
        return c.json(
          {
            done: done.map((one) => ({ ...one })),
            refused: not.map(({ eventId, recipeId, message }) => ({
              ...{ eventId, message, ...some({ recipeId }) },
            })),
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/inbox/health" },
        responses: { 200: json(list(schemas.deliveryHealth), "How deliveries fare, by receiver") },
      }),
      async (c) => {
        const named = await receivers();
        const counted = new Map((await triggers.deliveries.health()).map((one) => [one.receiverId, one]));
        const items = [];
        for (const [receiverId, { kind, name }] of named) {
          const health = counted.get(receiverId);
          const socket = kind === "app-profile" ? await triggers.socketOf(receiverId) : undefined;
          // A recipe without an address of its own receives nothing.
          if (kind === "recipe" && !health) continue;
          const {
            received = 0,
            duplicates = 0,
            refused: no = 0,
            lastReceivedAt,
            lastRefusedAt,
          } = health ?? {};
          items.push({
            ...{ receiverId, kind, name, received, duplicates, refused: no },
            ...some({
              lastReceivedAt: lastReceivedAt && text(lastReceivedAt),
              lastRefusedAt: lastRefusedAt && text(lastRefusedAt),
              socket: socket && {
                open: socket.leasedBy !== null && socket.error === null && socket.cursor !== null,
                ...some({ error: socket.error }),
              },
            }),
          });
        }
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/inbox/refusals" },
        request: { query: z.object({ receiverId: z.uuid().optional(), ...paging }) },
        responses: { 200: json(page(schemas.refusedDelivery), "Newest first"), ...refused },
      }),
      async (c) => {
        const named = await receivers();
        const { items, nextCursor } = await triggers.deliveries.refusals(c.req.valid("query"));
        return c.json(
          {
            items: items.map(({ id, receiverId, at, status, reason, bytes }) => ({
              ...{ id, receiverId, at: text(at), status, reason, bytes },
              ...some({ receiverName: named.get(receiverId)?.name }),
            })),
            ...some({ nextCursor }),
          },
          200,
        );
      },
    );
}
