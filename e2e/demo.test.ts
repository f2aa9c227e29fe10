import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../tools/processes.ts";

test("npm run demo passes every stage, SIGKILL included, and exits 0", async () => {
  const child = spawn(process.execPath, [join(root, "tools/demo/demo.ts")], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(output).toContain("All 9 stages passed");
  expect(code, output).toBe(0);
}, 120_000);
