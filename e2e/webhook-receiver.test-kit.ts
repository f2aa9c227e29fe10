/** The server's receiver of webhooks at an address of its own, for an engine without a server. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Engine } from "@greenroom/engine";
import { createWebhooks } from "../apps/server/src/webhooks.ts";

/** Starts it. @returns its address, to which `/{connector}/{profileId}` is added */
export async function webhookReceiver(
  engine: Engine,
  now: () => Date,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const routes = createWebhooks(engine, now);
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    const passOn = async () => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      const init = { method: "POST", headers: Object.fromEntries(headers), body: Buffer.concat(chunks) };
      const answer = await routes.request(request.url ?? "", init);
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    };
    request.on("end", () => void passOn());
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
