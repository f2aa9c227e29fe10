/** Workato's steps as ours. */
import { importAction } from "./import-actions.ts";
import { attempt, type Body, type Import, type Making } from "./import-making.ts";
import type { Tell } from "./import-input.ts";
import { onlyPill, readText, textToCel, type ValueContext } from "./read-value.ts";
import { readConditions } from "./read-conditions.ts";
import { Untranslatable } from "./ruby.ts";
import { filled, inOrder, type Json, listOf, objectOf, textOf, without } from "./workato-json.ts";

const maxDepth = 60;
/** Keys that a step of ours says itself. */
const madeUp = ["uuid", "provider", "name", "as", "clear_scope", "repeat_mode", "batch_size"];
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
  // What comes before the step around these is not theirs.
  const waiting = the.before.splice(0);
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
  the.before.push(...waiting);
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
  // What our own export made up, it makes up again.
  const isMadeUp = /^greenroom-\d/.test(textOf(step.uuid));
  const extras = { ...without(step, isMadeUp ? [...said, ...madeUp] : said), ...body.kept };
  return [
    filled({
      id: body.id,
      name: textOf(step.title) || undefined,
      comment: comment === "" ? undefined : comment.slice(0, 2_000),
      disabled: disabled || undefined,
      ...body.step,
      workato: Object.keys(extras).length > 0 ? inOrder(extras) : undefined,
    }),
  ];
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
    ...(condition && {
      kept: { while_condition: inOrder(without(condition, ["input", "keyword", "number"])) },
    }),
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
    ...(handler && { kept: { catch: inOrder(without(handler, ["keyword", "number", "block"])) } }),
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
