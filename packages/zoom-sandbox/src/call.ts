/** What the handler of one REST call is given, and what it may answer with. */
import type { Context } from "hono";
import { missingScopes } from "./api.ts";
import type { Clock } from "./clock.ts";
import type { Operation } from "./operations/operations.ts";
import { acceptBody, pageSizesOf, project, type Shape } from "./operations/shapes.ts";
import { type Page, pageOf } from "./paging.ts";
import type { Caller, SandboxEnv } from "./sandbox.ts";
import { zoomError } from "./sandbox.ts";

/** The names in `{braces}` of an operation's path. */
export type PathParams<Name extends string> = Name extends `${string}{${infer Param}}${infer Rest}`
  ? Param | PathParams<Rest>
  : never;

/** One call of an operation. */
export interface Call<Params extends string = string> {
  readonly operation: Operation;
  readonly caller: Caller;
  /** Values of the path's `{names}`, decoded once. */
  readonly params: Readonly<Record<Params, string>>;
  /** A query value; Zoom ignores unknown ones. */
  readonly query: (name: string) => string | undefined;
  /** The JSON body, checked against Zoom's description: unknown fields are gone, refused ones were answered 400/300. */
  readonly body: <T extends object = Record<string, unknown>>() => T;
  /** The fields of a multipart body. */
  readonly form: () => Promise<FormData>;
  /** The page of a list that the query asks for; its fields are those of Zoom's answers. */
  readonly page: <Row>(rows: readonly Row[]) => Page<Row>;
  /** Who does it, as events say. */
  readonly operator: { readonly operator: string; readonly operator_id: string };
  /** Refuses unless the caller is that person, or may act for others. */
  readonly actFor: (userId: string) => void;
  /** An answer with a status of its own. */
  readonly answer: (status: 200 | 201 | 202 | 204, body?: object) => Response;
  /** The raw request and answer, for what is no JSON. */
  readonly c: Context<SandboxEnv>;
}

/** An object is answered with the documented status and cut to Zoom's fields; undefined answers without a body. */
export type Answer = object | undefined | void;

/** Makes the call for a handler; reads and checks the body first. @throws {ZoomError} 400/300 */
export async function makeCall(
  c: Context<SandboxEnv>,
  operation: Operation,
  shape: Shape | undefined,
  parts: { readonly caller: Caller; readonly params: Record<string, string>; readonly clock: Clock },
): Promise<Call> {
  const { caller, params, clock } = parts;
  const body =
    shape?.body === undefined || shape.type !== undefined
      ? undefined
      : checked(shape.body, await c.req.text());
  missingQuery(c, shape);
  return {
    ...{ c, operation, caller, params },
    query: (name) => c.req.query(name),
    // The body was checked against Zoom's own description; the handler names the part it uses.
    body: <T extends object>() => (body ?? {}) as T,
    form: () => c.req.formData(),
    page: (rows) => pageOf(c, clock, rows, pageSizesOf(shape)),
    operator: { operator: caller.user.email, operator_id: caller.user.id },
    actFor: (userId) => {
      if (caller.admin || userId === caller.user.id) return;
      throw missingScopes(operation, (scope) => /:(admin|master)$/.test(scope));
    },
    answer: (status, answer) =>
      answer === undefined || status === 204 ? c.body(null, status) : c.json(shown(shape, answer), status),
  };
}

/** Turns what a handler returned into the response. */
export function respond(
  headers: Readonly<Record<string, string>>,
  shape: Shape | undefined,
  answer: Answer,
): Response {
  if (answer instanceof Response) {
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
    return answer;
  }
  if (answer === undefined) {
    const status = shape?.statuses.includes(204) === false ? firstOf(shape) : 204;
    return new Response(null, { status, headers });
  }
  // Text and plain headers go out as they are, in one write; a Headers object would cost more than the answer.
  return new Response(JSON.stringify(shown(shape, answer)), {
    status: firstOf(shape),
    headers: { "content-type": "application/json", ...headers },
  });
}

function firstOf(shape: Shape | undefined): 200 | 201 | 202 {
  const status = shape?.statuses.find((one) => one !== 204);
  return status === 201 || status === 202 ? status : 200;
}

function shown(shape: Shape | undefined, answer: object): object {
  return (shape?.answer === undefined ? answer : project(shape.answer, answer)) as object;
}

function checked(shape: number, text: string): unknown {
  let given: unknown;
  try {
    given = text === "" ? {} : JSON.parse(text);
  } catch {
    throw zoomError(400, 300, "Request Body should be a valid JSON object.");
  }
  if (typeof given !== "object" || given === null) {
    throw zoomError(400, 300, "Request Body should be a valid JSON object.");
  }
  const { value, errors } = acceptBody(shape, given);
  if (errors.length > 0) throw zoomError(400, 300, "Validation Failed.", errors);
  return value;
}

// Zoom: unknown and nonsensical query values are passed over (zoom-api.md 3.4); only what is required must be there.
function missingQuery(c: Context<SandboxEnv>, shape: Shape | undefined): void {
  const missing = (shape?.query ?? []).filter(
    // Zoom: a few lists call next_page_token required, which the first page cannot have.
    ([name, , required]) => required === 1 && name !== "next_page_token" && !c.req.query(name),
  );
  if (missing.length === 0) return;
  const errors = missing.map(([field]) => ({ field, message: "This field is required." }));
  throw zoomError(400, 300, "Validation Failed.", errors);
}
