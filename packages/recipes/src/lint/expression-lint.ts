import { suggest } from "../did-you-mean.ts";
import { parse } from "../expressions/environment.ts";
import { compileExpression } from "../expressions/expression.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { compileValue, isTemplate, templateParts } from "../expressions/template.ts";
import type { Condition } from "../step-types.ts";
import { typeOfExpression } from "../types/type-of-expression.ts";
import { typeOfJson } from "../types/type-of-schema.ts";
import {
  any,
  either,
  inWords,
  isLoose,
  listOf,
  objectOf,
  secret,
  text as textType,
  truth,
  type ValueType,
  waysOf,
} from "../types/value-type.ts";
import { onlyIn, type Place } from "./names.ts";
import type { Report } from "./report.ts";

/** What is told of a value in an input whose parts are templates. */
type Leaf = (path: string, type: ValueType) => void;

/** Finds the problems of expressions, and their types. */
export class ExpressionLint {
  readonly #report: Report;
  /** All ids of the recipe; whether their steps are disabled. */
  readonly #ids: ReadonlyMap<string, boolean>;
  readonly #onVariables: (text: string, path: string, place: Place) => void;

  constructor(
    report: Report,
    ids: ReadonlyMap<string, boolean>,
    onVariables: (text: string, path: string, place: Place) => void,
  ) {
    this.#report = report;
    this.#ids = ids;
    this.#onVariables = onVariables;
  }

  /** A value whose strings may be templates. */
  value(value: unknown, path: string, place: Place, leaf: Leaf = () => {}): ValueType {
    if (typeof value === "string" && isTemplate(value)) {
      const type = this.#template(value, path, place);
      leaf(path, type);
      return type;
    }
    if (Array.isArray(value)) {
      if (value.length === 0) return listOf(any);
      return listOf(
        either(...value.map((item, index) => this.value(item, `${path}[${index}]`, place, leaf))),
      );
    }
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value);
      return objectOf(
        Object.fromEntries(
          entries.map(([key, item]) => [key, this.value(item, `${path}.${key}`, place, leaf)]),
        ),
      );
    }
    return typeOfJson(value);
  }

  condition(condition: Condition, path: string, place: Place): void {
    if (typeof condition === "string")
      this.needs(condition, path, place, truth, "a condition must give true or false");
  }

  /** An expression that must give a kind of value; where that depends on data, only the job can tell. */
  needs(expression: string, path: string, place: Place, wanted: ValueType, needs: string): ValueType {
    const type = this.expression(expression, path, place);
    const kinds = new Set(waysOf(wanted).map(({ kind }) => kind));
    if (waysOf(type).every(({ kind }) => kind !== "any" && !kinds.has(kind))) {
      this.#report.add(path, `${place.who}: It gives ${inWords(type)}, but ${needs}.`);
      return any;
    }
    return type;
  }

  /** An expression; its type. */
  expression(expression: string, path: string, place: Place): ValueType {
    if (!this.#compiles(() => compileExpression(expression, path), expression, path, place)) return any;
    return this.#typeOf(expression, path, place);
  }

  #template(template: string, path: string, place: Place): ValueType {
    if (!this.#compiles(() => compileValue(template, path), template, path, place)) return any;
    const parts = templateParts(template, path);
    const types = parts.map((part) => (part.hole ? this.#typeOf(part.text.trim(), path, place) : textType));
    const [only] = types;
    if (types.length === 1 && only) return only;
    return types.some((type) => waysOf(type).some(({ kind }) => kind === "secret")) ? secret : textType;
  }

  #typeOf(expression: string, path: string, place: Place): ValueType {
    const { type, problems } = typeOfExpression(parse(expression).ast, expression, place.names);
    for (const { message, hint, severity } of problems)
      this.#report.add(path, `${place.who}: ${message}`, { hint, severity });
    return type;
  }

  #compiles(
    compile: () => { readonly variables: ReadonlySet<string> },
    text: string,
    path: string,
    place: Place,
  ): boolean {
    let variables: ReadonlySet<string>;
    try {
      ({ variables } = compile());
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#report.add(path, `${place.who}: ${error.message}`, { hint: error.hint });
      return false;
    }
    let known = true;
    for (const name of variables) {
      if (name === "vars") this.#onVariables(text, path, place);
      if (place.names.has(name)) continue;
      known = false;
      this.#unknown(name, path, place);
    }
    return known;
  }

  #unknown(name: string, path: string, { who, self, names }: Place): void {
    const disabled = this.#ids.get(name);
    const add = (message: string, hint: string | undefined) => this.#report.add(path, message, { hint });
    if (name === self) {
      add(`${who}: the step “${name}” refers to itself: a cycle.`, "Refer to an earlier step.");
    } else if (disabled === true) {
      add(
        `${who}: the step “${name}” is disabled, so it gives nothing.`,
        "Enable it, or refer to another step.",
      );
    } else if (disabled === false) {
      const hint =
        "Only steps before this one, on its own path, have data; a variable keeps data across branches.";
      add(`${who}: “${name}” runs later, or in another branch.`, hint);
    } else {
      const hint = Object.hasOwn(onlyIn, name) ? onlyIn[name] : suggest(name, [...names.keys()]);
      add(`${who}: there is no “${name}” here.`, hint);
    }
  }
}

const jsonKinds: Readonly<Partial<Record<ValueType["kind"], string>>> = {
  ...{ text: "string", time: "string", period: "string", bytes: "string", secret: "string" },
  ...{ number: "number", whole: "number", truth: "boolean", null: "null", list: "array", object: "object" },
};

/** Whether a type surely is none of the kinds of JSON that a field takes. */
export function surelyNot(type: ValueType, accepted: ReadonlySet<string>): boolean {
  const kinds = waysOf(type).map(({ kind }) => jsonKinds[kind]);
  const meant = kinds.filter((kind) => kind !== "null");
  if (meant.length === 0 || meant.some((kind) => kind === undefined || accepted.has(kind))) return false;
  return !(isLoose(type) && (accepted.has("string") || accepted.has("number")));
}
