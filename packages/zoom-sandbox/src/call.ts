/** What the handler of one REST call is given, and what it may answer with. */
import type { IncomingMessage } from "node:http";
import { missingScopes } from "./api.ts";
import type { Clock } from "./clock.ts";
import type { Operation } from "./operations/operations.ts";
import { acceptBody, json, pageSizesOf, type Shape } from "./operations/shapes.ts";
import { type Page, pageOf } from "./paging.ts";
import { type Reply, replyJson, replyResponse } from "./reply.ts";
import type { Caller } from "./sandbox.ts";
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
  /** Every value of a query name; undefined where there is none. */
  readonly queries: (name: string) => readonly string[] | undefined;
  /** The JSON body, checked against Zoom's description: unknown fields are gone, refused ones were answered 400/300. */
  readonly body: <T extends object = Record<string, unknown>>() => T;
  /** The JSON body as it was sent, for what Zoom's description leaves open. */
  readonly given: object;
  /** The fields of a multipart body. */
  readonly form: () => Promise<FormData>;
  /** The page of a list that the query asks for; its fields are those of Zoom's answers. */
  readonly page: <Row>(rows: readonly Row[]) => Page<Row>;
  /** Who does it, as events say. */
  readonly operator: { readonly operator: string; readonly operator_id: string };
  /** Refuses unless the caller is that person, or may act for others. */
  readonly actFor: (userId: string) => void;
  /** An answer with a status of its own. */
  readonly answer: (status: 200 | 201 | 202 | 204, body?: object) => StatusAnswer;
  /** The raw request, for what is no JSON. */
  readonly incoming: IncomingMessage;
}

/** An object is answered with the documented status and cut to Zoom's fields; undefined answers without a body. */
export type Answer = object | undefined | void;

/** An answer with a status of its own. */
class StatusAnswer {
  readonly status: number;
  readonly body: object | undefined;

  constructor(status: number, body: object | undefined) {
    this.status = status;
    this.body = body;
  }
}

/** What a call is made of. */
interface CallParts {
  readonly incoming: IncomingMessage;
  readonly path: string;
  readonly operation: Operation;
  readonly shape: Shape | undefined;
  readonly caller: Caller;
  readonly params: Record<string, string>;
  readonly clock: Clock;
}

/** True when the operation takes a JSON body. */
export function takesJson(shape: Shape | undefined): boolean {
  return shape?.body !== undefined && shape.type === undefined;
}

/** Makes the call for a handler; checks the query and the body, whose text is given where JSON is taken. @throws {ZoomError} 400/300 */
export function makeCall(parts: CallParts, text?: string): Call {
  const { incoming, path, operation, shape, caller, params, clock } = parts;
  const given = text === undefined ? {} : parsed(text);
  const body = text === undefined || shape?.body === undefined ? {} : checked(shape.body, given);
  let query: URLSearchParams | undefined;
  const values = (): URLSearchParams => (query ??= queryOf(incoming.url ?? ""));
  if (shape?.query) missingQuery(values, shape.query);
  return {
    ...{ incoming, operation, caller, params, given },
    query: (name) => values().get(name) ?? undefined,
    queries: (name) => (values().has(name) ? values().getAll(name) : undefined),
    // The body was checked against Zoom's own description; the handler names the part it uses.
    body: <T extends object>() => body as T,
    form: () => formOf(incoming),
    page: (rows) =>
      pageOf({ path, query: values(), userId: caller.user.id }, clock, rows, pageSizesOf(shape)),
    operator: { operator: caller.user.email, operator_id: caller.user.id },
    actFor: (userId) => {
      if (caller.admin || userId === caller.user.id) return;
      throw missingScopes(operation, (scope) => /:(admin|master)$/.test(scope));
    },
    answer: (status, answer) => new StatusAnswer(status, answer),
  };
}

const LONGEST_BODY = 10 * 1024 * 1024;

/** Reads a body as text. @throws {ZoomError} 413 */
export function textOf(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    incoming
      .setEncoding("utf8")
      .on("data", (part: string) => {
        // What is too long is read to its end and forgotten, so that the client hears why.
        if (text.length + part.length <= LONGEST_BODY) text += part;
        else reject(zoomError(413, 300, "The request's body is longer than 10 MB."));
      })
      .once("end", () => resolve(text))
      // Nobody waits for the answer any more.
      .once("error", () => reject(zoomError(400, 300, "The request's body did not come whole.")));
  });
}

/** Turns what a handler returned into the answer. */
export function respond(reply: Reply, shape: Shape | undefined, answer: Answer): Reply {
  if (answer instanceof Response) return replyResponse(reply, answer);
  const { status, body } =
    answer instanceof StatusAnswer ? answer : { status: usualStatus(shape, answer), body: answer };
  if (body !== undefined && status !== 204) {
    const { answer: at } = shape ?? {};
    return replyJson(reply, status, at === undefined ? JSON.stringify(body) : json(at, body));
  }
  reply.status = status;
  return reply;
}

function usualStatus(shape: Shape | undefined, answer: Answer): number {
  if (answer === undefined && shape?.statuses.includes(204) !== false) return 204;
  const status = shape?.statuses.find((one) => one !== 204);
  return status === 201 || status === 202 ? status : 200;
}

function queryOf(url: string): URLSearchParams {
  const at = url.indexOf("?");
  return new URLSearchParams(at === -1 ? "" : url.slice(at + 1));
}

async function formOf(incoming: IncomingMessage): Promise<FormData> {
  const parts: Uint8Array[] = await incoming.toArray();
  const { "content-type": type = "" } = incoming.headers;
  try {
    return await new Response(Buffer.concat(parts), { headers: { "content-type": type } }).formData();
  } catch {
    throw zoomError(400, 300, "Request Body should be multipart/form-data.");
  }
}

function parsed(text: string): object {
  let given: unknown;
  try {
    given = text === "" ? {} : JSON.parse(text);
  } catch {
    throw zoomError(400, 300, "Request Body should be a valid JSON object.");
  }
  if (typeof given !== "object" || given === null) {
    throw zoomError(400, 300, "Request Body should be a valid JSON object.");
  }
  return given;
}

function checked(shape: number, given: object): unknown {
  const { value, errors } = acceptBody(shape, given);
  if (errors.length > 0) throw zoomError(400, 300, "Validation Failed.", errors);
  return value;
}

// Zoom: unknown and nonsensical query values are passed over (zoom-api.md 3.4); only what is required must be there.
function missingQuery(values: () => URLSearchParams, names: NonNullable<Shape["query"]>): void {
  const missing = names.filter(
    // Zoom: a few lists call next_page_token required, which the first page cannot have.
    ([name, , required]) => required === 1 && name !== "next_page_token" && !values().get(name),
  );
  if (missing.length === 0) return;
  const errors = missing.map(([field]) => ({ field, message: "This field is required." }));
  throw zoomError(400, 300, "Validation Failed.", errors);
}
