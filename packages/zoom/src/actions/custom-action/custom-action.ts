import { ConnectorError, defineAction, type Effect, schemaOfSample } from "@greenroom/connector-kit";
import { z } from "zod";

const effects: Readonly<Record<string, Effect>> = {
  GET: "read",
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const defaultLimit = 1_000;
const largestPage = 300;

const input = z
  .strictObject({
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path: z
      .string()
      .regex(/^\/(?!\/)[^?#\s\\]*$/, "must begin with / and hold no ?, such as /users/{userId}/settings")
      .regex(/^(?:[^{}]|\{\w+\})*$/, "may hold {name} for a parameter, and no other braces")
      // URL parsers fold these away, and the request would leave /v2.
      .refine((path) => !/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path), "must not hold . or .. as a part")
      .describe("The path after /v2, as in Zoom's reference; ids are filled in by hand or from parameters"),
    parameters: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .describe("What stands for {name} in the path; it is encoded as Zoom wants it"),
    query: z.record(z.string(), scalar).optional(),
    body: z.unknown().optional(),
    paging: z
      .strictObject({
        items: z.string().min(1).optional().describe("The field that holds the list; by default the first"),
        limit: z.int().min(1).max(100_000).default(defaultLimit).describe("Rows at most"),
      })
      .optional()
      .describe("Reads page after page of a list; without it, one page"),
    sample: z
      .unknown()
      .optional()
      .describe("An answer's body as an example: later steps know its fields. It is not sent"),
  })
  .superRefine(({ method, path, parameters = {}, paging }, context) => {
    for (const [, name = ""] of path.matchAll(/\{(\w+)\}/g)) {
      if (!Object.hasOwn(parameters, name))
        context.addIssue({
          code: "custom",
          path: ["parameters"],
          message: `needs “${name}”, which the path names`,
        });
    }
    if (paging && method !== "GET")
      context.addIssue({
        code: "custom",
        path: ["paging"],
        message: "is for GET alone: only lists have pages",
      });
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
  outputOf(given) {
    const sample = input.safeParse(given).data?.sample;
    if (sample === undefined) return undefined;
    return {
      type: "object",
      properties: { status: { type: "number" }, body: schemaOfSample(sample) },
      required: ["status", "body"],
    };
  },
  async run({ client, input: { method, path, parameters, query, body, paging }, signal }) {
    const send = (more: Readonly<Record<string, string | number | boolean | undefined>>) =>
      client.send(method, path, { path: parameters, query: { ...query, ...more }, body, signal });
    if (!paging) {
      const answer = await send({});
      return { status: answer.status, body: answer.body ?? null };
    }
    const { limit } = paging;
    const rows: unknown[] = [];
    for (let next: string | undefined; ; ) {
      const answer = await send({
        page_size: query?.["page_size"] ?? Math.min(limit, largestPage),
        next_page_token: next,
      });
      const page = (answer.body ?? {}) as Record<string, unknown>;
      const items = paging.items ?? Object.keys(page).find((name) => Array.isArray(page[name]));
      const found = items === undefined ? undefined : page[items];
      if (items === undefined || !Array.isArray(found)) throw noList(paging.items, page);
      rows.push(...(found as unknown[]));
      next = typeof page["next_page_token"] === "string" ? page["next_page_token"] : "";
      if (next === "" || rows.length >= limit)
        return { status: answer.status, body: { ...page, [items]: rows.slice(0, limit) } };
    }
  },
});

function noList(items: string | undefined, page: Readonly<Record<string, unknown>>): ConnectorError {
  const fields = Object.keys(page).join(", ") || "none";
  const message = `Custom action: the answer has no list${items === undefined ? "" : ` “${items}”`}; its fields are ${fields}.`;
  return new ConnectorError("invalid-input", "no-list", message, {
    fields: [{ field: "paging.items", message: "must name the answer's field that holds the list" }],
    hint: "Name the list, or leave paging out to read the answer as it is.",
  });
}
