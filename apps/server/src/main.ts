/** The server's process. This is one of the places that catch. */
import { StartError } from "@greenroom/engine";
import { readConfig } from "./config.ts";
import { log } from "./log.ts";
import { type Server, startServer } from "./server.ts";

try {
  const server = await startServer(readConfig(process.env));
  log.info({ url: server.url }, "Greenroom is ready");
  stopOnSignals(server);
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}

function stopOnSignals(server: Server): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    log.info({}, "stopping: running steps may end");
    void server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: String(error) }, "the server did not stop in order");
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
