/** What an expression surely is wrong about, and what it gives: a walk over its syntax with the types of its names. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { nearest } from "../did-you-mean.ts";
import { functionNames, outsideText } from "../expressions/environment.ts";
import { asksFor } from "../expressions/relaxed-nodes.ts";
import { refinedResult } from "./formula-types.ts";
import { receiversOf, typeOfParts } from "./overloads.ts";
import { argumentProblems } from "./written-arguments.ts";
import { comparable, isEquality, isSlip, listed, typeOfLiteral } from "./type-rules.ts";
import {
  any,
  either,
  inWords,
  isLoose,
  listOf,
  nothing,
  type ObjectType,
  objectOf,
  text as textType,
  truth,
  type ValueType,
  waysOf,
} from "./value-type.ts";

/** The names that an expression may read, with their types. */
export type NamedTypes = ReadonlyMap<string, ValueType>;

/** What is wrong with an expression's types. */
export interface TypeProblem {
  readonly message: string;
  readonly hint: string | undefined;
  /** A field that the schema neither has nor excludes. */
  readonly severity: "error" | "warning";
}

/** The type of an expression, and what is wrong inside. */
export function typeOfExpression(
  ast: ASTNode,
  text: string,
  names: NamedTypes,
): { readonly type: ValueType; readonly problems: readonly TypeProblem[] } {
  const walk = new TypeWalk(text);
  const type = walk.typeOf(ast, names);
  return { type, problems: walk.problems };
}

const itemMacros = new Set(["map", "filter", "all", "exists", "exists_one"]);

