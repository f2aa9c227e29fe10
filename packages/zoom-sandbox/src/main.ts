#!/usr/bin/env node
import { createSandbox } from "./create-sandbox.ts";
import { SANDBOX_PASSWORD } from "./seed.ts";

const port = Number(process.env.SANDBOX_PORT ?? "3100");
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  fail(`SANDBOX_PORT is "${process.env.SANDBOX_PORT}"; it must be a whole number from 0 to 65535.`);
}

try {
  const sandbox = await createSandbox({
    port,
    ...(process.env.SANDBOX_SEED ? { seed: process.env.SANDBOX_SEED } : {}),
    ...(process.env.SANDBOX_STATE ? { stateFile: process.env.SANDBOX_STATE } : {}),
  });
  console.log(`The Zoom sandbox is ready.
  Sign in       ${sandbox.url}/signin   (everybody's password is "${SANDBOX_PASSWORD}")
  Portal        ${sandbox.url}/portal
  Marketplace   ${sandbox.url}/marketplace
  Control plane ${sandbox.url}/_sandbox
  REST API      ${sandbox.url}/v2`);
  const stop = (): void => void sandbox.close().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (error) {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") fail(`Port ${port} is in use; set SANDBOX_PORT to a free port.`);
  if (code === "EACCES")
    fail(`Port ${port} may not be opened by this user; set SANDBOX_PORT to one above 1023.`);
  fail(error instanceof Error ? error.message : String(error));
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
