import type { z } from "zod";
import type { ActionRun, AnyAction } from "./action.ts";
import type { Client } from "./client.ts";
import { ConnectorError, type FieldProblem } from "./connector-error.ts";
import { fieldProblems } from "./field-problems.ts";
import type { OpenFile } from "./file-ref.ts";

/** What an action is run with. */
export interface ActionContext {
  readonly client: Client;
  readonly input: unknown;
  readonly idempotencyKey: string;
  readonly signal?: AbortSignal | undefined;
  readonly connection?: string | undefined;
  readonly openFile?: OpenFile | undefined;
}

/**
 * Checks the input, runs the action, checks its output.
 *
 * @throws {ConnectorError} `invalid-input` naming each field, before anything is sent; `unexpected-response`
 * naming the place where the service's answer has another shape.
 */
export async function runAction(action: AnyAction, context: ActionContext): Promise<unknown> {
  const output: unknown = await action.run(contextOf(action, context));
  return expectAnswer(outputOf(action), output, action.title);
}

/** Finds what an earlier attempt made; undefined when it made nothing. @throws {ConnectorError} */
export async function lookUpAction(
  action: AnyAction,
  context: ActionContext & { readonly since: Date },
): Promise<unknown> {
  if (!action.lookUp) throw new Error("this action cannot look up");
  const found: unknown = await action.lookUp({ ...contextOf(action, context), since: context.since });
  return found === undefined ? undefined : expectAnswer(outputOf(action), found, action.title);
}

/** What was read by a schema: actions read the answer by it, and whoever runs them the output, which is the same. */
const readBy = new WeakMap<object, z.ZodType>();

/**
 * A service's answer in the shape that a connector reads it by.
 *
 * @throws {ConnectorError} `unexpected-response` naming the place where it has another shape.
 */
export function expectAnswer<S extends z.ZodType>(
  schema: S,
  answer: unknown,
  what = "The service",
): z.output<S> {
  const isObject = typeof answer === "object" && answer !== null;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it came out of this very schema
  if (isObject && readBy.get(answer) === schema) return answer as z.output<S>;
  const parsed = schema.safeParse(answer);
  if (parsed.success) {
    const { data } = parsed;
    if (typeof data === "object" && data !== null) readBy.set(data, schema);
    return data;
  }
  const problems = fieldProblems(parsed.error);
  throw new ConnectorError(
    "unexpected-response",
    "unexpected-response",
    `${what}: the answer has an unexpected form: ${listOf(problems)}.`,
    {
      fields: problems,
      hint: "The service may have changed. Please report it with the job's data.",
    },
  );
}

function contextOf(
  action: AnyAction,
  { client, input, idempotencyKey, signal, connection, openFile = noFiles }: ActionContext,
): ActionRun<unknown> {
  const parsed = inputOf(action).safeParse(input ?? {});
  if (!parsed.success) throw invalidInput(action, parsed.error);
  const space = action.endpoint.indexOf(" ");
  const method = action.endpoint.slice(0, space);
  const path = action.endpoint.slice(space + 1);
  return {
    call: (options) => client.request(method, path, { signal, idempotent: action.idempotent, ...options }),
    client,
    input: parsed.data,
    idempotencyKey,
    signal,
    connection,
    openFile,
  };
}

const noFiles: OpenFile = () => Promise.reject(new Error("this action was run without a way to files"));

function invalidInput(action: AnyAction, error: z.ZodError): ConnectorError {
  const problems = fieldProblems(error, inputOf(action));
  return new ConnectorError("invalid-input", "invalid-input", `${action.title}: ${listOf(problems)}.`, {
    fields: problems,
    hint: "Correct the step's input in the recipe.",
  });
}

function listOf(problems: readonly FieldProblem[]): string {
  return problems.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join("; ");
}

// An action of any shape has `any` for its schemas; from here on they are schemas of something.
function inputOf(action: AnyAction): z.ZodType {
  return action.input;
}

function outputOf(action: AnyAction): z.ZodType {
  return action.output;
}
