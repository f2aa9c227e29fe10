/** Actions that are one operation of Zoom's, made from generated descriptions of it. */
import {
  type Action,
  type ActionRun,
  type Client,
  type Effect,
  type Endpoint,
  expectAnswer,
} from "@greenroom/connector-kit";
import { z } from "zod";

/** A text in an answer. Zoom: numbers and texts stand for each other here and there (zoom-api.md 3.4). */
export const text = () =>
  z.preprocess((value) => (typeof value === "number" ? String(value) : value), z.string().nullish());

/** A number in an answer. */
export const num = () =>
  z.preprocess((value) => {
    if (typeof value !== "string") return value;
    return value === "" ? undefined : Number.isFinite(Number(value)) ? Number(value) : value;
  }, z.number().nullish());

/** A yes or no in an answer. */
export const flag = () =>
  z.preprocess(
    (value) => (value === "true" ? true : value === "false" ? false : value),
    z.boolean().nullish(),
  );

/** A list in an answer. Zoom: its own examples show a lone text where it says list. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (typeof value === "string" ? (value === "" ? [] : [value]) : value),
    z.array(item).nullish(),
  );

/** How a list is read page after page. */
interface ListSpec {
  /** The field of the answer that holds a page. */
  readonly key: string;
  readonly pageSize: number;
  /** Zoom: a few know no token in the request, though they answer one, and take the page's number. */
  readonly by?: "number";
  /** How much is read when the input does not say. @default 1000 */
  readonly unasked?: number;
}

/** An operation as it is generated. */
interface OperationSpec {
  readonly title: string;
  readonly summary: string;
  readonly endpoint: string;
  readonly effect: string;
  readonly scopes: readonly string[];
  /** The input's fields that go into the query; the path's are in its braces, and the rest is the body. */
  readonly query: readonly string[];
  /** Where an answer is a page of a list. */
  readonly list?: ListSpec;
  /** Schemas are made when they are first asked for: hundreds of them would slow every start. */
  readonly input: () => z.ZodObject;
  readonly output: () => z.ZodObject;
}

/** An action of one operation, by what it takes and what it gives. */
export interface OperationAction<I = Record<string, unknown>, O = Record<string, unknown>>
  extends Action<z.ZodType<I, I>, z.ZodType<O, O>> {
  /** Where an answer is a page of a list. */
  readonly list?: ListSpec;
  /** Where the fields of an input go. */
  readonly requestOf: (input: Readonly<Record<string, unknown>>) => OperationRequest;
}

/** The parts of a request. */
interface OperationRequest {
  readonly path: Record<string, string | number>;
  readonly query: Record<string, string | number | boolean | undefined>;
  readonly body?: Record<string, unknown>;
}

/** How much of a list an action reads when its input does not say. */
const DEFAULT_LIMIT = 1_000;

/** Makes the action. Its types are written out beside the generated code. */
export function operationAction(spec: OperationSpec): OperationAction {
  let input: z.ZodObject | undefined;
  let output: z.ZodObject | undefined;
  const effect = spec.effect as Effect;
  const inPath = new Set([...spec.endpoint.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const requestOf = (given: Readonly<Record<string, unknown>>): OperationRequest => {
    const path: Record<string, string | number> = {};
    const query: Record<string, string | number | boolean | undefined> = {};
    const body: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) continue;
      if (inPath.has(name)) path[name] = value as string | number;
      else if (spec.query.includes(name))
        query[name] = Array.isArray(value) ? value.join(",") : (value as string);
      else if (name !== "limit" || !spec.list) body[name] = value;
    }
    return { path, query, ...(Object.keys(body).length > 0 || hasBody(spec.endpoint) ? { body } : {}) };
  };

  return {
    title: spec.title,
    summary: spec.summary,
    endpoint: spec.endpoint as Endpoint,
    scopes: spec.scopes,
    effect,
    idempotent: effect !== "create",
    ...(spec.list && { list: spec.list }),
    requestOf,
    get input() {
      return (input ??= spec.input());
    },
    get output() {
      return (output ??= spec.output());
    },
    run: async ({ call, input: fields }: ActionRun<Record<string, unknown>>) => {
      const request = requestOf(fields);
      const { list } = spec;
      const answer =
        list && !["next_page_token", "page_number", "page_size"].some((name) => fields[name] !== undefined)
          ? await everyPage(
              call,
              request,
              list,
              (fields["limit"] as number | undefined) ?? list.unasked ?? DEFAULT_LIMIT,
            )
          : await call(request);
      // An empty answer is an object without fields.
      return expectAnswer((output ??= spec.output()), answer ?? {}, spec.title);
    },
  };
}

