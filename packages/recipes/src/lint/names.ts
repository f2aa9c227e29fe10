/** What expressions may read at a place of a recipe. */
import type { NamedTypes } from "../types/type-of-expression.ts";
import {
  type ValueType,
  any,
  either,
  listOf,
  nothing,
  number,
  objectOf,
  text,
  time,
  truth,
} from "../types/value-type.ts";

/** The names that are known at a place, and who reads them. */
export interface Place {
  readonly names: NamedTypes;
  /** How problems name the step. */
  readonly who: string;
  /** The step's own id. */
  readonly self?: string | undefined;
  /** The branches that it is in and that run beside others, the outermost first. */
  readonly beside: readonly string[];
}

/** The names that are known nowhere but in one place, with that place. */
export const onlyIn: Readonly<Record<string, string>> = {
  error: "Only the steps of a `catch`, and the `when` of a `retry`, know it.",
  arrived: "Only the `when` of a wait for an event knows it.",
  secrets: "Only the input of an action can name secrets.",
  loop: "Only the steps inside a loop know it.",
};

/** The names that mean something themselves, and cannot be ids. */
export const scopeNames = [
  "trigger",
  "event",
  "job",
  "vars",
  "properties",
  "secrets",
  "error",
  "arrived",
] as const;

/** The type of `event`. */
export const eventType = objectOf({ id: text, name: text, occurredAt: time });
/** The type of `job`. */
export const jobType = objectOf({ id: text, startedAt: time });
/** The type of `loop` in a `forEach`. */
export const loopType = objectOf({ index: number, first: truth, last: truth });
/** The type of `loop` in a `while`. */
export const whileLoopType = objectOf({ index: number });
/** The type of `error` in a `catch`. */
export const errorType = objectOf({
  ...{ kind: text, code: text, message: text, hint: either(text, nothing), step: either(text, nothing) },
  fields: listOf(objectOf({ field: text, message: text })),
});

/** What one iteration leaves behind. */
export function iterationType(ids: readonly string[], names: NamedTypes): ValueType {
  return objectOf(Object.fromEntries(ids.map((id) => [id, orNull(names.get(id) ?? any)])));
}

/** What may not have come to be. */
export function orNull(type: ValueType): ValueType {
  return either(type, nothing);
}
