/** The sandbox's examples for other languages do what the guide says, against the sandbox as `npm run sandbox` starts it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort, ready, root, type Running, start } from "../tools/processes.ts";

const run = promisify(execFile);
let sandbox: Running;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const port = await freePort();
  const ZOOM = `http://127.0.0.1:${port}`;
  sandbox = start("sandbox", "tools/sandbox.ts", {
    ...{ SANDBOX_PORT: String(port), SANDBOX_STATE: "", SANDBOX_SEED: "" },
  });
  await ready(sandbox, `${ZOOM}/_sandbox/healthz`);
  env = { ...process.env, ZOOM };
});
afterAll(() => sandbox.stop());

const example = (name: string): string => join(root, "examples/sandbox", name);

async function has(program: string): Promise<boolean> {
  return run(program, ["--version"]).then(
    () => true,
    () => false,
  );
}

it("the shell script gets a token, holds a meeting, and meets two refusals before it succeeds", async (context) => {
  context.skip(!(await has("curl")), "curl is not on this machine");
  const { stdout } = await run("sh", [example("smoke.sh")], { env });
  expect(stdout.trim().split("\n")).toEqual(["olivia@acme.example", "429", "429", "200"]);
});

it("the Python tests pass", async (context) => {
  context.skip(!(await has("python3")), "python3 is not on this machine");
  const { stdout } = await run("python3", [example("test_zoom.py")], { env });
  expect(stdout.trim().split("\n")).toHaveLength(2);
});
