/** Our steps as Workato's. */
import { ExpressionError } from "../expressions/expression-error.ts";
import { isTemplate } from "../expressions/template.ts";
import { exportAction, exportCall, exportVariables } from "./export-actions.ts";
import { exportCondition } from "./export-conditions.ts";
import { asItIs, common, type Export, type Made, type Making, unsaid } from "./export-making.ts";
import type { ExportNames } from "./export-names.ts";
import { snakeCase } from "./export-operations.ts";
import { exportExpression, exportValue } from "./export-values.ts";
import { Untranslatable } from "./ruby.ts";
import { filled, type Json, listOf, objectOf, textOf } from "./workato-json.ts";

/** Exports a list of steps; gives them and the names that are known after them. */
export function exportSteps(
  steps: readonly unknown[],
  place: string,
  names: ExportNames,
  the: Export,
): { block: Json[]; names: ExportNames } {
  const block: Json[] = [];
  let known = names;
  for (const [index, step] of steps.map(objectOf).entries()) {
    const made = exportStep(step, `${place}[${index}]`, known, the);
    block.push(...made.block);
    known = made.names;
  }
  return { block, names: known };
}

function exportStep(step: Json, place: string, names: ExportNames, the: Export): Made {
  const number = the.next++;
  const kept = objectOf(step.workato);
  const tell = (field: string, message: string, hint?: string) =>
    the.notes.add(field === "" ? place : `${place}.${field}`, number, message, hint);
  const making: Making = { step, place, names, the, number, kept, tell };
  try {
    return exportKind(making);
  } catch (error) {
    if (!(error instanceof Untranslatable) && !(error instanceof ExpressionError)) throw error;
    the.next = number + 1;
    tell("", `${error.message.replace(/\.$/, "")}. The step is skipped there, and kept as it is.`);
    return { block: [asItIs(making)], names };
  }
}

function exportKind(making: Making): Made {
  const { step, names, the, tell } = making;
  // A kind of step that an import did not know.
  if (making.kept.keyword !== undefined) {
    const { input, block } = making.kept;
    return { block: [common({ number: making.number, ...unsaid(making) }, step, { input, block })], names };
  }
  if ("if" in step) return exportIf(making);
  if ("forEach" in step) return exportForEach(making);
  if ("while" in step) return exportWhile(making);
  if ("try" in step) return exportTry(making);
  if ("set" in step || "append" in step) return exportVariables(making);
  if ("stop" in step) {
    const { as, reason } = objectOf(step.stop);
    const input = filled({
      stop_with_error: String(as === "failed"),
      stop_reason: reason === undefined ? undefined : exportValue(reason, names.pillOf),
    });
    return {
      block: [common({ number: making.number, keyword: "stop" }, step, { input, ...unsaid(making) })],
      names,
    };
  }
  if ("return" in step) {
    const result = exportValue(step.return, names.pillOf);
    const { input: before, ...keptHead } = making.kept;
    if (keptHead.provider !== undefined) {
      const field = keptHead.name === "return_response" ? "response" : "result";
      const input = { ...objectOf(before), [field]: result };
      return {
        block: [common({ number: making.number, keyword: "action", ...unsaid(making) }, step, { input })],
        names,
      };
    }
    const head = {
      number: making.number,
      keyword: "action",
      provider: "workato_recipe_function",
      name: "return_result",
      as: `return_${making.number}`,
    };
    return { block: [common({ ...head, ...unsaid(making) }, step, { input: { result } })], names };
  }
  if (typeof step.wait === "string" && !isTemplate(step.wait)) {
    const head = { number: making.number, keyword: "action", provider: "clock", name: "wait_for_interval" };
    the.connections.set("clock", the.connections.get("clock"));
    const input = { interval: String(secondsOf(step.wait)) };
    return {
      block: [common({ ...head, as: `wait_${making.number}`, ...unsaid(making) }, step, { input })],
      names,
    };
  }
  if ("call" in step) return exportCall(making);
  if ("use" in step) return exportAction(making);
  tell("", "Workato has nothing like this step. It is skipped there, and kept as it is.");
  return { block: [asItIs(making)], names };
}

function condition({ tell, names, number }: Making, value: unknown, field: string): Json {
  const uuidOf = (index: number) => `greenroom-${number}-${field.replace(/\W+/g, "")}-${index}`;
  return exportCondition(value as string | boolean, names.pillOf, uuidOf, (message, hint) =>
    tell(field, message, hint),
  );
}

