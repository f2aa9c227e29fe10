/** Workato's steps as ours. */
import type { Catalogue } from "../catalogue.ts";
import { importInput, shortText, type Tell } from "./import-input.ts";
import type { ImportNotes } from "./import-notes.ts";
import { findOperation, type WorkatoAliases } from "./operations.ts";
import { onlyPill, readText, textToCel, type ValueContext } from "./read-value.ts";
import { readConditions } from "./read-conditions.ts";
import { variableName } from "./refer.ts";
import { Untranslatable } from "./ruby.ts";
import type { NamedStep } from "./step-names.ts";
import { filled, type Json, listOf, objectOf, textOf, without } from "./workato-json.ts";

/** What all steps of an import share. */
export interface Import {
  readonly catalogue: Catalogue;
  readonly aliases: WorkatoAliases;
  readonly names: ReadonlyMap<string, NamedStep>;
  readonly notes: ImportNotes;
  /** The names of connections by provider. */
  readonly connections: ReadonlyMap<string, string>;
  /** Steps that must come before the one under way, such as look-ups. */
  readonly before: Json[];
}

const maxDepth = 60;
/** Keys that a step of ours says itself. */
const said = ["number", "keyword", "block", "input", "comment", "title", "skip"];

/** A list of steps. */
export function importSteps(
  block: readonly unknown[],
  place: string,
  context: ValueContext,
  the: Import,
  depth = 0,
): Json[] {
  if (depth > maxDepth) throw new Untranslatable(`The steps are nested deeper than ${maxDepth} levels`);
  const steps: Json[] = [];
  const list = block.map(objectOf);
  for (const [index, step] of list.entries()) {
    const keyword = textOf(step.keyword);
    // These belong to the step before them, beside it or inside it.
    if (["elsif", "else", "catch", "while_condition"].includes(keyword)) continue;
    const following = list.slice(index + 1);
    const end = following.findIndex((each) => !["elsif", "else", "catch"].includes(textOf(each.keyword)));
    const companions = end < 0 ? following : following.slice(0, end);
    const made = importStep(
      { ...step, block: [...listOf(step.block), ...companions] },
      `${place}[${steps.length}]`,
      context,
      the,
      depth,
    );
    const places = [...the.before.splice(0), ...made];
    steps.push(...places);
  }
  return steps;
}

function importStep(step: Json, place: string, context: ValueContext, the: Import, depth: number): Json[] {
  const number = typeof step.number === "number" ? step.number : undefined;
  const named = the.names.get(textOf(step.as));
  const comment = textOf(step.comment);
  let disabled = step.skip === true || step.skip === "true";
  let firstHint: string | undefined;
  const tell: Tell = (field, message, stops, hint) => {
    if (stops) {
      disabled = true;
      firstHint ??= message;
    }
    const path = field === "" ? place : `${place}.${field}`;
    the.notes.add(path, number, stops ? `${message} The step is disabled.` : message, hint);
  };
  const inner = (block: readonly unknown[], key: string, inside = context) =>
    importSteps(block, `${place}.${key}`, inside, the, depth + 1);
  const body = importBody({ step, named, tell, context, inner, the });
  const extras = { ...without(step, said), ...body.kept };
  return [
    filled({
      id: body.id,
      name: textOf(step.title) || undefined,
      comment: comment === "" ? undefined : comment.slice(0, 2_000),
      disabled: disabled || undefined,
      ...body.step,
      workato: Object.keys(extras).length > 0 ? extras : undefined,
    }),
  ];
}

interface Body {
  readonly step: Json;
  readonly id?: string | undefined;
  readonly kept?: Json;
}

interface Making {
  readonly step: Json;
  readonly named: NamedStep | undefined;
  readonly tell: Tell;
  readonly context: ValueContext;
  readonly inner: (block: readonly unknown[], key: string, inside?: ValueContext) => Json[];
  readonly the: Import;
}

function importBody(making: Making): Body {
  const { step, tell } = making;
  switch (textOf(step.keyword)) {
    case "if":
      return importIf(making);
    case "foreach":
      return importForEach(making);
    case "repeat":
      return importRepeat(making);
    case "try":
      return importTry(making);
    case "stop":
      return importStop(making);
    case "action":
      return importAction(making);
    default: {
      const keyword = textOf(step.keyword);
      tell("", `There is no counterpart to a step of the kind “${keyword}”.`, true);
      return { step: { use: "unknown/step" }, kept: { keyword, input: step.input, block: step.block } };
    }
  }
}

