/** `/mcp`: the Model Context Protocol over streamable HTTP, without sessions, so that any process answers. */
import { Hono } from "hono";
import type { Visit } from "../access/principal.ts";
import type { McpContext } from "./mcp-server.ts";

/** What the routes need; who asks comes with the request. */
export type McpRoutesContext = Omit<McpContext, "principal" | "client" | "ask"> & {
  readonly app: Hono<Visit>;
};

/** Makes the routes. */
export function createMcpRoutes({ app, ...context }: McpRoutesContext): Hono<Visit> {
  const routes = new Hono<Visit>();
  routes.post("/", async (c) => {
    // Loaded with the first assistant: most installations have none at their start.
    const [{ createMcpServer }, { WebStandardStreamableHTTPServerTransport }] = await Promise.all([
      import("./mcp-server.ts"),
      import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"),
    ]);
    const principal = c.get("principal");
    const host = c.req.header("host") ?? "";
    const server = createMcpServer({
      ...context,
      ...{ principal, client: c.get("client") },
      ask: async (path) =>
        await app.fetch(new Request(`http://${host}/api/v1${path}`, { headers: { host } }), {
          as: principal,
        }),
    });
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    // Who checked the key may have read the body before; what is no JSON is refused by the transport.
    const parsedBody: unknown = await c.req.json().catch(() => undefined);
    return await transport.handleRequest(c.req.raw, { parsedBody });
  });
  const never = {
    jsonrpc: "2.0",
    id: null,
    error: { code: -32_000, message: "There are no sessions here: POST alone." },
  };
  routes.get("/", (c) => c.json(never, 405, { allow: "POST" }));
  routes.delete("/", (c) => c.json(never, 405, { allow: "POST" }));
  return routes;
}
