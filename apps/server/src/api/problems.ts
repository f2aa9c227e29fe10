/** Refusals as people and programs read them. This is the HTTP boundary: one of the places that catch. */
import { ConnectorError, type ErrorKind, fieldProblems, isTooDeep } from "@greenroom/connector-kit";
import { isDatabaseAway, isUnstorable, RecipeRefused } from "@greenroom/engine";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { log } from "../log.ts";

const statusOf: Readonly<Record<ErrorKind, 400 | 403 | 404 | 409 | 502 | 503>> = {
  "invalid-input": 400,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  reconnect: 409,
  "rate-limited": 503,
  unavailable: 503,
  "outcome-unknown": 502,
  "unexpected-response": 502,
};

/** Answers an error; what is not a refusal is logged with its stack and answered without one. */
export function answerProblem(error: unknown, c: Context): Response {
  if (error instanceof RecipeRefused) {
    return c.json(
      { error: { code: "invalid-recipe", message: error.message }, problems: error.problems },
      422,
    );
  }
  if (error instanceof ConnectorError) {
    const { kind, code, message, hint, fields } = error;
    return c.json(
      { error: { code, message, ...(hint && { hint }), ...(fields.length > 0 && { fields }) } },
      statusOf[kind],
    );
  }
  if (error instanceof z.ZodError) return answerInvalid(error, c);
  if (error instanceof HTTPException)
    return c.json({ error: { code: "invalid-request", message: error.message } }, error.status);
  if (isUnstorable(error)) {
    const message = "A text has a character that cannot be kept, such as NUL (U+0000). Leave it out.";
    return c.json({ error: { code: "invalid-input", message } }, 400);
  }
  if (isTooDeep(error)) {
    const message = "The data is nested too deeply.";
    return c.json({ error: { code: "invalid-input", message, hint: "Send it with fewer levels." } }, 400);
  }
  if (isDatabaseAway(error)) {
    log.warn({ error: String(error) }, "the database did not answer");
    return c.json(
      {
        error: { code: "unavailable", message: "The database does not answer.", hint: "Try again shortly." },
      },
      503,
    );
  }
  log.error(
    { path: c.req.path, error: error instanceof Error ? error.stack : String(error) },
    "a request failed",
  );
  return c.json(
    {
      error: {
        code: "bug",
        message: "Something went wrong in Greenroom.",
        hint: "The server's log has the details.",
      },
    },
    500,
  );
}

/** Answers a body or query that does not fit its schema. */
export function answerInvalid(error: z.ZodError, c: Context): Response {
  const fields = fieldProblems(error);
  const message = `${fields.map(({ field, message: what }) => (field ? `${field}: ${what}` : what)).join("; ")}.`;
  return c.json({ error: { code: "invalid-input", message, fields } }, 400);
}

/** Answers a body that is larger than we take. */
export function answerTooLarge(c: Context): Response {
  return c.json(
    { error: { code: "too-large", message: "The body is too large.", hint: "Send less at once." } },
    413,
  );
}