/** What the translation gives, else what is told of it. */
function attempt<T>({ tell }: Making, field: string, raw: unknown, otherwise: T, translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    tell(field, `${error.message}.`, true, `It was ${shortText(raw)}`);
    return otherwise;
  }
}

function importIf(making: Making): Body {
  const { step, context, inner } = making;
  const block = listOf(step.block).map(objectOf);
  const condition = (from: Json, field: string): string | boolean =>
    attempt<string | boolean>(making, field, from.input, false, () => readConditions(from.input, context));
  const elsifs = block.filter(({ keyword }) => keyword === "elsif");
  const otherwise = block.find(({ keyword }) => keyword === "else");
  return {
    step: filled({
      if: condition(step, "if"),
      // oxlint-disable-next-line unicorn/no-thenable -- `then` is a word of the language
      then: inner(block, "then"),
      elsif:
        elsifs.length === 0
          ? undefined
          : elsifs.map((branch, index) => ({
              if: condition(branch, `elsif[${index}].if`),
              // oxlint-disable-next-line unicorn/no-thenable -- `then` is a word of the language
              then: inner(listOf(branch.block), `elsif[${index}].then`),
            })),
      else: otherwise && inner(listOf(otherwise.block), "else"),
    }),
  };
}

function importForEach(making: Making): Body {
  const { step, named, context, inner, tell } = making;
  const source = textOf(step.source) || textOf(objectOf(step.input).source);
  const list = attempt(making, "forEach", source, "[]", () => textToCel(source, context).text);
  const pill = attempt(making, "forEach", source, undefined, () => onlyPill(source));
  const name = named?.data ?? "item";
  const isBatch = step.repeat_mode === "batch";
  const size = Number(textOf(step.batch_size) || textOf(objectOf(step.input).batch_size) || 100);
  if (isBatch)
    tell(
      "batch",
      "In a batch, the item is the list of the batch's items.",
      false,
      "Look at the references to it.",
    );
  const inside = pill && !isBatch ? context.inside({ pill, name }) : context;
  return {
    step: filled({
      forEach: list,
      as: name,
      batch: isBatch ? (Number.isInteger(size) && size > 0 ? Math.min(size, 10_000) : 100) : undefined,
      steps: inner(listOf(step.block), "steps", inside),
    }),
  };
}

function importRepeat(making: Making): Body {
  const { step, context, inner, tell } = making;
  const block = listOf(step.block).map(objectOf);
  const condition = block.find(({ keyword }) => keyword === "while_condition");
  if (!condition) tell("while", "The loop has no condition.", true);
  return {
    step: {
      while: condition
        ? attempt<string | boolean>(making, "while", condition.input, false, () =>
            readConditions(condition.input, context),
          )
        : false,
      atLeastOnce: true,
      max: 50_000,
      steps: inner(block, "steps"),
    },
    ...(condition && { kept: { while_condition: without(condition, ["input", "keyword", "number"]) } }),
  };
}

function importTry(making: Making): Body {
  const { step, inner } = making;
  const block = listOf(step.block).map(objectOf);
  const handler = block.find(({ keyword }) => keyword === "catch");
  const settings = objectOf(handler?.input);
  const times = Math.min(Math.max(Math.trunc(Number(textOf(settings.max_retry_count)) || 0), 0), 100);
  const seconds = Math.min(Math.max(Number(textOf(settings.retry_interval)) || 0, 0), 86_400);
  return {
    step: filled({
      try: inner(block, "try"),
      retry: times > 0 ? filled({ times, every: seconds > 0 ? `${seconds}s` : undefined }) : undefined,
      catch: handler && inner(listOf(handler.block), "catch"),
    }),
    ...(handler && { kept: { catch: without(handler, ["keyword", "number", "block"]) } }),
  };
}

function importStop(making: Making): Body {
  const { step, context } = making;
  const input = objectOf(step.input);
  const failed =
    input.stop_with_error === true || input.stop_with_error === "true" || input.stop_type === "error";
  const raw = textOf(input.stop_reason);
  const reason =
    raw === ""
      ? undefined
      : attempt<unknown>(making, "stop.reason", raw, undefined, () => readText(raw, context));
  return {
    step: {
      stop: filled({
        as: failed ? "failed" : "succeeded",
        reason: typeof reason === "string" ? reason : undefined,
      }),
    },
  };
}

