/** What the descriptions of routes are made of. */
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Visit } from "../access/principal.ts";
import { answerInvalid } from "./problems.ts";
import * as schemas from "./schemas.ts";

/** Routes that refuse what does not fit their schemas in our own words. */
export const newRoutes = () =>
  new OpenAPIHono<Visit>({
    defaultHook: (result, c) => (result.success ? undefined : answerInvalid(result.error, c)),
  });
/** An answer of JSON. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { "application/json": { schema } },
  description,
});
/** A body of JSON. */
export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { ...json(schema, ""), required: true as const },
});
/** What every refusal answers. */
export const refused = { "4XX": json(schemas.problem, "Refused; the body says what to do") };
/** A list that comes whole. */
export const list = <Schema extends z.ZodType>(item: Schema) => z.object({ items: z.array(item) });
/** The id in a path. */
export const idParam = { params: z.object({ id: z.uuid() }) };
/** Where a page begins, and how long it is. */
export const paging = {
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
