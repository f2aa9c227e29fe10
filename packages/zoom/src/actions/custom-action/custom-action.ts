import { defineAction, type Effect } from "@greenroom/connector-kit";
import { z } from "zod";

const effects: Readonly<Record<string, Effect>> = {
  GET: "read",
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

const input = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  path: z
    .string()
    .regex(/^\/(?!\/)[^?#\s\\{}]*$/, "must begin with / and hold no ? or {}, such as /users/me/settings")
    // URL parsers fold these away, and the request would leave /v2.
    .refine((path) => !/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path), "must not hold . or .. as a part")
    .describe("The path after /v2, with ids filled in and encoded"),
  query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  body: z.unknown().optional(),
});

/** Calls any operation of Zoom's REST API v2 that has no action of its own. */
export const customAction = defineAction({
  title: "Custom action",
  summary: "Calls any operation of Zoom's REST API v2.",
  endpoint: "POST /{path}",
  scopes: [],
  effect: "update",
  effectOf: (given) => effects[input.safeParse(given).data?.method ?? "POST"] ?? "create",
  // Judged by its method: a POST whose answer was lost is not sent again.
  idempotent: false,
  idempotentOf: (given) => (input.safeParse(given).data?.method ?? "POST") !== "POST",
  input,
  output: z.object({ status: z.number(), body: z.unknown() }),
  async run({ client, input: { method, path, query, body }, signal }) {
    const answer = await client.send(method, path, { query, body, signal });
    return { status: answer.status, body: answer.body ?? null };
  },
});