const hasBody = (endpoint: string): boolean => /^(POST|PUT|PATCH) /.test(endpoint);

/** A list's pages from the first, until it ends or so many rows were read. */
async function* pagesOf(
  send: (query: OperationRequest["query"]) => Promise<unknown>,
  { key, pageSize, by }: ListSpec,
  wanted: number,
): AsyncGenerator<{ readonly answer: Record<string, unknown>; readonly rows: Record<string, unknown>[] }> {
  const size = Math.min(pageSize, wanted);
  let left = wanted;
  let token: string | undefined;
  for (let number = 1; left > 0; number += 1) {
    const place = by === "number" ? { page_number: number } : { next_page_token: token };
    const answer = (await send({ page_size: size, ...place })) as Record<string, unknown>;
    const page = answer[key];
    const rows = Array.isArray(page) ? (page as Record<string, unknown>[]) : [];
    yield { answer, rows: rows.slice(0, left) };
    left -= rows.length;
    if (by === "number") {
      const { page_count: count } = answer;
      if (rows.length < size || (typeof count === "number" && number >= count)) return;
    } else {
      token = typeof answer["next_page_token"] === "string" ? answer["next_page_token"] : "";
      if (token === "") return;
    }
  }
}

/** Reads page after page until the list ends or holds as many as are wanted. */
async function everyPage(
  call: ActionRun<unknown>["call"],
  request: OperationRequest,
  list: ListSpec,
  limit: number,
): Promise<unknown> {
  const all: unknown[] = [];
  let last: Record<string, unknown> = {};
  const send = (query: OperationRequest["query"]) =>
    call({ ...request, query: { ...request.query, ...query } });
  for await (const { answer, rows } of pagesOf(send, list, limit)) {
    all.push(...rows);
    last = answer;
  }
  return { ...last, [list.key]: all };
}

/** A list's rows, page after page, as they come. */
export async function* rowsOf(
  client: Client,
  { list, endpoint, requestOf }: Pick<OperationAction, "list" | "endpoint" | "requestOf">,
  input: Readonly<Record<string, unknown>>,
): AsyncGenerator<Record<string, unknown>> {
  if (!list) throw new Error(`${endpoint} answers no list`);
  const [method = "", path = ""] = endpoint.split(" ");
  const { limit, ...fields } = input;
  const request = requestOf(fields);
  const send = (query: OperationRequest["query"]) =>
    client.request(method, path, { ...request, query: { ...request.query, ...query } });
  const wanted = typeof limit === "number" ? limit : Number.POSITIVE_INFINITY;
  for await (const { rows } of pagesOf(send, list, wanted)) yield* rows;
}

/** A list with schemas of its own, which give the action its types. */
export function listAction<I extends z.ZodObject, O extends z.ZodObject>(
  spec: Omit<OperationSpec, "input" | "output" | "effect"> & {
    readonly list: ListSpec;
    readonly input: I;
    readonly output: O;
  },
): Action<I, O> & Pick<OperationAction, "list" | "requestOf"> {
  const made = operationAction({
    ...spec,
    effect: "read",
    input: () => spec.input,
    output: () => spec.output,
  });
  // It checks by these very schemas.
  return made as unknown as Action<I, O> & Pick<OperationAction, "list" | "requestOf">;
}
