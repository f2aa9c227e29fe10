/** What somebody's assistant can call: actions with their schemas, recipes that are there to be called, and the search. */
import { type Connector, inputJsonSchema, type JsonSchema } from "@greenroom/connector-kit";
import { type Engine, includesRole, type RecipeSummary, roleIn } from "@greenroom/engine";
import { calledTrigger, parseRecipe } from "@greenroom/recipes";
import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { createReach } from "../access/recipe-reach.ts";
import type { Principal } from "../access/principal.ts";
import type { ActionCalls } from "./action-calls.ts";

/** A tool, with what it stands for. */
export interface KnownTool {
  readonly tool: Tool;
  readonly is:
    | { readonly action: string; readonly nested: boolean; readonly connections: readonly string[] }
    | { readonly recipe: string }
    | { readonly own: "search_actions" | "get_approval" };
}

const maxNameLength = 64;
const toolName = (text: string) => text.replaceAll(/[^\w-]+/g, "_").slice(0, maxNameLength);

/** The tools that somebody may use, by name. */
export async function toolsOf(
  engine: Engine,
  calls: ActionCalls,
  principal: Principal,
): Promise<Map<string, KnownTool>> {
  const tools = new Map<string, KnownTool>(ownTools.map((tool) => [tool.tool.name, tool]));
  const effects = calls.effectsOf(principal);
  for (const connector of engine.connectors.values()) {
    const connections = await calls.connectionsOf(principal, connector);
    const needed = connector.connections !== undefined && connector.connectionOptional !== true;
    if (needed && connections.length === 0) continue;
    for (const [name, action] of Object.entries(connector.actions)) {
      // What its effect is follows from the input for some: they are judged when they are called.
      if (!effects.includes(action.effect) && !(action.effectOf && effects.length > 0)) continue;
      const known = actionTool(connector, name, connections);
      tools.set(known.tool.name, known);
    }
  }
  if (effects.includes("create")) {
    const { connections: allowed } = principal.limits ?? {};
    const reach = allowed && (await createReach(engine));
    for (const recipe of await engine.recipes.list()) {
      if (
        recipe.trigger !== calledTrigger ||
        !includesRole(roleIn(principal.permission, recipe.folder), "operator")
      )
        continue;
      const used = reach?.([recipe.source]);
      if (used?.some((name) => !allowed?.includes(name))) continue;
      const known = recipeTool(recipe);
      tools.set(known.tool.name, known);
    }
  }
  return tools;
}

const schemas = new WeakMap<object, JsonSchema>();

function actionTool(connector: Connector, name: string, connections: readonly string[]): KnownTool {
  const action = connector.actions[name];
  if (!action) throw new Error(`there is no action ${name}`);
  const schema = schemas.get(action) ?? inputJsonSchema(action);
  schemas.set(action, schema);
  const { properties = {}, required = [] } = schema;
  // A tool's input is an object; and what is no plain one, or has a field of ours, goes one level down.
  const nested = schema.type !== "object" || "connection" in properties;
  const connection = {
    type: "string" as const,
    description: "The connection to use",
    enum: [...connections],
  };
  const mayChoose = connections.length > 0;
  const mustChoose = connections.length > 1 && connector.connectionOptional !== true;
  return {
    is: { action: `${connector.id}/${name}`, nested, connections },
    tool: {
      name: toolName(`${connector.id}_${name}`),
      title: `${connector.title}: ${action.title}`,
      description: action.summary,
      inputSchema: {
        type: "object",
        ...(schema.$defs !== undefined && { $defs: schema.$defs }),
        properties: {
          ...(nested ? { input: schema } : objects(properties)),
          ...(mayChoose && { connection }),
        },
        required: [...(nested ? ["input"] : required), ...(mustChoose ? ["connection"] : [])],
      },
      annotations: {
        title: action.title,
        readOnlyHint: action.effect === "read",
        destructiveHint: action.effect === "delete" || action.effect === "update",
        openWorldHint: true,
      },
      _meta: { "greenroom/effect": action.effect },
    },
  };
}

function recipeTool({ id, name, description, source }: RecipeSummary): KnownTool {
  const { recipe } = parseRecipe(source);
  const { properties = {}, required = [] } = (recipe?.parameters ?? {}) as JsonSchema;
  return {
    is: { recipe: id },
    tool: {
      name: toolName(`recipe_${name.toLowerCase()}`),
      title: `Recipe: ${name}`,
      description: description ?? `Runs the recipe “${name}” and gives what it returns.`,
      inputSchema: { type: "object", properties: objects(properties), required: [...required] },
      annotations: { title: name, readOnlyHint: false, destructiveHint: true, openWorldHint: true },
      _meta: { "greenroom/effect": "create" },
    },
  };
}

/** A field that may be anything is written `true` in JSON Schema, which MCP has no form for. */
function objects(properties: NonNullable<JsonSchema["properties"]>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, typeof schema === "boolean" ? {} : schema]),
  );
}

const readOnly = { readOnlyHint: true, openWorldHint: false };
const ownTools: readonly KnownTool[] = [
  {
    is: { own: "search_actions" },
    tool: {
      name: "search_actions",
      title: "Search actions",
      description:
        "Finds tools, and operations of a service's API that have no tool of their own: those are called by its custom action. Give words of what is to be done, such as “meeting registrant”.",
      inputSchema: {
        type: "object",
        properties: {
          query: { type: "string", description: "Words that all must be there" },
          limit: { type: "integer", minimum: 1, maximum: 50, default: 15 },
        },
        required: ["query"],
      },
      annotations: readOnly,
    },
  },
  {
    is: { own: "get_approval" },
    tool: {
      name: "get_approval",
      title: "Get approval",
      description: "What became of a call that waits for a person's approval.",
      inputSchema: {
        type: "object",
        properties: { id: { type: "string", format: "uuid" } },
        required: ["id"],
      },
      annotations: readOnly,
    },
  },
];

/** Tools and operations that hold all the words of a query. */
export function searchTools(
  engine: Engine,
  tools: ReadonlyMap<string, KnownTool>,
  query: string,
  limit: number,
) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (...texts: readonly (string | undefined)[]) => {
    const text = texts.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const found = [...tools.values()].filter(
    ({ tool, is }) => !("own" in is) && holds(tool.name, tool.title, tool.description),
  );
  const endpoints = new Set(
    [...engine.connectors.values()].flatMap(({ actions }) =>
      Object.values(actions).map(({ endpoint }) => endpoint),
    ),
  );
  const operations = [...engine.connectors.values()].flatMap((connector) => {
    const by = toolName(`${connector.id}_custom-action`);
    if (!tools.has(by)) return [];
    return (connector.known?.operations() ?? [])
      .filter(({ name, product }) => !endpoints.has(name as `GET /${string}`) && holds(name, product))
      .map(({ name, product }) => ({ operation: name, product, callWith: by }));
  });
  return {
    tools: found
      .slice(0, limit)
      .map(({ tool }) => ({ name: tool.name, title: tool.title, description: tool.description })),
    operations: operations.slice(0, limit),
    total: { tools: found.length, operations: operations.length },
  };
}
