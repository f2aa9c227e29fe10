/** An example of an action that runs: the steps it needs before it, and what people do meanwhile in the sandbox. */

/** A value that an earlier step gave. */
export interface Reference {
  readonly $from: readonly [step: string, ...path: (string | number)[]];
}

/** One step. */
export interface ExampleStep {
  readonly id: string;
  readonly use: string;
  /** May hold references. */
  readonly input: unknown;
}

/** What happens in the sandbox after so many steps. */
export type ExampleEvent =
  | {
      readonly after: number;
      readonly control: string | Reference;
      readonly path: unknown;
      readonly body: unknown;
    }
  | { readonly after: number; readonly advanceMs: number };

/** The example; the last step is the action's. */
export interface Example {
  readonly steps: readonly ExampleStep[];
  readonly around: readonly ExampleEvent[];
}

/** Whether a value is a reference. */
export function isReference(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && "$from" in value;
}

/** The value with its references replaced. */
export function resolved(value: unknown, replace: (reference: Reference) => unknown): unknown {
  if (isReference(value)) return replace(value);
  if (Array.isArray(value)) return value.map((item) => resolved(item, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, replace)]));
}

/** As a recipe writes it: `{{ meeting.id }}`. */
export function inRecipe(value: unknown): unknown {
  return resolved(value, ({ $from: [step, ...path] }) => {
    const rest = path.map((key) =>
      typeof key === "number"
        ? `[${key}]`
        : /^[A-Za-z_]\w*$/.test(key)
          ? `.${key}`
          : `[${JSON.stringify(key)}]`,
    );
    return `{{ ${step}${rest.join("")} }}`;
  });
}

/** The connection that a step names. */
const connectionOf = (use: string): string => (use.endsWith("-chatbot-message") ? "bot" : "zoom");

/** The example as a recipe that others call. */
export function exampleRecipe(name: string, { steps }: Example): object {
  return {
    name,
    trigger: { use: "recipe/called" },
    steps: steps.map(({ id, use, input }) => ({
      ...{ id, use, connection: connectionOf(use), input: inRecipe(input) },
    })),
  };
}
