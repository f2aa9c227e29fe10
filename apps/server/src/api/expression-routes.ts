/** Expressions tried out on data, before a recipe is saved. */
import { compileExpression, compileValue, currentTime, ExpressionError } from "@greenroom/recipes";
import { createRoute, z } from "@hono/zod-openapi";
import { body, json, newRoutes, refused } from "./route-parts.ts";

const tried = z
  .object({
    text: z.string().max(20_000),
    /** Whether the text is a template with `{{ }}`, else it is one expression. */
    template: z.boolean().default(false),
    /** The data it reads, by name: `trigger`, `event`, the steps' ids. */
    scope: z.record(z.string(), z.unknown()),
  })
  .strict()
  .openapi("ExpressionTry");

const result = z
  .object({
    value: z.unknown(),
    /** What it surely gives, in CEL's words. */
    type: z.string().optional(),
    error: z.object({ message: z.string(), hint: z.string().optional() }).optional(),
  })
  .openapi("ExpressionResult");

/** Makes the routes of `/expressions`. */
export function createExpressionRoutes() {
  return newRoutes().openapi(
    createRoute({
      ...{ method: "post", path: "/expressions/evaluate", request: body(tried) },
      responses: { 200: json(result, "What it gives, or why it gives nothing"), ...refused },
    }),
    (c) => {
      const { text, template, scope: data } = c.req.valid("json");
      const scope = { ...data, [currentTime]: new Date() };
      try {
        // As a field, which may be left out.
        if (template) {
          const { value = null } = compileValue({ value: text }, "text").evaluate(scope) as {
            value?: unknown;
          };
          return c.json({ value }, 200);
        }
        const expression = compileExpression(text, "expression");
        return c.json({ type: expression.type, value: expression.evaluate(scope) }, 200);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const { message, hint } = error;
        return c.json({ value: null, error: { message, ...(hint !== undefined && { hint }) } }, 200);
      }
    },
  );
}
