import type { z } from "zod";
import type { CallOptions, Client } from "./client.ts";
import type { OpenFile } from "./file-ref.ts";
import type { JsonSchema } from "./json-schema.ts";

/** What a call does to the service; retries are decided by it. */
export type Effect = "read" | "create" | "update" | "delete";

/** An HTTP method and a path with `{parameters}`, as the service's reference prints it. */
export type Endpoint = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

/** What an action's `run` is given. */
export interface ActionRun<Input> {
  /** Calls the declared endpoint; the path cannot drift from it. */
  readonly call: (options?: CallOptions) => Promise<unknown>;
  /** For the few actions that need a second endpoint, or one named by their input. */
  readonly client: Client;
  readonly input: Input;
  /** The same for every attempt of one step of one job; for services that take such a key. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal | undefined;
  /** The connection that the step uses, by its name. */
  readonly connection: string | undefined;
  /** Opens a file that an earlier step gave, at whatever service it is. @throws {ConnectorError} */
  readonly openFile: OpenFile;
}

/** One call of a connector, as data and a function; made by {@link defineAction}. */
export interface Action<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly title: string;
  readonly summary: string;
  readonly endpoint: Endpoint;
  /** Scopes of which any one suffices, the least first. */
  readonly scopes: readonly string[];
  readonly effect: Effect;
  /** For the few whose effect follows from their input, such as a request of any method. */
  effectOf?(input: unknown): Effect;
  readonly input: I;
  /** The input's fields that hold a template of their own: `{{ }}` in them is not the recipe's. */
  readonly verbatim?: readonly string[];
  readonly output: O;
  /** For the few whose output follows from their input: what editors and lint then know of it, as JSON Schema. */
  outputOf?(input: unknown): JsonSchema | undefined;
  /** Whether doing it twice equals doing it once; by default all but `create`. */
  readonly idempotent: boolean;
  /** For the few where that follows from their input. */
  idempotentOf?(input: unknown): boolean;
  run(context: ActionRun<z.output<I>>): Promise<z.input<O>>;
  /**
   * Finds what an earlier attempt, whose answer was lost, has made; undefined when it made nothing.
   * `since` is when that attempt began, by the engine's clock.
   */
  lookUp?(context: ActionRun<z.output<I>> & { readonly since: Date }): Promise<z.input<O> | undefined>;
}

/** An action of any shape. */
// biome-ignore lint: the schemas' types are known only to the action itself
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyAction = Action<any, any>;

/** Declares an action; the schemas give `run` its types. */
export function defineAction<I extends z.ZodType, O extends z.ZodType>(
  action: Omit<Action<I, O>, "idempotent"> & { readonly idempotent?: boolean },
): Action<I, O> {
  return { ...action, idempotent: action.idempotent ?? action.effect !== "create" };
}
