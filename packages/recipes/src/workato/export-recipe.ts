/** Exports a recipe as Workato's JSON, as far as that can say it, with a note wherever it cannot. */
import type { Catalogue } from "../catalogue.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import type { Recipe } from "../recipe-schema.ts";
import { exportCondition } from "./export-conditions.ts";
import { ExportNames } from "./export-names.ts";
import { eventThere, operationThere, snakeCase } from "./export-operations.ts";
import type { Export } from "./export-making.ts";
import { exportSteps } from "./export-steps.ts";
import { type ImportNote, ImportNotes } from "./import-notes.ts";
import type { WorkatoAliases } from "./operations.ts";
import { Untranslatable } from "./ruby.ts";
import { filled, type Json, listOf, objectOf, textOf, without } from "./workato-json.ts";
import { workatoFieldsOf } from "./workato-schema.ts";

/** Settings that Workato's recipes have not. */
const onlyHere = ["concurrencyKey", "priority", "rate", "retention", "mask", "searchable"] as const;

/** Makes the object of a `*.recipe.json`, and what to check. */
export function exportWorkatoRecipe(
  recipe: Recipe,
  { catalogue, aliases = {} }: { readonly catalogue: Catalogue; readonly aliases?: WorkatoAliases },
): { readonly json: Json; readonly notes: readonly ImportNote[] } {
  const notes = new ImportNotes();
  const whole = recipe as unknown as Json;
  const kept = objectOf(objectOf(whole.trigger).workato);
  const event = eventThere(recipe.trigger.use, catalogue, aliases);
  const there = event ?? operationThere(recipe.trigger.use, aliases);
  const [provider, name] = [textOf(kept.provider) || there.provider, textOf(kept.name) || there.name];
  const line = textOf(kept.as) || "trigger";
  if (kept.provider === undefined && !there.isKnown) {
    notes.add(
      "trigger.use",
      0,
      `Whether Workato has a connector “${provider}” with the trigger “${name}” is not known.`,
    );
  }
  for (const setting of onlyHere) {
    if (whole[setting] !== undefined)
      notes.add(setting, undefined, `Workato's recipes have nothing like ${setting}.`);
  }
  const isCalled = recipe.trigger.use === "recipe/called";
  const names = new ExportNames(
    new Map([["trigger", { provider, line, prefix: isCalled ? ["parameters"] : [] }]]),
  );
  const connections = new Map<string, string | undefined>([[provider, recipe.trigger.connection]]);
  const the: Export = { catalogue, aliases, notes, connections, next: 1 };
  const filter = exportFilter(recipe, names, notes);
  const { block } = exportSteps(recipe.steps, "steps", names, the);
  const code = filled({
    ...without(kept, ["input"]),
    ...{ number: 0, keyword: "trigger", provider, name, as: line },
    input: {
      ...triggerInput(recipe, objectOf(kept.input)),
      ...(event && kept.provider === undefined && { event: event.event }),
    },
    filter,
    uuid: kept.uuid ?? "greenroom-0",
    block,
  });
  const settings = objectOf(whole.workato);
  const json = filled({
    ...{ version: 1, private: true },
    ...settings,
    name: recipe.name,
    description: recipe.description,
    concurrency: typeof whole.concurrency === "number" ? whole.concurrency : 1,
    code,
    config: configOf(listOf(settings.config).map(objectOf), connections),
  });
  return { json, notes: notes.all };
}

function exportFilter(
  { trigger: { when } }: Recipe,
  names: ExportNames,
  notes: ImportNotes,
): Json | undefined {
  if (when === undefined || when === true) return undefined;
  try {
    return exportCondition(
      when,
      names.pillOf,
      (index) => `greenroom-0-${index}`,
      (message, hint) => notes.add("trigger.when", 0, message, hint),
    );
  } catch (error) {
    if (!(error instanceof Untranslatable) && !(error instanceof ExpressionError)) throw error;
    notes.add(
      "trigger.when",
      0,
      `${error.message.replace(/\.$/, "")}. The condition is left out there: every event starts a job.`,
      `It is ${String(when)}`,
    );
    return undefined;
  }
}

function triggerInput(recipe: Recipe, kept: Json): Json {
  if (recipe.trigger.use !== "recipe/called") return { ...recipe.trigger.input, ...kept };
  const { parameters, result } = recipe as unknown as Json;
  return filled({
    ...kept,
    parameters_schema_json: JSON.stringify(workatoFieldsOf(parameters)),
    result_schema_json: result === undefined ? undefined : JSON.stringify(workatoFieldsOf(result)),
  });
}

/** Every provider in use, with its connection; what was there before stays as it was. */
function configOf(before: readonly Json[], connections: ReadonlyMap<string, string | undefined>): Json[] {
  const known = new Set(before.map(({ provider }) => textOf(provider)));
  const added = [...connections]
    .filter(([provider]) => !known.has(provider))
    .map(([provider, connection]) => ({
      ...{ keyword: "application", provider, skip_validation: false },
      account_id:
        connection === undefined
          ? null
          : {
              zip_name: `${snakeCase(connection.replace(/\W+/g, "-"))}.connection.json`,
              name: connection,
              folder: "",
            },
    }));
  return [...before, ...added];
}