function importAction(making: Making): Body {
  const { step, named, tell, context, the } = making;
  const own = importOwn(making);
  if (own) return own;
  const provider = textOf(step.provider);
  if (step.name === "__adhoc_http_action") return importCustomAction(making);
  const { use, input: given, chosen, fields, doubt } = findOperation(step, the.aliases, the.catalogue);
  if (doubt !== undefined) tell("", doubt, true);
  const schema = the.catalogue.action(use)?.input;
  const { input, kept } = importInput(given, {
    schema,
    fields,
    context,
    tell: (field, ...rest) => tell(`input.${field}`, ...rest),
  });
  return {
    id: named?.id,
    step: filled({
      use,
      connection: the.connections.get(provider),
      input: Object.keys(input).length > 0 ? input : undefined,
    }),
    kept: keptInput({ ...chosen, ...kept }),
  };
}

const keptInput = (kept: Json): Json => (Object.keys(kept).length > 0 ? { input: kept } : {});

/** A request of the customer's own making, with a connection's credentials. */
function importCustomAction(making: Making): Body {
  const { step, named, tell, context, the } = making;
  const provider = textOf(step.provider);
  const { use, doubt } = findOperation(step, the.aliases, the.catalogue);
  if (doubt !== undefined) tell("", doubt, true);
  const { verb, path, input: data, ...rest } = objectOf(step.input);
  const method = textOf(verb).toUpperCase() || "GET";
  const given = filled({
    method,
    path: textOf(path).replace(/^(https?:\/\/[^/]+)?\/*(v2\/)?/, "/"),
    [method === "GET" || method === "DELETE" ? "query" : "body"]: objectOf(data).data,
  });
  const { input, kept } = importInput(given, {
    schema: undefined,
    fields: {},
    context,
    tell: (field, ...more) => tell(`input.${field}`, ...more),
  });
  return {
    id: named?.id,
    step: filled({ use, connection: the.connections.get(provider), input }),
    kept: { input: { ...rest, ...kept } },
  };
}

/** Workato's own providers that are steps of the language here. */
function importOwn(making: Making): Body | undefined {
  const { step, named, tell, context } = making;
  const input = objectOf(step.input);
  const values = (given: unknown): Json =>
    importInput(objectOf(given), { schema: undefined, fields: {}, context, tell }).input;
  switch (`${textOf(step.provider)}/${textOf(step.name)}`) {
    case "workato_variable/declare_variable":
    case "workato_variable/update_variable":
    case "workato_variable/update_variables": {
      const variables = objectOf(input.variables);
      const set = values(
        "data" in variables ? variables.data : "variables" in input ? variables : without(input, ["name"]),
      );
      if (Object.keys(set).length === 0) tell("set", "It sets no variable that could be read.", true);
      return { step: { set: Object.keys(set).length > 0 ? set : { unknown: null } }, kept: { input } };
    }
    case "workato_variable/declare_list":
      return { step: { set: { [variableName(step)]: [] } }, kept: { input } };
    case "workato_variable/insert_to_list": {
      const list = listNameOf(making, textOf(input.name));
      return {
        step: { append: { [list]: values(input.list_item ?? without(input, ["name", "location"])) } },
        kept: { input: without(input, ["list_item"]) },
      };
    }
    case "workato_recipe_function/call_recipe":
    case "workato_recipe_function/call_recipe_async": {
      const called =
        textOf(objectOf(input.flow_id).name) || textOf(objectOf(step.dynamicPickListSelection).flow_id);
      if (called === "") tell("call", "Which recipe is called cannot be told.", true);
      return {
        id: named?.id,
        step: filled({
          call: called || "unknown",
          input: values(input.parameters),
          background: /async/.test(textOf(step.name)) || undefined,
        }),
        kept: { input: { flow_id: input.flow_id } },
      };
    }
    case "workato_recipe_function/return_result":
    case "workato_genie/workflow_return_result":
      return { step: { return: values(input.result) } };
    case "workato_api_platform/return_response":
      tell(
        "return",
        "The answer's status and headers are not sent.",
        false,
        "A webhook's answer is what the recipe returns.",
      );
      return { step: { return: values(input.response) }, kept: { input: without(input, ["response"]) } };
    case "greenroom/step":
      return importExported(textOf(input.step));
    default:
      return undefined;
  }
}

/** A step of ours that was exported as it is, since Workato has nothing like it. */
function importExported(text: string): Body | undefined {
  try {
    const { disabled: _, ...step } = objectOf(JSON.parse(text) as unknown);
    return { step };
  } catch {
    return undefined;
  }
}

/** A list is named by the step that declares it. */
function listNameOf({ the }: Making, name: string): string {
  const [line = name] = name.split(":");
  const declared = the.names.get(line);
  return declared ? variableName(declared.step) : variableName({ input: { name } });
}
