/** The steps that have no steps inside. */
import { type AnyTrigger, carriedBy } from "@greenroom/connector-kit";
import type { z } from "zod";
import { suggest } from "../did-you-mean.ts";
import { durationMsOf } from "../duration.ts";
import { isTemplate } from "../expressions/template.ts";
import { asListed, schemaOfJson } from "../json-schema-values.ts";
import { calledTrigger } from "../recipe-connector.ts";
import type { AppendStep, AwaitedEvent, CallStep, ReturnStep, SetStep, WaitStep } from "../step-types.ts";
import { typeOfJsonSchema, typeOfPayload } from "../types/type-of-schema.ts";
import { any, either, listOf, nothing, objectOf, text, time, type ValueType } from "../types/value-type.ts";
import { cycleTo } from "./calls.ts";
import { orNull, type Place } from "./names.ts";
import type { LintContext } from "./step-lint.ts";

/** `call`. Gives the type of its output. */
export function lintCall(context: LintContext, step: CallStep, path: string, place: Place): ValueType {
  const { recipe, known, report, uses, expressions } = context;
  const input = step.input ?? {};
  const recipes = known.recipes ?? [];
  const callee = step.call === recipe.name ? undefined : recipes.find(({ name }) => name === step.call);
  const cycle = cycleTo(recipe.name, step.call, recipes);
  const others = recipes
    .filter(({ name, callable }) => callable && name !== recipe.name)
    .map(({ name }) => name);
  if (cycle) {
    const way = [recipe.name, ...cycle].map((name) => `“${name}”`).join(" calls ");
    report.add(`${path}.call`, `${place.who}: ${way}: a cycle.`, {
      hint: "Repeat steps with `while` or `forEach`.",
    });
  } else if (known.recipes && !callee) {
    report.add(`${path}.call`, `${place.who}: there is no recipe “${step.call}”.`, {
      hint: suggest(step.call, others) ?? `Create one whose trigger is ${calledTrigger}.`,
    });
  } else if (callee && !callee.callable) {
    report.add(`${path}.call`, `${place.who}: “${step.call}” cannot be called.`, {
      hint: `Its trigger must be ${calledTrigger}.`,
    });
  }
  const schema = schemaOrNone(callee?.parameters);
  if (schema) uses.input(schema, input, `${path}.input`, place, expressions);
  else expressions.value(input, `${path}.input`, place);
  if (step.background) return objectOf({ jobId: text });
  return callee?.result ? typeOfJsonSchema(asListed(callee.result)) : any;
}

/** `return`. */
export function lintReturn(
  { recipe, report, uses, expressions }: LintContext,
  step: ReturnStep,
  path: string,
  place: Place,
): void {
  const hasCaller = uses.hasCaller();
  if (!hasCaller) {
    report.add(path, `${place.who}: nothing waits for a result, since nobody calls this recipe.`, {
      hint: `Use \`stop\`, or make ${calledTrigger} or http/webhook-received the trigger.`,
    });
  } else if (!recipe.result && step.return !== null) {
    report.add(path, `${place.who}: the recipe does not declare what it returns.`, {
      hint: "Add `result`, a JSON Schema, at the top of the recipe.",
    });
  }
  const schema = schemaOrNone(recipe.result);
  if (hasCaller && schema) uses.input(schema, step.return, path, place, expressions);
  else expressions.value(step.return, path, place);
}

/** `set`. */
export function lintSet(
  { expressions, variables }: LintContext,
  step: SetStep,
  path: string,
  place: Place,
): void {
  for (const [name, value] of Object.entries(step.set)) {
    const at = `${path}.${name}`;
    variables.set(name, expressions.value(value, at, place), at, place);
  }
}

/** `append`. */
export function lintAppend(
  { expressions, variables }: LintContext,
  step: AppendStep,
  path: string,
  place: Place,
): void {
  for (const [name, value] of Object.entries(step.append)) {
    const at = `${path}.${name}`;
    variables.set(name, listOf(expressions.value(value, at, place)), at, place);
  }
}

/** `wait`. Gives the type of its output. */
export function lintWait(context: LintContext, { wait }: WaitStep, path: string, place: Place): ValueType {
  if (typeof wait === "string") lintLength(context, wait, path, place);
  else if ("event" in wait) return orNull(lintEvent(context, wait.event, `${path}.event`, place));
  else {
    const needs = "`until` needs a time";
    context.expressions.needs(wait.until, `${path}.until`, place, either(time, text), needs);
  }
  return nothing;
}

/** Whether a trigger's settings ask what only triggers of recipes look up. */
function asksMore({ config, needs }: AnyTrigger, input: unknown): boolean {
  const settings = (config as z.ZodType | undefined)?.safeParse(input);
  return settings?.success === true && needs?.(settings.data) !== undefined;
}

function lintEvent(context: LintContext, event: AwaitedEvent, path: string, place: Place): ValueType {
  const { uses, expressions, report } = context;
  const trigger = event.use === calledTrigger ? undefined : uses.trigger(event.use, `${path}.use`);
  if (event.use === calledTrigger) report.add(`${path}.use`, `${place.who}: a call is no event to wait for.`);
  uses.connection(event, path, place.who);
  const input = event.input ?? {};
  if (trigger?.config) uses.input(trigger.config, input, `${path}.input`, place, expressions);
  else if (trigger && Object.keys(input).length > 0)
    report.add(`${path}.input`, `${event.use} takes no input.`, { hint: "Put conditions into `when`." });
  if (trigger && asksMore(trigger, input))
    report.add(`${path}.input`, `${place.who}: a wait knows no more than the event says, and no groups.`, {
      hint: "Put conditions into `when`.",
    });
  if (event.timeout !== undefined) lintLength(context, event.timeout, `${path}.timeout`, place);
  const payload = trigger ? typeOfPayload(carriedBy(trigger, input).payload) : any;
  if (event.when === undefined) {
    report.add(path, `${place.who}: any such event ends the waiting, whatever it is about.`, {
      hint: "Say which one with `when`: arrived.object.id == trigger.object.id",
      severity: "warning",
    });
  } else {
    const names = new Map(place.names).set("arrived", payload);
    expressions.condition(event.when, `${path}.when`, { ...place, names });
  }
  return payload;
}

function lintLength({ expressions, report }: LintContext, length: string, path: string, place: Place): void {
  if (isTemplate(length)) expressions.value(length, path, place);
  else if (durationMsOf(length) === undefined) {
    report.add(path, `${place.who}: “${length}” is longer than ten years.`, {
      expected: "a length of time such as 30s, 2h or 1d12h",
    });
  }
}

/** A schema that is none has been told already, where it is declared. */
function schemaOrNone(json: Readonly<Record<string, unknown>> | undefined) {
  try {
    return json && schemaOfJson(asListed(json));
  } catch {
    return undefined;
  }
}
