import { z } from "zod";
import type { ActionRun, AnyAction } from "./action.ts";
import type { Client } from "./client.ts";
import { ConnectorError, type FieldProblem } from "./connector-error.ts";

/** What an action is run with. */
export interface ActionContext {
  readonly client: Client;
  readonly input: unknown;
  readonly idempotencyKey: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks the input, runs the action, checks its output.
 *
 * @throws {ConnectorError} `invalid-input` naming each field, before anything is sent; `unexpected-response`
 * naming the place where the service's answer has another shape.
 */
export async function runAction(action: AnyAction, context: ActionContext): Promise<unknown> {
  const output: unknown = await action.run(contextOf(action, context));
  return checkOutput(action, output);
}

/** Finds what an earlier attempt made; undefined when it made nothing. @throws {ConnectorError} */
export async function lookUpAction(action: AnyAction, context: ActionContext & { readonly since: Date }): Promise<unknown> {
  if (!action.lookUp) throw new Error("this action cannot look up");
  const found: unknown = await action.lookUp({ ...contextOf(action, context), since: context.since });
  return found === undefined ? undefined : checkOutput(action, found);
}

function contextOf(action: AnyAction, { client, input, idempotencyKey, signal }: ActionContext): ActionRun<unknown> {
  const parsed = action.input.safeParse(input ?? {}) as z.ZodSafeParseResult<unknown>;
  if (!parsed.success) throw invalidInput(action.title, parsed.error);
  const space = action.endpoint.indexOf(" ");
  const method = action.endpoint.slice(0, space);
  const path = action.endpoint.slice(space + 1);
  return {
    call: (options) => client.request(method, path, { signal, idempotent: action.idempotent, ...options }),
    ...{ client, input: parsed.data, idempotencyKey, signal },
  };
}

function checkOutput(action: AnyAction, output: unknown): unknown {
  const parsed = action.output.safeParse(output) as z.ZodSafeParseResult<unknown>;
  if (parsed.success) return parsed.data;
  const problems = fieldProblems(parsed.error);
  throw new ConnectorError(
    "unexpected-response",
    "unexpected-response",
    `${action.title}: the service answered in an unexpected form: ${listOf(problems)}.`,
    { fields: problems, hint: "The service may have changed. Please report it with the job's data." },
  );
}

function invalidInput(title: string, error: z.ZodError): ConnectorError {
  const problems = fieldProblems(error);
  return new ConnectorError("invalid-input", "invalid-input", `${title}: ${listOf(problems)}.`, {
    fields: problems,
    hint: "Correct the step's input in the recipe.",
  });
}

/** The problems of a Zod error by field, in words. */
export function fieldProblems(error: z.ZodError): readonly FieldProblem[] {
  return error.issues.map((issue) => {
    const path = z.core.toDotPath(issue.path);
    if (issue.code === "unrecognized_keys") {
      return { field: [path, issue.keys[0]].filter(Boolean).join("."), message: "is not a field of this input" };
    }
    return { field: path, message: issue.message };
  });
}

function listOf(problems: readonly FieldProblem[]): string {
  return problems.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join("; ");
}
