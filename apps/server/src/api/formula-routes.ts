/** The route of the formulas that expressions may use, for editors' completion. */
import { formulaReference } from "@greenroom/recipes";
import { createRoute, z } from "@hono/zod-openapi";
import { json, list, newRoutes } from "./route-parts.ts";

const formula = z.object({
  name: z.string(),
  call: z.string().describe("Such as slice(at, length?)"),
  group: z.string(),
  on: z.string().nullable().describe("What it is called on; null for a function of its own"),
  parameters: z.array(
    z.object({ name: z.string(), kind: z.string(), optional: z.boolean(), rest: z.boolean() }),
  ),
  result: z.string(),
  doc: z.string(),
  examples: z.array(z.object({ expression: z.string(), result: z.unknown() })),
});

/** Makes the route of `/formulas`. */
export function createFormulaRoutes() {
  return newRoutes().openapi(
    createRoute({
      method: "get",
      path: "/formulas",
      responses: { 200: json(list(formula), "All formulas, with an example each") },
    }),
    (c) =>
      c.json(
        {
          items: formulaReference.map(({ parameters, examples, ...rest }) => ({
            ...rest,
            parameters: [...parameters],
            examples: [...examples],
          })),
        },
        200,
      ),
  );
}
