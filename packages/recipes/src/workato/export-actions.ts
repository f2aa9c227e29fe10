/** Our actions, calls and variables as Workato's. */
import { connectorOf } from "@greenroom/connector-kit";
import { customAction, operationThere, snakeCase } from "./export-operations.ts";
import { common, type Made, type Making, unsaid } from "./export-making.ts";
import { exportValue } from "./export-values.ts";
import { Untranslatable } from "./ruby.ts";
import { filled, type Json, objectOf, textOf } from "./workato-json.ts";

/** Variables and lists. */
export function exportVariables(making: Making): Made {
  const { step, names, number, kept, the } = making;
  const isAppend = "append" in step;
  const block: Json[] = [];
  const together = isAppend ? undefined : setTogether(making);
  if (together) return together;
  for (const [name, value] of Object.entries(objectOf(isAppend ? step.append : step.set))) {
    const own = block.length === 0 ? number : the.next++;
    const declared = names.variables.get(name);
    const line = declared?.line ?? (textOf(kept.as) || `${snakeCase(name)}_${own}`);
    const isList = isAppend || (Array.isArray(value) && value.length === 0);
    const head = { number: own, keyword: "action", provider: "workato_variable" };
    if (isAppend) {
      if (!declared) throw new Untranslatable(`The list “${name}” is not declared before`);
      const given = exportValue(value, names.pillOf);
      const item = typeof given === "object" ? given : { value: given };
      block.push(
        common({ ...head, name: "insert_to_list", as: ownLine(kept, block, `insert_${own}`) }, step, {
          input: { name: `${line}:${name}`, location: "end", list_item: item },
        }),
      );
    } else if (isList && !declared) {
      block.push(
        common({ ...head, name: "declare_list", as: line }, step, {
          input: { ...objectOf(kept.input), name },
        }),
      );
    } else {
      const input = {
        ...objectOf(kept.input),
        variables: {
          ...objectOf(objectOf(kept.input).variables),
          data: { [name]: exportValue(value, names.pillOf) },
        },
      };
      block.push(
        common(
          {
            ...head,
            name: declared ? "update_variables" : "declare_variable",
            as: declared ? ownLine(kept, block, `update_${own}`) : line,
          },
          step,
          { input },
        ),
      );
    }
    if (!declared) names.variables.set(name, { line, isList });
  }
  return { block, names };
}

/** Variables that are all new, or all known before, and no lists: one step there too. */
function setTogether({ step, names, number, kept }: Making): Made | undefined {
  const entries = Object.entries(objectOf(step.set));
  const isKnown = entries.filter(([name]) => names.variables.has(name)).length;
  const hasList = entries.some(([, value]) => Array.isArray(value) && value.length === 0);
  if (entries.length < 2 || hasList || (isKnown !== 0 && isKnown !== entries.length)) return undefined;
  const line = textOf(kept.as) || `variables_${number}`;
  const before = objectOf(kept.input);
  const data = Object.fromEntries(entries.map(([name, value]) => [name, exportValue(value, names.pillOf)]));
  if (isKnown === 0) for (const [name] of entries) names.variables.set(name, { line, isList: false });
  const head = {
    ...{ number, keyword: "action", provider: "workato_variable", as: line },
    name: isKnown === 0 ? "declare_variable" : "update_variables",
  };
  const input = { ...before, variables: { ...objectOf(before.variables), data } };
  return { block: [common(head, step, { input })], names };
}

/** The first step that is made of one keeps its name. */
const ownLine = (kept: Json, made: readonly Json[], otherwise: string): string =>
  (made.length === 0 && textOf(kept.as)) || otherwise;

/** A call of another recipe. */
export function exportCall(making: Making): Made {
  const { step, names, number, kept } = making;
  const line = textOf(kept.as) || textOf(step.id) || `call_${number}`;
  const flow = objectOf(kept.input).flow_id ?? {
    zip_name: `${snakeCase(textOf(step.call).replace(/\W+/g, "-"))}.recipe.json`,
    name: step.call,
    folder: "",
  };
  const input = { flow_id: flow, parameters: exportValue(step.input ?? {}, names.pillOf) };
  const name = step.background === true ? "call_recipe_async" : "call_recipe";
  const head = {
    number,
    keyword: "action",
    provider: "workato_recipe_function",
    name,
    as: line,
    ...unsaid(making, ["provider", "name", "as"]),
  };
  const known = names.with(step.id === undefined ? undefined : textOf(step.id), {
    provider: "workato_recipe_function",
    line,
    prefix: ["result"],
  });
  return { block: [common(head, step, { input })], names: known };
}

/** A custom action that was imported, as it was. */
function customInput(kept: Json, { method, path, query, body, ...rest }: Json): Json {
  const data = body ?? query;
  return filled({
    ...kept,
    ...rest,
    verb: textOf(method).toLowerCase(),
    path: textOf(path).replace(/^\//, ""),
    input: data === undefined ? undefined : { ...objectOf(kept.input), data },
  });
}

/** An action of a connector. */
export function exportAction(making: Making): Made {
  const { step, names, number, kept, the, tell } = making;
  const use = textOf(step.use);
  const there = operationThere(use, the.aliases);
  const values = objectOf(exportValue(step.input ?? {}, names.pillOf));
  const [provider, name] = [textOf(kept.provider) || there.provider, textOf(kept.name) || there.name];
  const line = textOf(kept.as) || (step.id === undefined ? `${name}_${number}` : snakeCase(textOf(step.id)));
  const wasImported = kept.provider !== undefined;
  const custom =
    wasImported || there.isKnown ? undefined : customAction(use, values, the.catalogue, the.aliases);
  if (custom)
    tell("", "There it is a custom action: the request itself.", "Look at its path and its schema.");
  else if (!wasImported && !there.isKnown)
    tell("", `Whether Workato has a connector “${provider}” with “${name}” is not known.`);
  if (!wasImported && there.object !== undefined)
    tell("", `Choose “${there.object}” in its first field there.`);
  const input = custom ??
    (name === "__adhoc_http_action" ? customInput(objectOf(kept.input), values) : undefined) ?? {
      ...objectOf(kept.input),
      ...Object.fromEntries(
        Object.entries(values).map(([key, value]) => [there.fields[key] ?? snakeCase(key), value]),
      ),
    };
  const head = {
    ...{
      number,
      keyword: "action",
      provider: custom ? connectorOf(use) : provider,
      name: custom ? "__adhoc_http_action" : name,
      as: line,
    },
    ...(!wasImported && there.object !== undefined && { dynamicPickListSelection: { object: there.object } }),
    ...unsaid(making, ["provider", "name", "as"]),
  };
  the.connections.set(
    head.provider,
    step.connection === undefined ? the.connections.get(head.provider) : textOf(step.connection),
  );
  const known = names.with(step.id === undefined ? undefined : textOf(step.id), {
    provider: head.provider,
    line,
    prefix: custom ? ["body"] : [],
  });
  return { block: [common(head, step, { input })], names: known };
}
