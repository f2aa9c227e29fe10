/** What keeps a recipe of the right shape from running, found before it runs. */
import { carriedBy } from "@greenroom/connector-kit";
import { allSteps, type Catalogue } from "../catalogue.ts";
import { hasOutput } from "../compile/compile-steps.ts";
import { asListed, schemaOfJson } from "../json-schema-values.ts";
import type { ParsedRecipe } from "../parse-recipe.ts";
import type { Problem } from "../problem.ts";
import { calledTrigger } from "../recipe-connector.ts";
import type { Recipe } from "../recipe-schema.ts";
import type { Step } from "../step-types.ts";
import { typeOfJsonSchema, typeOfPayload } from "../types/type-of-schema.ts";
import { any, objectOf, secret, type ValueType } from "../types/value-type.ts";
import type { KnownRecipe } from "./calls.ts";
import { ExpressionLint } from "./expression-lint.ts";
import { StepLint } from "./step-lint.ts";
import { eventType, jobType, type Place } from "./names.ts";
import { createReport, type Report } from "./report.ts";
import { UseLint } from "./use-lint.ts";
import { Variables } from "./variables.ts";

/** What the installation has that a recipe may refer to; of what is left out nothing is said. */
export interface Known {
  readonly connections?: readonly { readonly name: string; readonly connector: string }[];
  readonly recipes?: readonly KnownRecipe[];
  readonly properties?: readonly string[];
  readonly secrets?: readonly string[];
}

const maxSteps = 1_000;

/** Finds the problems of a parsed recipe. */
export function lintRecipe(
  parsed: ParsedRecipe,
  catalogue: Catalogue,
  known: Known = {},
): readonly Problem[] {
  const { recipe } = parsed;
  if (!recipe) return parsed.problems;
  const report = createReport(parsed);
  const steps = [...allSteps(recipe.steps)];
  if (steps.length > maxSteps)
    report.add("steps", `The recipe has ${steps.length} steps; the most is ${maxSteps}.`);
  const uses = new UseLint(report, recipe, catalogue, known.connections);
  const triggerType = lintTrigger(recipe, uses, report);
  const variables = new Variables(steps.flatMap(variablesOf));
  const expressions = new ExpressionLint(report, idsOf(steps), (text, path, place) => {
    for (const [, name = ""] of text.matchAll(/\bvars\.(\w+)/g)) variables.read(name, path, place);
  });
  lintSettings(recipe, report, expressions, triggerType);
  const context = { recipe, catalogue, known, report, uses, expressions, variables };
  const lint = () => {
    const names = new Map([
      ...([
        ["trigger", triggerType],
        ["event", eventType],
        ["job", jobType],
      ] as const),
      ...([
        ["vars", variables.type],
        ["properties", namedOf(known.properties, any)],
      ] as const),
    ]);
    const place: Place = { names, who: "", beside: [] };
    new StepLint(context, namedOf(known.secrets, secret)).steps(recipe.steps, "steps", place, 1);
  };
  // What variables hold is known only after all that sets them has been looked at; and what follows from them, then.
  const looks = steps.some((step) => variablesOf(step).length > 0) ? 2 : 0;
  for (let look = 0; look < looks; look += 1) {
    report.quietly(lint);
    variables.lookAgain();
  }
  lint();
  variables.reportShared(report);
  return report.problems;
}

function lintTrigger(recipe: Recipe, uses: UseLint, report: Report): ValueType {
  const { use, connection, input } = recipe.trigger;
  const trigger = uses.trigger(use, "trigger.use");
  uses.connection({ use, connection }, "trigger", "The trigger");
  if (trigger?.config) uses.plainInput("The trigger", trigger.config, input ?? {}, "trigger.input");
  else if (trigger && input && Object.keys(input).length > 0) {
    report.add("trigger.input", `${use} takes no input.`, { hint: "Put conditions into `when`." });
  }
  const isCalled = use === calledTrigger;
  for (const field of ["parameters", "result"] as const) {
    const declared = recipe[field];
    if (!declared) continue;
    if (field === "parameters" ? !isCalled : !uses.hasCaller())
      report.add(field, `Only a recipe that others call has ${field}.`, {
        hint: `Its trigger is ${calledTrigger}.`,
      });
    const problem = schemaProblem(declared);
    if (problem !== undefined)
      report.add(field, `The ${field} are no JSON Schema that can be used: ${problem}`);
  }
  if (isCalled && recipe.parameters && recipe.parameters["type"] !== "object") {
    report.add("parameters", "Parameters have names.", { expected: "type: object, with properties" });
  }
  if (isCalled) return recipe.parameters ? typeOfJsonSchema(asListed(recipe.parameters)) : objectOf({}, any);
  return trigger ? typeOfPayload(carriedBy(trigger, recipe.trigger.input).payload) : any;
}

function lintSettings(
  recipe: Recipe,
  report: Report,
  expressions: ExpressionLint,
  triggerType: ValueType,
): void {
  const names = new Map([["trigger", triggerType] as const, ["event", eventType] as const]);
  const place = (who: string): Place => ({ names, who, beside: [] });
  const { trigger, concurrencyKey, concurrency, searchable = {}, mask = [] } = recipe;
  if (trigger.when !== undefined) expressions.condition(trigger.when, "trigger.when", place("The trigger"));
  if (concurrencyKey !== undefined) {
    expressions.expression(concurrencyKey, "concurrencyKey", place("concurrencyKey"));
    if (concurrency === 1)
      report.add(
        "concurrencyKey",
        "With a concurrency of 1 all jobs run one at a time, whatever their key.",
        {
          hint: "Leave `concurrency` out, or set it to how many jobs may run at once.",
          severity: "warning",
        },
      );
  }
  for (const [name, expression] of Object.entries(searchable))
    expressions.expression(expression, `searchable.${name}`, place(`searchable.${name}`));
  const ids = idsOf([...allSteps(recipe.steps)]);
  for (const [index, path] of mask.entries()) {
    const [root = ""] = path.split(".");
    if (root !== "trigger" && ids.get(root) !== false)
      report.add(`mask[${index}]`, `There is no step “${root}” whose data could be hidden.`, {
        hint: "It begins with trigger, or with the id of a step.",
      });
  }
}

function schemaProblem(schema: Readonly<Record<string, unknown>>): string | undefined {
  try {
    schemaOfJson(schema);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The ids that steps have; whether they are disabled. */
function idsOf(steps: readonly Step[]): ReadonlyMap<string, boolean> {
  return new Map(
    steps.flatMap((step) =>
      step.id !== undefined && hasOutput(step) ? [[step.id, step.disabled ?? false] as const] : [],
    ),
  );
}

function variablesOf(step: Step): readonly string[] {
  if (step.disabled) return [];
  return "set" in step ? Object.keys(step.set) : "append" in step ? Object.keys(step.append) : [];
}

/** What an installation has by name. What is not there may be made later, or in another environment. */
function namedOf(names: readonly string[] | undefined, type: ValueType): ValueType {
  return objectOf(Object.fromEntries((names ?? []).map((name) => [name, type])), type);
}