class TypeWalk {
  readonly problems: TypeProblem[] = [];
  readonly #text: string;
  /** What `has` was asked for: whoever asks knows that it may not be there. */
  readonly #asked = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  typeOf(node: ASTNode, names: NamedTypes): ValueType {
    switch (node.op) {
      case "value":
        return typeOfLiteral(node.args);
      case "id":
        return names.get(outsideText(node.args)) ?? any;
      case ".":
      case ".?":
        return this.#fieldOf(node.args[0], node.args[1], names);
      case "[]":
      case "[?]":
        return this.#itemOf(node.args[0], node.args[1], names);
      case "call":
        return this.#call(node, names);
      case "rcall":
        return this.#methodCall(node, names);
      case "list":
        return listOf(
          node.args.length === 0 ? any : either(...node.args.map((item) => this.typeOf(item, names))),
        );
      case "map":
        return this.#objectLiteral(node.args, names);
      case "?:": {
        const [condition, then, otherwise] = node.args;
        this.#needTruth(condition, names, "A condition");
        return either(this.typeOf(then, names), this.typeOf(otherwise, names));
      }
      case "||":
      case "&&":
        for (const side of node.args) this.#needTruth(side, names, `Each side of ${node.op}`);
        return truth;
      case "!_":
        this.#needTruth(node.args, names, "What ! turns round");
        return truth;
      case "-_":
        return this.#operator("-", [node.args], names);
      default:
        return this.#operator(node.op, node.args, names);
    }
  }

  #say(message: string, hint?: string, severity: TypeProblem["severity"] = "error"): ValueType {
    this.problems.push({ message, hint, severity });
    // Nothing is known of what is wrong, so that one mistake is told once.
    return any;
  }

  #written(node: ASTNode): string {
    return this.#text.slice(node.range.start, node.range.end);
  }

  #needTruth(node: ASTNode, names: NamedTypes, who: string): void {
    const type = this.typeOf(node, names);
    if (waysOf(type).some(({ kind }) => kind === "any" || kind === "truth")) return;
    this.#say(
      `${who} must be true or false, but ${this.#written(node)} is ${inWords(type)}.`,
      "Compare it with something, or use .present().",
    );
  }

  #fieldOf(container: ASTNode, name: string, names: NamedTypes): ValueType {
    const type = this.typeOf(container, names);
    const ways = waysOf(type).filter(({ kind }) => kind !== "null");
    if (ways.length === 0 || ways.some(({ kind }) => kind === "any")) return any;
    const objects = ways.filter((way) => way.kind === "object");
    if (objects.length === 0) return this.#noFields(container, name, type);
    const found = objects.flatMap((object) => object.field(name) ?? []);
    if (found.length > 0) return either(...found);
    return this.#unknownField(this.#written(container), name, objects);
  }

  #unknownField(container: string, name: string, objects: readonly ObjectType[]): ValueType {
    const known = [...new Set(objects.flatMap((object) => object.names))];
    const rest = objects.flatMap((object) => object.rest ?? []);
    const near = known.find((each) => isSlip(name, each)) ?? nearest(name, known);
    const hint = near === undefined ? listed(known) : `Did you mean “${near}”?`;
    if (rest.length === 0) return this.#say(`${container} has no “${name}”.`, hint);
    if (known.length === 0) return either(...rest);
    const dynamic = `If it is there all the same, write ${container}["${name}"].`;
    if (near !== undefined && isSlip(name, near))
      return this.#say(`${container} has no “${name}”.`, `${hint} ${dynamic}`);
    if (this.#asked.has(`${container}.${name}`)) return either(...rest);
    this.#say(
      `“${name}” is none of the known fields of ${container}.`,
      `${hint ?? ""} ${dynamic}`.trim(),
      "warning",
    );
    return either(...rest);
  }

  #noFields(container: ASTNode, name: string, type: ValueType): ValueType {
    const written = this.#written(container);
    const hint = waysOf(type).some(({ kind }) => kind === "list")
      ? `Take one of its items: ${written}.first().${name}`
      : functionNames.includes(name)
        ? `A formula is written with brackets: ${name}().`
        : undefined;
    return this.#say(`${written} has no “${name}”: it is ${inWords(type)}.`, hint);
  }

  #itemOf(container: ASTNode, index: ASTNode, names: NamedTypes): ValueType {
    const type = this.typeOf(container, names);
    this.typeOf(index, names);
    const key = index.op === "value" && typeof index.args === "string" ? index.args : undefined;
    return either(
      ...waysOf(type).map((way) => {
        if (way.kind === "list") return way.of;
        return (way.kind === "object" && key !== undefined && way.field(key)) || any;
      }),
    );
  }

  #objectLiteral(entries: readonly (readonly [ASTNode, ASTNode])[], names: NamedTypes): ValueType {
    const fields: Record<string, ValueType> = {};
    let open = false;
    for (const [key, value] of entries) {
      const type = this.typeOf(value, names);
      if (key.op === "value" && typeof key.args === "string") fields[key.args] = type;
      else open = true;
    }
    return objectOf(fields, open ? any : undefined);
  }

  #call(node: Extract<ASTNode, { op: "call" }>, names: NamedTypes): ValueType {
    const [name, args] = node.args;
    if (name === "has") {
      for (const argument of args) {
        this.#asked.add(this.#written(argument));
        this.typeOf(argument, names);
      }
      return truth;
    }
    // What is left out is of no kind that a field could not take.
    if (name === "skip" && args.length === 0) return nothing;
    const types = args.map((argument) => this.typeOf(argument, names));
    const outside = outsideText(`${name}(`).slice(0, -1);
    this.#checkArguments(name, undefined, args);
    return (
      typeOfParts((parts) => `${name}(${parts.join(", ")})`, types) ??
      this.#say(`${outside}() does not take ${types.map(inWords).join(" and ")}: ${this.#written(node)}.`)
    );
  }

  #methodCall(node: Extract<ASTNode, { op: "rcall" }>, names: NamedTypes): ValueType {
    const [name, receiver, args] = node.args;
    const [variable, ...rest] = args;
    if (receiver.op === "id" && receiver.args === "cel" && name === "bind" && variable?.op === "id") {
      const [value, inner] = rest;
      const bound = value ? this.typeOf(value, names) : any;
      return inner ? this.typeOf(inner, new Map(names).set(variable.args, bound)) : any;
    }
    if (asksFor(name)) this.#asked.add(this.#written(receiver));
    const on = this.typeOf(receiver, names);
    if (itemMacros.has(name) && variable?.op === "id")
      return this.#macro(name, receiver, on, variable.args, rest, names);
    const types = args.map((argument) => this.typeOf(argument, names));
    const type = typeOfParts(
      ([self = "", ...parts]) => `${self}.${name}(${parts.join(", ")})`,
      [on, ...types],
    );
    if (type) {
      this.#checkArguments(name, on, args);
      return refinedResult(name, on, args, types) ?? type;
    }
    return this.#wrongCall(node, on, types);
  }

  #checkArguments(name: string, on: ValueType | undefined, args: readonly ASTNode[]): void {
    for (const { message, hint } of argumentProblems(name, on, args)) this.#say(message, hint);
  }

  #wrongCall(
    { args: [name, receiver] }: Extract<ASTNode, { op: "rcall" }>,
    on: ValueType,
    types: readonly ValueType[],
  ): ValueType {
    const called = outsideText(`${name}(`).slice(0, -1);
    const anyArguments = types.map(() => any);
    const fits = typeOfParts(
      ([self = "", ...parts]) => `${self}.${name}(${parts.join(", ")})`,
      [on, ...anyArguments],
    );
    if (fits) return this.#say(`${called}() does not take ${types.map(inWords).join(" and ")} here.`);
    const receivers = receiversOf(name);
    const message = `${called}() cannot be called on ${this.#written(receiver)}: it is ${inWords(on)}.`;
    return this.#say(message, receivers && `It is for ${inWords(receivers)}.`);
  }

  #macro(
    name: string,
    receiver: ASTNode,
    on: ValueType,
    variable: string,
    rest: readonly ASTNode[],
    names: NamedTypes,
  ): ValueType {
    const ways = waysOf(on);
    const items = ways.flatMap((way) => {
      if (way.kind === "list") return [way.of];
      return way.kind === "object" ? [textType] : way.kind === "any" ? [any] : [];
    });
    if (items.length === 0 && ways.some(({ kind }) => kind !== "null"))
      return this.#say(
        `${name}() cannot be called on ${this.#written(receiver)}: it is ${inWords(on)}.`,
        "It is for a list.",
      );
    const item = either(...items);
    const inner = new Map(names).set(variable, item);
    const given = rest.map((argument) => this.typeOf(argument, inner));
    if (name === "map") return listOf(given.at(-1) ?? any);
    return name === "filter" ? listOf(item) : truth;
  }

  #operator(operator: string, operands: readonly ASTNode[] | ASTNode, names: NamedTypes): ValueType {
    const nodes = Array.isArray(operands) ? (operands as readonly ASTNode[]) : [operands as ASTNode];
    const types = nodes.map((operand) => this.typeOf(operand, names));
    const write = (parts: readonly string[]) =>
      parts.length === 1 ? `${operator}${parts[0]}` : `${parts[0]} ${operator} ${parts[1]}`;
    const type = isEquality(operator) && comparable(types) ? truth : typeOfParts(write, types);
    if (type) return type;
    // Numbers and texts may stand for each other here: it can be right after all, but hardly is meant.
    const severity = isEquality(operator) && types.some(isLoose) ? "warning" : "error";
    const told = nodes.map((each, index) => `${this.#written(each)} is ${inWords(types[index] ?? any)}`);
    const hint =
      operator === "+" ? "Make both text, with to_s(), or write a template: “{{ … }} {{ … }}”." : undefined;
    return this.#say(`“${operator}” does not go with these: ${told.join(", ")}.`, hint, severity);
  }
}
