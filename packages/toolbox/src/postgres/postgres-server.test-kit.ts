/** A real PostgreSQL for tests, behind a port as other people's are. */
import { createServer, connect as dial, type Server } from "node:net";
import { startExternalPostgres } from "../../../../tools/external-postgres.test-kit.ts";

/** Starts the system's where it is installed, else the embedded one behind a port. */
export async function startPostgresServer() {
  const server = await startExternalPostgres();
  const url = new URL(server.databaseUrl);
  const directory = url.searchParams.get("host");
  let port = url.port;
  let gate: Server | undefined;
  if (directory !== null) {
    gate = createServer((socket) => {
      const inner = dial(`${directory}/.s.PGSQL.${url.port || "5432"}`);
      socket.pipe(inner).pipe(socket);
      for (const one of [socket, inner]) one.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => gate?.listen(0, "127.0.0.1", resolve));
    const address = gate.address();
    port = String(typeof address === "object" && address ? address.port : 0);
  }
  return {
    databaseUrl: server.databaseUrl,
    /** The form of a connection to it. */
    form: {
      ...{ host: "127.0.0.1", port, encryption: "none", database: url.pathname.slice(1) },
      ...{ user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
    },
    async stop() {
      gate?.close();
      await server.stop();
    },
  };
}
