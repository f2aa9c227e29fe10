/**
 * MCP over standard input and output, for assistants that start their servers themselves: passes every message on to
 * `/mcp` of a running Greenroom. `GREENROOM_URL` and `GREENROOM_API_KEY` say which one, and who asks.
 */
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const url = process.env["GREENROOM_URL"] || "http://127.0.0.1:3000";
const key = process.env["GREENROOM_API_KEY"];
if (!key) {
  console.error("GREENROOM_API_KEY is not set: make an API key at Settings, and give it to this program.");
  process.exit(1);
}

const server = new StreamableHTTPClientTransport(new URL("/mcp", url), {
  requestInit: { headers: { authorization: `Bearer ${key}` } },
});
const assistant = new StdioServerTransport();
// The SDK's transports have no listeners but these.
/* oxlint-disable unicorn/prefer-add-event-listener */
const complain = (error: Error) => console.error(error.message);
server.onmessage = (message) => void assistant.send(message).catch(complain);
server.onerror = complain;
assistant.onerror = complain;
assistant.onmessage = (message) => {
  server.send(message).catch(async (error: unknown) => {
    // Whoever asked must hear of it, or would wait for ever.
    if (!("id" in message)) return;
    const text = error instanceof Error ? error.message : String(error);
    await assistant.send({ jsonrpc: "2.0", id: message.id ?? 0, error: { code: -32_000, message: text } });
  });
};
assistant.onclose = () => void server.close().then(() => process.exit(0));
await server.start();
await assistant.start();
