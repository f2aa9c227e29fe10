/** The MCP server for one caller: tools within their limits; jobs and the inbox as resources. */
import { ConnectorError, fieldProblems, isTooDeep } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import { log } from "../log.ts";
import type { ActionCalls, CallResult } from "./action-calls.ts";
import { type KnownTool, searchTools, toolsOf } from "./tools.ts";

/** Whose server it is, and what it stands on. */
export interface McpContext {
  readonly engine: Engine;
  readonly calls: ActionCalls;
  readonly principal: Principal;
  /** Where the caller is. */
  readonly client: string;
  readonly version: string;
  readonly publicUrl: string;
  /** Asks the API for the caller. */
  readonly ask: (path: string) => Promise<Response>;
}

const pageSize = 60;
const instructions =
  "Greenroom acts at Zoom and the services around it. Use search_actions to find what you need rather than reading all tools. What a call changes is real, and remembered under your key's name.";

/** Makes it. */
export function createMcpServer(context: McpContext): Server {
  const { engine, calls, principal, ask } = context;
  const server = new Server(
    { name: "greenroom", title: "Greenroom", version: context.version },
    { capabilities: { tools: {}, resources: {} }, instructions },
  );

  server.setRequestHandler(ListToolsRequestSchema, async ({ params }) => {
    const tools = [...(await toolsOf(engine, calls, principal)).values()].map(({ tool }) => tool);
    const from = Number(params?.cursor ?? 0);
    if (!Number.isInteger(from) || from < 0)
      throw new McpError(ErrorCode.InvalidParams, "This cursor is none of ours.");
    const next = from + pageSize;
    return { tools: tools.slice(from, next), ...(next < tools.length && { nextCursor: String(next) }) };
  });

  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tools = await toolsOf(engine, calls, principal);
    const known = tools.get(params.name);
    if (!known)
      throw new McpError(ErrorCode.InvalidParams, `You have no tool “${params.name}”. Use search_actions.`);
    try {
      return answer(await callTool(context, tools, known, params.arguments ?? {}));
    } catch (error) {
      return refusal(error);
    }
  });

  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: [
      { uri: "greenroom://jobs", name: "Jobs", description: "The newest jobs", mimeType: "application/json" },
      {
        uri: "greenroom://inbox",
        name: "Inbox",
        description: "The newest events",
        mimeType: "application/json",
      },
      {
        uri: "greenroom://recipes",
        name: "Recipes",
        description: "All recipes",
        mimeType: "application/json",
      },
    ],
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [
      {
        uriTemplate: "greenroom://jobs/{id}",
        name: "Job",
        description: "A job with its steps",
        mimeType: "application/json",
      },
      {
        uriTemplate: "greenroom://inbox/{id}",
        name: "Event",
        description: "An event, whole",
        mimeType: "application/json",
      },
    ],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    const [, list = "", id] = /^greenroom:\/\/(jobs|inbox|recipes)(?:\/([\w-]+))?$/.exec(uri) ?? [];
    const path = { jobs: "/jobs", inbox: "/events", recipes: "/recipes" }[list];
    if (path === undefined) throw new McpError(ErrorCode.InvalidParams, `There is no resource ${uri}.`);
    const found = await ask(
      id === undefined ? `${path}${list === "recipes" ? "" : "?limit=50"}` : `${path}/${id}`,
    );
    const text = await found.text();
    if (!found.ok) throw new McpError(ErrorCode.InvalidParams, text);
    return { contents: [{ uri, mimeType: "application/json", text }] };
  });
  return server;
}

const searchInput = z.object({
  query: z.string().min(1).max(200),
  limit: z.int().min(1).max(50).default(15),
});
const approvalInput = z.object({ id: z.uuid() });

async function callTool(
  { engine, calls, principal, client, publicUrl }: McpContext,
  tools: ReadonlyMap<string, KnownTool>,
  { is }: KnownTool,
  given: Record<string, unknown>,
): Promise<unknown> {
  const outcome = (result: CallResult) =>
    "output" in result
      ? result.output
      : {
          waitsForApproval: result.waitsFor.id,
          message: "A person has to allow this first. Ask get_approval with this id for what became of it.",
          page: `${publicUrl}/settings/approvals`,
        };
  if ("recipe" in is) return outcome(await calls.callRecipe(principal, client, is.recipe, given));
  if ("action" in is) {
    const found = calls.find(is.action);
    if (!found) throw new ConnectorError("not-found", "not-found", `There is no action “${is.action}”.`);
    const { connection: chosen = is.connections.length === 1 ? is.connections[0] : undefined, ...rest } =
      given;
    const connection = typeof chosen === "string" ? chosen : undefined;
    const input = is.nested ? rest["input"] : rest;
    return outcome(await calls.call(principal, client, { ...found, use: is.action, connection, input }));
  }
  if (is.own === "search_actions") {
    const { query, limit } = searchInput.parse(given);
    return searchTools(engine, tools, query, limit);
  }
  const approval = await engine.access.approvals.get(approvalInput.parse(given).id);
  if (approval.keyId !== principal.id)
    throw new ConnectorError("not-found", "not-found", "You have no such approval.");
  const { state, output, error, decidedBy } = approval;
  return {
    state,
    ...(decidedBy !== undefined && { decidedBy }),
    ...(output != null && { output }),
    ...(error && { error }),
  };
}

function answer(value: unknown): CallToolResult {
  const text = JSON.stringify(value ?? null, undefined, 2);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return {
    content: [{ type: "text", text }],
    ...(isObject && { structuredContent: JSON.parse(text) as Record<string, unknown> }),
  };
}

/** A refusal that the assistant can act on. */
function refusal(error: unknown): CallToolResult {
  const told =
    error instanceof ConnectorError
      ? { code: error.code, message: error.message, hint: error.hint, fields: error.fields }
      : error instanceof z.ZodError
        ? { code: "invalid-input", message: "The input does not fit.", fields: fieldProblems(error) }
        : isTooDeep(error)
          ? { code: "invalid-input", message: "The input is nested too deeply." }
          : undefined;
  if (!told) {
    log.error({ error: error instanceof Error ? error.stack : String(error) }, "a tool failed");
    return {
      isError: true,
      content: [{ type: "text", text: "Something went wrong in Greenroom; its log has the details." }],
    };
  }
  return { isError: true, content: [{ type: "text", text: JSON.stringify(told, undefined, 2) }] };
}
