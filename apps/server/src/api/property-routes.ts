/** The routes of properties. A secret's value goes in and never comes back out. */
import type { Engine, Property } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { actorOf } from "./actor.ts";
import { some, text } from "./answer-parts.ts";
import { body, json, list, newRoutes, refused } from "./route-parts.ts";
import { property, propertyType as type } from "./data-schemas.ts";

const environment = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, "must be a name such as staging: small letters, digits and -");
const name = z
  .string()
  .max(100)
  .regex(
    /^[a-zA-Z_][a-zA-Z0-9_]*$/,
    "must be a name such as apiKey: letters, digits and _, not beginning with a digit",
  );
const propertyChange = z
  .object({
    type,
    value: z.union([z.string(), z.number(), z.boolean()]),
    description: z.string().trim().max(500).optional(),
  })
  .strict()
  .openapi("PropertyChange");

const environments = z
  .object({
    /** The one whose properties the recipes of this server see. */
    current: z.string(),
    names: z.array(z.string()),
  })
  .openapi("Environments");

const place = { params: z.object({ environment, name }) };

/** Makes the routes of `/environments`. */
export function createPropertyRoutes({ properties }: Engine) {
  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/environments" },
        responses: { 200: json(environments, "Those that have properties, and this server's") },
      }),
      async (c) =>
        c.json({ current: properties.environment, names: [...(await properties.environments())] }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/environments/{environment}/properties" },
        request: { params: z.object({ environment }) },
        responses: { 200: json(list(property), "By name"), ...refused },
      }),
      async (c) =>
        c.json({ items: (await properties.list(c.req.valid("param").environment)).map(answer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "put", path: "/environments/{environment}/properties/{name}" },
        request: { ...place, ...body(propertyChange) },
        responses: {
          200: json(property, "Set; jobs that began before go on with what they began with"),
          ...refused,
        },
      }),
      async (c) => {
        const { environment: where, name: which } = c.req.valid("param");
        const change = { ...c.req.valid("json"), by: actorOf(c) };
        return c.json(answer(await properties.set(where, which, change)), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/environments/{environment}/properties/{name}", request: place },
        responses: { 204: { description: "Gone" }, ...refused },
      }),
      async (c) => {
        const { environment: where, name: which } = c.req.valid("param");
        await properties.remove(where, which);
        return c.body(null, 204);
      },
    );
}

function answer({ updatedAt, value, description, updatedBy, ...rest }: Property): z.output<typeof property> {
  return { ...rest, updatedAt: text(updatedAt), ...some({ value, description, updatedBy }) };
}
