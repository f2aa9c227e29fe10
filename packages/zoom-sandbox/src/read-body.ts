import type { Context } from "hono";
import type { z } from "zod";
import { checked } from "./checked.ts";
import { zoomError } from "./sandbox.ts";

/** Reads a JSON body against a schema, or answers 400/300 as Zoom does, naming each field. */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    throw zoomError(400, 300, "Request Body should be a valid JSON object.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw zoomError(400, 300, "Request Body should be a valid JSON object.");
  }
  const { data, faults } = checked(schema, body);
  if (faults === undefined) return data;
  throw zoomError(
    400,
    300,
    "Validation Failed.",
    faults.map(({ field, message }) => ({ field, message })),
  );
}
