import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import { operations } from "../operations/operations.ts";

test("every emulated operation is of a tag that some test covers whole", async () => {
  const sandbox = await createSandbox({ port: 0, company: "small" });
  await sandbox.close();
  // What a file covers stands in it as `covers: ["users/Groups", …]`; `checkedSandbox` then wants every operation called.
  const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => readFileSync(join(import.meta.dirname, path), "utf8"))
    .filter((text) => text.includes("covers: ["));
  const tags = new Set(
    sandbox
      .emulated()
      .map((name) => operations().get(name))
      .map((operation) => `${operation?.product}/${operation?.tag}`),
  );
  expect([...tags].filter((tag) => !tests.some((text) => text.includes(`"${tag}"`)))).toEqual([]);
});
