/** The data that a step can use: of the trigger, of the steps before it, of the loops around it. */
import type { ActionDetail, TriggerDetail } from "../api.ts";
import { type JsonSchema, resolved } from "./json-schema.ts";
import type { RecipeData } from "./recipe-text.ts";
import { stepsAt } from "./step-rows.ts";
import { kindOf, type Path, type StepData } from "./step-kinds.ts";

/** One name that expressions know. */
export interface DataSource {
  readonly name: string;
  readonly title: string;
  readonly schema: JsonSchema | undefined;
  readonly sample: unknown;
}

/** What is known of what the recipe uses. */
export interface Known {
  readonly trigger: TriggerDetail | undefined;
  readonly actions: ReadonlyMap<string, ActionDetail>;
  /** Real data by name: of an event, and of a job it started. */
  readonly samples: Readonly<Record<string, unknown>>;
}

const time: JsonSchema = { type: "string", format: "date-time" };
const eventSchema: JsonSchema = {
  type: "object",
  properties: { id: { type: "string" }, name: { type: "string" }, occurredAt: time },
};
const jobSchema: JsonSchema = { type: "object", properties: { id: { type: "string" }, startedAt: time } };
const loopSchema: JsonSchema = {
  type: "object",
  properties: {
    index: { type: "integer" },
    first: { type: "boolean" },
    last: { type: "boolean" },
    size: { type: "integer" },
  },
};
const errorSchema: JsonSchema = {
  type: "object",
  properties: {
    ...{ kind: { type: "string" }, code: { type: "string" }, message: { type: "string" } },
    ...{ hint: { type: "string" }, step: { type: "string" } },
  },
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The data that the step at a path can use; at `["trigger"]`, that of the trigger's condition. */
export function sourcesAt(recipe: RecipeData, path: Path, known: Known): readonly DataSource[] {
  const { samples, trigger } = known;
  const sources: DataSource[] = [
    {
      ...{
        name: "trigger",
        title: trigger?.title ?? "Trigger",
        schema: trigger?.payloadSchema,
      },
      sample: samples["trigger"] ?? trigger?.sample,
    },
  ];
  if (path[0] === "steps") {
    const variables = new Map<string, unknown>();
    addBefore(sources, recipe.steps, path, 1, known, variables);
    if (variables.size > 0)
      sources.push({
        ...{ name: "vars", title: "Variables", sample: Object.fromEntries(variables) },
        schema: {
          type: "object",
          properties: Object.fromEntries([...variables.keys()].map((name) => [name, {}])),
        },
      });
    sources.push({ name: "job", title: "This job", schema: jobSchema, sample: samples["job"] });
  }
  sources.push({ name: "event", title: "The event", schema: eventSchema, sample: samples["event"] });
  return sources;
}

/** The steps of a list before the one that the path goes through, then inside that one. */
function addBefore(
  sources: DataSource[],
  steps: readonly StepData[],
  path: Path,
  at: number,
  known: Known,
  variables: Map<string, unknown>,
): void {
  const index = path[at];
  if (typeof index !== "number") return;
  for (const step of steps.slice(0, index)) {
    sources.push(...outputOf(step, known));
    for (const one of withInside(step)) variablesOf(one, variables);
  }
  const step = steps[index];
  if (!step || at + 1 >= path.length) return;
  const kind = kindOf(step);
  const inside = kind
    .branches(step)
    .find((branch) => branch.path.every((key, place) => path[at + 1 + place] === key));
  if (!inside) return;
  if (kind.key === "forEach") sources.push(...itemOf(step, sources));
  if (kind.key === "while")
    sources.push({ name: "loop", title: "The loop", schema: loopSchema, sample: undefined });
  if (inside.path[0] === "catch")
    sources.push({ name: "error", title: "What failed", schema: errorSchema, sample: undefined });
  addBefore(sources, stepsAt(step, inside.path), path, at + 1 + inside.path.length, known, variables);
}

/** A step and all that are inside of it: a variable set there is set afterwards. */
function withInside(step: StepData): readonly StepData[] {
  return [
    step,
    ...kindOf(step)
      .branches(step)
      .flatMap((branch) => stepsAt(step, branch.path).flatMap(withInside)),
  ];
}

function variablesOf(step: StepData, variables: Map<string, unknown>): void {
  for (const [key, isList] of [
    ["set", false],
    ["append", true],
  ] as const) {
    const given = step[key];
    if (typeof given !== "object" || given === null) continue;
    for (const [name, value] of Object.entries(given)) {
      const known = typeof value === "string" && value.includes("{{") ? undefined : value;
      variables.set(name, isList ? [] : known);
    }
  }
}

/** What later steps see of a step. */
function outputOf(step: StepData, { actions, samples }: Known): DataSource[] {
  const id = text(step["id"]);
  if (id === "") return [];
  const kind = kindOf(step);
  const action = actions.get(text(step["use"]));
  if (kind.key === "use") {
    return [
      {
        ...{ name: id, title: text(step["name"]) || (action?.title ?? text(step["use"])) },
        ...{ schema: action?.outputSchema, sample: samples[id] },
      },
    ];
  }
  if (["if", "stop", "return"].includes(kind.key)) return [];
  const schema: JsonSchema | undefined = kind.key === "forEach" ? { type: "array", items: {} } : undefined;
  return [{ name: id, title: kind.title(step), schema, sample: samples[id] }];
}

/** The item and the loop inside a for each. */
function itemOf(step: StepData, sources: readonly DataSource[]): DataSource[] {
  const list = lookUp(text(step["forEach"]), sources);
  const first = Array.isArray(list?.sample) ? (list.sample as unknown[])[0] : undefined;
  return [
    {
      ...{ name: text(step["as"]), title: `Each ${text(step["as"])}` },
      ...{ schema: list?.schema?.items, sample: first },
    },
    { name: "loop", title: "The loop", schema: loopSchema, sample: undefined },
  ];
}

/** Calls that give a list of the same items. */
const sameItems = /\.(?:filter|where|uniqBy|uniq|sortBy|sort_by|reverse|sort|take|drop|compact)\(/;

/** The schema and the sample of a path such as `people.participants`, with calls that keep the items left out. */
function lookUp(
  expression: string,
  sources: readonly DataSource[],
): { readonly schema: JsonSchema | undefined; readonly sample: unknown } | undefined {
  const plain = expression.replaceAll(/\s+(?=\.)/g, "").trim();
  const end = plain.search(sameItems);
  const path = end < 0 ? plain : plain.slice(0, end);
  if (!/^[\w.]+$/.test(path)) return undefined;
  const [name = "", ...keys] = path.split(".");
  const source = sources.find((one) => one.name === name);
  if (!source) return undefined;
  const root = source.schema ?? {};
  let schema: JsonSchema | undefined = source.schema && resolved(source.schema, root);
  let { sample } = source;
  for (const key of keys) {
    const next = schema?.properties?.[key];
    schema = next && resolved(next, root);
    sample =
      typeof sample === "object" && sample !== null ? (sample as Record<string, unknown>)[key] : undefined;
  }
  return { schema: schema && withDefs(schema, root), sample };
}

function withDefs(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (!root.$defs) return schema;
  return { ...schema, ...(schema.items && { items: { ...schema.items, $defs: root.$defs } }) };
}

/** The sources as the scope that an expression is tried on. */
export function scopeOf(sources: readonly DataSource[]): Record<string, unknown> {
  return Object.fromEntries(
    sources.filter(({ sample }) => sample !== undefined).map(({ name, sample }) => [name, sample]),
  );
}
