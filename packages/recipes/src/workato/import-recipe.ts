/** Imports a recipe that Workato exported. Whatever it holds, it gives a recipe and what to check, or says why it is none. */
import type { Catalogue } from "../catalogue.ts";
import { formatRecipe } from "../format-recipe.ts";
import { parseRecipe } from "../parse-recipe.ts";
import type { Problem } from "../problem.ts";
import type { Recipe } from "../recipe-schema.ts";
import type { PillPart } from "./datapill.ts";
import { importInput, shortText } from "./import-input.ts";
import { type ImportNote, ImportNotes } from "./import-notes.ts";
import type { Import } from "./import-making.ts";
import { importSteps } from "./import-steps.ts";
import { findOperation, type WorkatoAliases } from "./operations.ts";
import { readConditions } from "./read-conditions.ts";
import { createContext } from "./refer.ts";
import { Untranslatable } from "./ruby.ts";
import { nameSteps } from "./step-names.ts";
import { scheduleOf } from "./schedule.ts";
import { filled, inOrder, type Json, listOf, objectOf, textOf, without } from "./workato-json.ts";
import { jsonSchemaOf } from "./workato-schema.ts";

/** What an import came to: a recipe and what to check, or why there is none. */
export type ImportedRecipe =
  | { readonly recipe: Recipe; readonly text: string; readonly notes: readonly ImportNote[] }
  | { readonly problems: readonly Problem[] };

const maxLength = 5_000_000;

