/** The examples of the reference's pages run: each is a recipe whose job succeeds in a sandbox of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zoom } from "@greenroom/zoom";
import { expect, it } from "vitest";
import type { Example } from "./example.ts";
import { runExample } from "./run-example.ts";

const file = join(import.meta.dirname, "../../packages/zoom/examples.gen.json");
const examples = JSON.parse(readFileSync(file, "utf8")) as Record<string, Example>;

it("every action has one, and each is of an action that there is", () => {
  expect(Object.keys(examples).toSorted()).toEqual(Object.keys(zoom.actions).toSorted());
});

it.concurrent.each(Object.entries(examples))("%s", async (_, example) => {
  expect(await runExample(example)).toEqual([]);
});
