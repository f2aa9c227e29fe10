import type { AnyAction, AnyTrigger, JsonSchema } from "@greenroom/connector-kit";
import { z } from "zod";
import type { Catalogue } from "../catalogue.ts";
import { calledTrigger } from "../recipe-connector.ts";
import { suggest } from "../did-you-mean.ts";
import { formsAt } from "../forms.ts";
import { acceptedKinds, inWords as formInWords, inputProblems, likelyMisspelt } from "../input-problems.ts";
import type { Recipe } from "../recipe-schema.ts";
import { inWords, type ValueType } from "../types/value-type.ts";
import { type ExpressionLint, surelyNot } from "./expression-lint.ts";
import type { Place } from "./names.ts";
import { keysOf, type Report } from "./report.ts";

type Use = { readonly use: string; readonly connection?: string | undefined };

/** Finds what is wrong with the use of actions and triggers: their names, connections and inputs. */
export class UseLint {
  readonly #report: Report;
  readonly #recipe: Recipe;
  readonly #catalogue: Catalogue;
  readonly #connections: readonly { readonly name: string; readonly connector: string }[] | undefined;

  constructor(
    report: Report,
    recipe: Recipe,
    catalogue: Catalogue,
    connections: readonly { readonly name: string; readonly connector: string }[] | undefined,
  ) {
    this.#report = report;
    this.#recipe = recipe;
    this.#catalogue = catalogue;
    this.#connections = connections;
  }

  /** The action; undefined, and a problem, when there is none. */
  action(use: string, path: string): AnyAction | undefined {
    return this.#catalogue.action(use) ?? this.#missing(use, "action", path);
  }

  /** The trigger; undefined, and a problem, when there is none. */
  trigger(use: string, path: string): AnyTrigger | undefined {
    return this.#catalogue.trigger(use) ?? this.#missing(use, "trigger", path);
  }

  #missing(use: string, kind: "action" | "trigger", path: string): undefined {
    const [connectorId = "", name = ""] = use.split("/");
    const connector = this.#catalogue.connectors.get(connectorId);
    if (!connector) {
      const hint = suggest(connectorId, [...this.#catalogue.connectors.keys()]);
      this.#report.add(path, `There is no connector “${connectorId}”.`, { hint });
      return undefined;
    }
    const names = Object.keys(kind === "action" ? connector.actions : connector.triggers);
    this.#report.add(path, `${connector.title} has no ${kind} “${name}”.`, { hint: suggest(name, names) });
    return undefined;
  }

  /** Whether somebody waits for what the recipe returns: a recipe that called it, or who called its address. */
  hasCaller(): boolean {
    const { use } = this.#recipe.trigger;
    return use === calledTrigger || this.#catalogue.trigger(use)?.kind === "hook";
  }

  connection(step: Use, path: string, who: string): void {
    const [connectorId = ""] = step.use.split("/");
    const connector = this.#catalogue.connectors.get(connectorId);
    if (!connector) return;
    if (!connector.connections) {
      if (step.connection !== undefined)
        this.#report.add(`${path}.connection`, `${connector.title} needs no connection.`, {
          hint: "Leave it out.",
        });
      return;
    }
    const name = this.#catalogue.connectionOf(this.#recipe, step);
    const place = step.connection === undefined ? path : `${path}.connection`;
    const names = this.#connections
      ?.filter(({ connector: of }) => of === connectorId)
      .map((connection) => connection.name);
    if (name === undefined) {
      if (connector.connectionOptional === true) return;
      this.#report.add(place, `${who} has no connection.`, {
        expected: `connection: the name of a connection to ${connector.title}`,
        hint:
          names &&
          (names.length > 0
            ? `There is ${names.join(", ")}.`
            : `Create a connection to ${connector.title} first.`),
      });
    } else if (names && !names.includes(name)) {
      const hint = suggest(name, names) ?? `Create a connection to ${connector.title} named “${name}” first.`;
      this.#report.add(place, `There is no connection to ${connector.title} named “${name}”.`, { hint });
    }
  }

  /** An input without its expressions. */
  plainInput(who: string, schema: z.ZodType, input: unknown, path: string): void {
    for (const { field, message, expected, hint } of inputProblems(schema, input)) {
      this.#report.add(field === "" ? path : `${path}.${field}`, `${who} ${message}`, { expected, hint });
    }
  }

  /** An input with its expressions, and whether the field takes what they give. */
  input(
    schema: z.ZodType,
    input: unknown,
    path: string,
    place: Place,
    expressions: ExpressionLint,
    /** Fields whose text is no template. */
    verbatim: readonly string[] = [],
  ): ValueType {
    this.plainInput(place.who, schema, input, path);
    const form = formOf(schema);
    for (const { field, message, hint } of likelyMisspelt(form, input))
      this.#report.add(`${path}.${field}`, `${place.who} ${message}`, { hint, severity: "warning" });
    const evaluated =
      verbatim.length === 0 || typeof input !== "object" || input === null
        ? input
        : Object.fromEntries(Object.entries(input).filter(([name]) => !verbatim.includes(name)));
    return expressions.value(evaluated, path, place, (at, type) => {
      const field = at.slice(path.length).replace(/^\./, "");
      const here = formsAt(form, keysOf(field));
      const accepted = acceptedKinds(here);
      if (!accepted || !surelyNot(type, accepted)) return;
      const message = `${place.who}: ${field || "it"} takes ${formInWords(here)}, but this gives ${inWords(type)}.`;
      this.#report.add(at, message, { expected: formInWords(here), hint: conversion(accepted) });
    });
  }
}

const forms = new WeakMap<z.ZodType, JsonSchema>();

function formOf(schema: z.ZodType): JsonSchema {
  const form = forms.get(schema) ?? z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  forms.set(schema, form);
  return form;
}

function conversion(accepted: ReadonlySet<string>): string | undefined {
  if (accepted.has("string")) return "Make it text: .to_s(), or .to_json() for a list or an object.";
  if (accepted.has("number")) return "Make it a number: .to_i() or .to_f().";
  return undefined;
}
