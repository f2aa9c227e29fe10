/** For tests: starts the embedded PostgreSQL of a home, says what came of it, and stops it when its input ends. */
import { StartError } from "../start-error.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";

try {
  const postgres = await startEmbeddedPostgres({ home: process.argv[2] ?? "", log: () => undefined });
  console.log(JSON.stringify({ databaseUrl: postgres.databaseUrl, pid: postgres.pid }));
  process.stdin.resume().once("end", () => void postgres.stop());
} catch (error) {
  console.log(JSON.stringify({ refused: error instanceof StartError ? error.message : String(error) }));
}
