/** The recipe that archives recordings, on the real server against the sandbox: the file travels as a stream. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call } from "../tools/api-client.ts";
import { waitFor } from "../tools/demo/stages.ts";
import { onlookerToken } from "../tools/sandbox-people.ts";
import { saveRecipe, setUpSandbox } from "../tools/setup-sandbox.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  const { serverUrl, sandboxUrl } = stack;
  await setUpSandbox({ serverUrl, sandboxUrl, publicUrl: serverUrl });
});
afterAll(() => stack.stop());

interface Job {
  readonly id: string;
  readonly state: string;
  readonly steps: readonly {
    readonly stepId?: string;
    readonly output?: { path?: string; size?: number; sha256?: string };
  }[];
}

it("a meeting that was recorded ends as a file in the folder of files, whole, with nothing secret in the job", async () => {
  const { serverUrl, sandboxUrl, home } = stack;
  const { id: recipeId } = await saveRecipe(serverUrl, "archive-recordings.yaml");
  await call("POST", `${serverUrl}/api/recipes/${recipeId}/start`);
  const token = await onlookerToken(sandboxUrl);
  const authorization = { authorization: `Bearer ${token}` };
  const { id } = await call<{ id: number }>(
    ...([
      "POST",
      `${sandboxUrl}/v2/users/hana@acme.example/meetings`,
      { topic: "Recorded" },
      authorization,
    ] as const),
  );
  const act = (what: string) => call("POST", `${sandboxUrl}/_sandbox/meetings/${id}/${what}`, {});
  await act("start");
  await act("recording/start");
  // Together under the five minutes by which the server believes Zoom's clock.
  await call("POST", `${sandboxUrl}/_sandbox/clock`, { advance: "PT2M" });
  await act("end");
  await call("POST", `${sandboxUrl}/_sandbox/clock`, { advance: "PT1M30S" });

  const job = await waitFor("the archive's job", async () => {
    const { items } = await call<{ items: Job[] }>("GET", `${serverUrl}/api/jobs?recipeId=${recipeId}`);
    const [found] = items;
    if (!found || !["succeeded", "failed"].includes(found.state)) return undefined;
    return await call<Job>("GET", `${serverUrl}/api/jobs/${found.id}`);
  });
  expect(job.state, JSON.stringify(job.steps)).toBe("succeeded");
  const saved = job.steps.find(({ stepId }) => stepId === "saved")?.output;
  const bytes = readFileSync(join(home, "files", saved?.path ?? ""));
  expect(bytes.length).toBe(saved?.size);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(saved?.sha256);
  expect(bytes.toString("latin1", 4, 8)).toBe("ftyp");
  expect(JSON.stringify(job.steps.map(({ output }) => output))).not.toContain("eyJ");
});