function exportIf(making: Making): Made {
  const { step, place, names, the, number } = making;
  const input = condition(making, step.if, "if");
  const { block } = exportSteps(listOf(step.then), `${place}.then`, names, the);
  for (const [index, branch] of listOf(step.elsif).map(objectOf).entries()) {
    const own = the.next++;
    const when = condition({ ...making, number: own }, branch.if, `elsif[${index}].if`);
    const inside = exportSteps(listOf(branch.then), `${place}.elsif[${index}].then`, names, the);
    block.push({ number: own, keyword: "elsif", input: when, block: inside.block, uuid: `greenroom-${own}` });
  }
  if (step.else !== undefined) {
    const own = the.next++;
    const inside = exportSteps(listOf(step.else), `${place}.else`, names, the);
    block.push({ number: own, keyword: "else", input: {}, block: inside.block, uuid: `greenroom-${own}` });
  }
  return { block: [common({ number, keyword: "if", ...unsaid(making) }, step, { input, block })], names };
}

function exportForEach(making: Making): Made {
  const { step, place, names, the, number, kept, tell } = making;
  const source = exportExpression(textOf(step.forEach), names.pillOf);
  if (typeof source !== "string") throw new Untranslatable("The list of a loop must be a datapill");
  const line = textOf(kept.as) || snakeCase(textOf(step.as));
  if (step.concurrency !== undefined) tell("concurrency", "There, iterations run one after the other.");
  if (step.id !== undefined) tell("id", "What the iterations gave is not kept there.");
  const inside = names
    .with(textOf(step.as), { provider: "foreach", line, prefix: [] })
    .with("loop", { provider: "foreach", line, prefix: [] });
  const { block } = exportSteps(listOf(step.steps), `${place}.steps`, inside, the);
  const rest = {
    source,
    repeat_mode: step.batch === undefined ? "simple" : "batch",
    batch_size: step.batch === undefined ? undefined : String(Number(step.batch)),
    clear_scope: kept.uuid === undefined ? "false" : undefined,
  };
  return {
    block: [
      common(
        {
          number,
          keyword: "foreach",
          as: line,
          ...rest,
          ...unsaid(making, ["as", "source", "repeat_mode", "batch_size"]),
        },
        step,
        { input: {}, block },
      ),
    ],
    names,
  };
}

function exportWhile(making: Making): Made {
  const { step, place, names, the, number, kept, tell } = making;
  const line = textOf(kept.as) || `repeat_${number}`;
  if (step.atLeastOnce !== true) tell("while", "There, a loop runs once before its condition is asked.");
  const inside = names.with("loop", { provider: "repeat", line, prefix: [] });
  const steps = exportSteps(listOf(step.steps), `${place}.steps`, inside, the);
  const own = the.next++;
  const input = condition({ ...making, names: steps.names, number: own }, step.while, "while");
  const asked = {
    number: own,
    keyword: "while_condition",
    uuid: `greenroom-${own}`,
    ...objectOf(kept.while_condition),
    input,
  };
  return {
    block: [
      common({ number, keyword: "repeat", as: line, ...unsaid(making, ["as"]) }, step, {
        input: {},
        block: [...steps.block, asked],
      }),
    ],
    names,
  };
}

function exportTry(making: Making): Made {
  const { step, place, names, the, number, kept, tell } = making;
  const { block, names: after } = exportSteps(listOf(step.try), `${place}.try`, names, the);
  const own = the.next++;
  const handler = objectOf(kept.catch);
  const line = textOf(handler.as) || `catch_${own}`;
  const inside = exportSteps(
    listOf(step.catch),
    `${place}.catch`,
    names.with("error", { provider: "catch", line, prefix: [] }),
    the,
  );
  const { times = 0, every = "0s", ...rest } = objectOf(step.retry);
  if (Number(times) > 3) tell("retry.times", "There, steps are tried again three times at most.");
  if (Object.keys(rest).length > 0)
    tell("retry", `There is nothing like ${Object.keys(rest).join(", ")} of a retry there.`);
  const input = {
    ...objectOf(handler.input),
    ...((step.retry !== undefined || handler.input === undefined) && {
      max_retry_count: String(Math.min(Number(times), 3)),
      retry_interval: String(secondsOf(textOf(every))),
    }),
  };
  const caught = filled({
    ...handler,
    number: own,
    keyword: "catch",
    provider: null,
    as: line,
    input,
    block: inside.block,
    uuid: handler.uuid ?? `greenroom-${own}`,
  });
  return {
    block: [
      common({ number, keyword: "try", ...unsaid(making) }, step, { input: {}, block: [...block, caught] }),
    ],
    names: after,
  };
}

function secondsOf(text: string): number {
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };
  const seconds = [...text.matchAll(/([\d.]+)(ms|[smhdw])/g)].reduce(
    (sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 1),
    0,
  );
  return Math.round(seconds);
}