/** Imports the text of a `*.recipe.json`. It never throws. */
export function importWorkatoRecipe(
  source: string,
  { catalogue, aliases = {} }: { readonly catalogue: Catalogue; readonly aliases?: WorkatoAliases },
): ImportedRecipe {
  const refused = (path: string, message: string, hint?: string): ImportedRecipe => ({
    problems: [{ path, line: 1, column: 1, message, hint, severity: "error" }],
  });
  if (source.length > maxLength) return refused("", `The file is longer than ${maxLength} characters.`);
  let data: unknown;
  try {
    data = JSON.parse(source) as unknown;
  } catch (error) {
    return refused("", `This is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const whole = objectOf(data);
  // The API answers with the steps as text, under `code` or `recipe.code`.
  const code = typeof whole.code === "string" ? parsed(whole.code) : whole.code;
  const trigger = objectOf(code);
  if (Object.keys(trigger).length === 0) {
    return refused(
      "code",
      "There are no steps under “code”.",
      "Give the *.recipe.json of an exported package.",
    );
  }
  try {
    return make(whole, trigger, catalogue, aliases);
  } catch (error) {
    if (error instanceof Untranslatable) return refused("code", `${error.message}.`);
    if (error instanceof RangeError) return refused("code", "The steps are nested too deeply.");
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function make(whole: Json, trigger: Json, catalogue: Catalogue, aliases: WorkatoAliases): ImportedRecipe {
  const notes = new ImportNotes();
  const names = nameSteps(trigger);
  const before: Json[] = [];
  const connections = connectionsOf(whole, notes);
  const start = importTrigger(trigger, { catalogue, aliases, notes, connections });
  let lookups = 0;
  const context = createContext(names, { path: start.path }, (table, where) => {
    lookups += 1;
    const id = `lookup${lookups}`;
    before.push({
      id,
      use: "lookup-table/look-up",
      ...(catalogue.action("lookup-table/look-up") ? {} : { disabled: true }),
      input: { table, where: `{{ ${where} }}` },
    });
    notes.add(
      "steps",
      undefined,
      `A look-up in the table “${table}” became the step ${id}.`,
      "Look at its columns.",
    );
    return `${id}.values`;
  });
  const the: Import = { catalogue, aliases, names, notes, connections, result: start.result, before };
  const condition =
    trigger.filter === undefined || trigger.filter === null
      ? undefined
      : conditionOf(trigger, context, notes);
  const steps = importSteps(listOf(trigger.block), "steps", context, the);
  if (steps.length === 0) {
    notes.add("steps", undefined, "The recipe had no steps; a note in the job's history stands for them.");
    steps.push({ use: "logger/log-message", input: { message: "Imported without steps" } });
  }
  const concurrency = Number(whole.concurrency);
  const description = textOf(whole.description).slice(0, 2_000);
  const recipe = filled({
    name: textOf(whole.name).trim().slice(0, 200) || "Imported recipe",
    description: description === "" ? undefined : description,
    trigger: filled({ ...start.trigger, when: condition }),
    parameters: start.parameters,
    result: start.result,
    concurrency: Number.isInteger(concurrency) && concurrency > 1 ? Math.min(concurrency, 1_000) : undefined,
    steps,
    workato: without(whole, ["name", "description", "code", "concurrency"]),
  });
  const text = formatRecipe(recipe as unknown as Recipe);
  const read = parseRecipe(text);
  if (!read.recipe) return { problems: read.problems };
  return { recipe: read.recipe, text, notes: notes.all };
}

function conditionOf(
  trigger: Json,
  context: Parameters<typeof readConditions>[1],
  notes: ImportNotes,
): string | boolean {
  try {
    return readConditions(trigger.filter, context);
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    // Rather no job than one for every event.
    notes.add(
      "trigger.when",
      0,
      `${error.message}. No event starts a job until it is written anew.`,
      `It was ${shortText(trigger.filter)}`,
    );
    return false;
  }
}

interface ImportedTrigger {
  readonly trigger: Json;
  readonly path: (path: readonly PillPart[]) => readonly PillPart[];
  readonly parameters?: Json | undefined;
  readonly result?: Json | undefined;
}

function importTrigger(
  trigger: Json,
  the: Pick<Import, "catalogue" | "aliases" | "notes" | "connections">,
): ImportedTrigger {
  const { use, input: given, chosen, fields, doubt } = findOperation(trigger, the.aliases, the.catalogue);
  if (doubt !== undefined)
    the.notes.add("trigger.use", 0, doubt, "Choose a trigger before the recipe can start.");
  const extras = without(trigger, ["number", "keyword", "block", "input", "filter"]);
  const connection = the.connections.get(textOf(trigger.provider));
  const found = the.catalogue.trigger(use);
  if (use === "recipe/called") {
    const parameters = jsonSchemaOf(given.parameters_schema_json);
    const result = jsonSchemaOf(given.result_schema_json);
    const kept = without(given, ["parameters_schema_json", "result_schema_json"]);
    return {
      trigger: { use, workato: inOrder({ ...extras, ...(Object.keys(kept).length > 0 && { input: kept }) }) },
      path: (path) => path,
      parameters,
      result,
    };
  }
  const noContext = createContext(new Map(), { path: (path) => path }, () => {
    throw new Untranslatable("A trigger cannot look up");
  });
  const { input, kept } = importInput(use === "schedule/cron" ? scheduleOf(given) : given, {
    schema: found?.config,
    fields,
    context: noContext,
    tell: (field, message, _, hint) => the.notes.add(`trigger.input.${field}`, 0, message, hint),
  });
  const unsaid = { ...chosen, ...kept };
  const workato = inOrder({ ...extras, ...(Object.keys(unsaid).length > 0 && { input: unsaid }) });
  return {
    trigger: filled({ use, connection, input: Object.keys(input).length > 0 ? input : undefined, workato }),
    path: use === "http/webhook-received" ? pathOfRequest : pathInto(objectOf(found?.sample)),
    result: resultOfAnswers(given.response),
  };
}

/** What Workato's addresses were called with, in a request's parts here. */
function pathOfRequest([first, ...rest]: readonly PillPart[]): readonly PillPart[] {
  if (first === "payload" || first === "request") return ["body", ...rest];
  if (first === "query_params") return ["query", ...rest];
  // Headers have small letters here.
  if (first === "headers")
    return [first, ...rest.map((part) => (typeof part === "string" ? part.toLowerCase() : part))];
  return first === undefined ? [] : [first, ...rest];
}

/** What an address answers: the fields of all the answers that it declares. */
function resultOfAnswers(response: unknown): Json | undefined {
  const answers = listOf(objectOf(response).responses).map((each) =>
    jsonSchemaOf(objectOf(each).body_schema),
  );
  const properties = Object.assign({}, ...answers.map((answer) => answer?.properties ?? {})) as Json;
  return Object.keys(properties).length > 0 ? { type: "object", properties } : undefined;
}

/** A path into the trigger's data as they are here: some have an envelope less, some an `object` more. */
function pathInto(sample: Json): (path: readonly PillPart[]) => readonly PillPart[] {
  return ([first, ...rest]) => {
    if (first === undefined) return [];
    if (first === "payload" && !("payload" in sample)) return rest;
    const inner = objectOf(sample.object);
    if (typeof first === "string" && !(first in sample) && first in inner) return ["object", first, ...rest];
    return [first, ...rest];
  };
}

/** The connections' names, by provider. */
function connectionsOf(whole: Json, notes: ImportNotes): ReadonlyMap<string, string> {
  const connections = new Map<string, string>();
  for (const entry of listOf(whole.config).map(objectOf)) {
    const name = textOf(objectOf(entry.account_id).name);
    if (name === "") continue;
    connections.set(textOf(entry.provider), name);
    notes.add(
      "trigger.connection",
      undefined,
      `The connection “${name}” (${textOf(entry.provider)}) must exist here by that name.`,
      "Connect it, or change the name in the recipe.",
    );
  }
  return connections;
}
