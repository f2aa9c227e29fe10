/** What datapills refer to here. */
import { fieldText } from "./cel-text.ts";
import type { Pill, PillPart } from "./datapill.ts";
import { type CurrentItem, pathToCel, type ValueContext } from "./read-value.ts";
import { Untranslatable } from "./ruby.ts";
import type { NamedStep } from "./step-names.ts";
import { textOf } from "./workato-json.ts";

/** What a step's data begins with there and not here. */
const dropped: Readonly<Record<string, readonly string[]>> = {
  "workato_recipe_function/execute": ["parameters"],
  "workato_recipe_function/call_recipe": ["result"],
  "workato_recipe_function/call_recipe_async": ["result"],
  "workato_genie/start_workflow": ["parameters"],
  "rest/make_request_v2": ["response"],
};

const errorFields: Readonly<Record<string, string>> = {
  ...{
    message: "message",
    error_message: "message",
    inner_message: "message",
    type: "kind",
    error_type: "kind",
  },
  ...{ code: "code", step_number: "step", errored_step: "step", step: "step" },
};

const jobFields: Readonly<Record<string, string>> = {
  ...{ id: "job.id", job_id: "job.id", created_at: "job.startedAt", started_at: "job.startedAt" },
};

/** Makes the context of a place in a recipe. */
export function createContext(
  names: ReadonlyMap<string, NamedStep>,
  trigger: { readonly path: (path: readonly PillPart[]) => readonly PillPart[] },
  lookup: ValueContext["lookup"],
  items: readonly CurrentItem[] = [],
): ValueContext {
  const refer = (pill: Pill): string => {
    if (pill.kind !== "output") return referOutside(pill);
    const named = names.get(pill.line);
    const inner = items.findLast(({ pill: list }) => goesThrough(pill, list));
    if (inner) return pathToCel(inner.name, pill.path.slice(inner.pill.path.length + 1));
    if (pill.provider === "foreach" && named) return pathToCel(named.data, pill.path);
    if (!named) throw new Untranslatable(`There is no step “${pill.line}”`);
    return referTo(named, pill, trigger.path);
  };
  return {
    refer,
    lookup,
    inside: (item) => createContext(names, trigger, lookup, [...items, item]),
  };
}

/** Whether a pill's path goes into the items of a list. */
function goesThrough(pill: Pill, list: Pill): boolean {
  const part = pill.path[list.path.length];
  return (
    pill.line === list.line &&
    typeof part === "object" &&
    part.special === "item" &&
    JSON.stringify(pill.path.slice(0, list.path.length)) === JSON.stringify(list.path)
  );
}

function referTo(
  named: NamedStep,
  pill: Pill,
  triggerPath: (path: readonly PillPart[]) => readonly PillPart[],
): string {
  const { keyword, provider, step, data } = named;
  const [first] = pill.path;
  if (keyword === "catch") {
    const field = typeof first === "string" ? errorFields[first] : undefined;
    if (field === undefined) throw new Untranslatable(`An error has no “${textOf(first)}” here`);
    return `error.${field}`;
  }
  if (keyword === "repeat") {
    if (first === "index") return "loop.index";
    if (first === "is_first") return "(loop.index == 0)";
    throw new Untranslatable(`A loop has no “${textOf(first)}” here`);
  }
  if (provider === "workato_variable") return referToVariable(step, pill);
  const drop = dropped[`${provider}/${textOf(step.name)}`] ?? [];
  const path = drop.every((part, index) => pill.path[index] === part)
    ? pill.path.slice(drop.length)
    : pill.path;
  return pathToCel(data, keyword === "trigger" ? triggerPath(path) : path);
}

function referToVariable(step: NamedStep["step"], { path }: Pill): string {
  const [first, ...rest] = path;
  if (/list/.test(textOf(step.name))) {
    const list = fieldText("vars", variableName(step));
    return pathToCel(
      list,
      typeof first === "string" && /^(list_items|items|list)$/.test(first) ? rest : path,
    );
  }
  const one = textOf((step.input as Record<string, unknown> | undefined)?.variable_name);
  if (one !== "")
    return pathToCel("vars", [one, ...(first === "value" ? rest : path.slice(first === one ? 1 : 0))]);
  return pathToCel("vars", first === "variables" ? rest : path);
}

/** The name of the list that a step declares. */
export function variableName(step: NamedStep["step"]): string {
  const input = step.input as Record<string, unknown> | undefined;
  const name = textOf(input?.name ?? input?.list_name).replace(/[^A-Za-z0-9_]+/g, "_");
  return /^[A-Za-z_]/.test(name) ? name : `list${name}`;
}

function referOutside({ kind, path }: Pill): string {
  const [first, ...rest] = path;
  const name = typeof first === "string" ? first : "";
  if (/propert/.test(kind) && name !== "") return pathToCel(fieldText("properties", name), rest);
  if (name === "parameters") return pathToCel("trigger", rest);
  if (/job/.test(kind) && Object.hasOwn(jobFields, name)) return jobFields[name] ?? "job.id";
  throw new Untranslatable(`There is no counterpart to the datapill ${kind} ${name}`);
}
