/** The routes of a recipe's trigger: how its looks fare, and its own address. */
import { ConnectorError } from "@greenroom/connector-kit";
import { type Engine, lookKindOf, neverAgain } from "@greenroom/engine";
import { createRoute } from "@hono/zod-openapi";
import { some, text } from "./answer-parts.ts";
import * as schemas from "./inbox-schemas.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";

/** Makes the routes of `/recipes/{id}/looks` and `/recipes/{id}/hook`. */
export function createTriggerRoutes(engine: Engine, publicUrl: string) {
  const { recipes, triggers, connectors } = engine;
  const urlOf = (token: string) => `${publicUrl}/hooks/${token}`;

  /** @throws {ConnectorError} where its trigger has no address. */
  async function mustHaveHook(recipeId: string): Promise<void> {
    const { name, trigger } = await recipes.get(recipeId);
    const [connectorId = "", id = ""] = trigger.split("/");
    if (connectors.get(connectorId)?.triggers[id]?.kind === "hook") return;
    throw new ConnectorError(
      "not-found",
      "no-address",
      `“${name}” has no address: its trigger is ${trigger}.`,
      {
        hint: "A recipe with the trigger http/webhook-received has one.",
      },
    );
  }

  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/looks", request: idParam },
        responses: { 200: json(list(schemas.triggerLook), "None for a stopped recipe"), ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        await recipes.get(id);
        const items = (await triggers.looksFor(id)).map((look) => ({
          ...{ kind: lookKindOf(look), found: look.found, failures: look.failures },
          ...some({
            ...{ lastAt: look.ranAt && text(look.ranAt), error: look.error },
            nextAt: look.dueAt.getTime() === neverAgain.getTime() ? null : text(look.dueAt),
          }),
        }));
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/recipes/{id}/hook", request: idParam },
        responses: { 200: json(schemas.hook, "Its address"), ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        await mustHaveHook(id);
        return c.json({ url: urlOf((await triggers.hooks.of(id)).token) }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/hook/secret" },
        request: { ...idParam, ...body(schemas.newHookSecret) },
        responses: { 200: json(schemas.hookSecret, "The secret, told this once"), ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        await mustHaveHook(id);
        const secret = await triggers.hooks.setSecret(id, c.req.valid("json").secret);
        return c.json({ secret: secret.reveal() }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/recipes/{id}/hook/renew", request: idParam },
        responses: { 200: json(schemas.hook, "Its new address; the old one is dead"), ...refused },
      }),
      async (c) => {
        const { id } = c.req.valid("param");
        await mustHaveHook(id);
        return c.json({ url: urlOf((await triggers.hooks.renew(id)).token) }, 200);
      },
    );
}
