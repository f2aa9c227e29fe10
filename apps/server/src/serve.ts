/** The server's process. This is one of the places that catch. */
import { StartError } from "@greenroom/engine/start-error";
import { readConfig } from "./config.ts";
import { log } from "./log.ts";
import { type Server, startServer } from "./server.ts";

// Before the start, so that Ctrl-C during it stops what is started by then, in order.
const stopAsked = new Promise<void>((resolve) => {
  process.on("SIGINT", () => resolve());
  process.on("SIGTERM", () => resolve());
});

try {
  const server = await startServer(readConfig(process.env));
  log.info({ url: server.url }, "Greenroom is ready");
  void stopAsked.then(() => stopAndExit(server));
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}

async function stopAndExit(server: Server): Promise<void> {
  log.info({}, "stopping: running steps may end");
  try {
    await server.stop();
    process.exit(0);
  } catch (error) {
    log.error({ error: String(error) }, "the server did not stop in order");
    process.exit(1);
  }
}
