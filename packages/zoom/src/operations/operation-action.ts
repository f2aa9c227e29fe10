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
  readonly list?: { readonly key: string; readonly pageSize: number };
  /** Schemas are made when they are first asked for: hundreds of them would slow every start. */
  readonly input: () => z.ZodObject;
  readonly output: () => z.ZodObject;
}

/** An action of one operation, by what it takes and what it gives. */
export interface OperationAction<I = Record<string, unknown>, O = Record<string, unknown>>
  extends Action<z.ZodType<I, I>, z.ZodType<O, O>> {
  /** The field of the answer that holds a page of a list. */
  readonly list?: { readonly key: string; readonly pageSize: number };
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
          ? await everyPage(call, request, list, (fields["limit"] as number | undefined) ?? DEFAULT_LIMIT)
          : await call(request);
      // An empty answer is an object without fields.
      return expectAnswer((output ??= spec.output()), answer ?? {}, spec.title);
    },
  };
}

const hasBody = (endpoint: string): boolean => /^(POST|PUT|PATCH) /.test(endpoint);

/** Reads page after page until the list ends or holds as many as are wanted. */
async function everyPage(
  call: ActionRun<unknown>["call"],
  request: OperationRequest,
  { key, pageSize }: { readonly key: string; readonly pageSize: number },
  limit: number,
): Promise<unknown> {
  const rows: unknown[] = [];
  let next: string | undefined;
  for (;;) {
    const answer = (await call({
      ...request,
      query: { ...request.query, page_size: Math.min(pageSize, limit), next_page_token: next },
    })) as Record<string, unknown>;
    const page = answer[key];
    if (Array.isArray(page)) rows.push(...(page as unknown[]));
    next = typeof answer["next_page_token"] === "string" ? answer["next_page_token"] : "";
    if (next === "" || rows.length >= limit) return { ...answer, [key]: rows.slice(0, limit) };
  }
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
  let left = typeof limit === "number" ? limit : Number.POSITIVE_INFINITY;
  let next: string | undefined;
  do {
    const query = { ...request.query, page_size: Math.min(list.pageSize, left), next_page_token: next };
    const answer = (await client.request(method, path, { ...request, query })) as Record<string, unknown>;
    const page = Array.isArray(answer[list.key]) ? (answer[list.key] as Record<string, unknown>[]) : [];
    yield* page.slice(0, left);
    left -= page.length;
    next = (answer["next_page_token"] as string | undefined) || undefined;
  } while (next !== undefined && left > 0);
}
