/** The examples of the reference's pages run: each is a recipe whose job succeeds in a sandbox of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zoom } from "@greenroom/zoom";
import { expect, it } from "vitest";
import type { Example } from "./example.ts";
import { runExample } from "./run-example.ts";

const file = join(import.meta.dirname, "../../packages/zoom/examples.gen.json");
const examples = JSON.parse(readFileSync(file, "utf8")) as Record<string, Example>;

/** What has none, and why. */
const without: ReadonlySet<string> = new Set([
  // Zoom wants the token of the bot's own app (client credentials), which no connection of ours has.
  "send-chatbot-message",
]);

it("every action has one, but for those said here, and each is of an action that there is", () => {
  const expected = Object.keys(zoom.actions).filter((id) => !without.has(id));
  expect(Object.keys(examples).toSorted()).toEqual(expected.toSorted());
});

it.concurrent.each(Object.entries(examples))("%s", async (_, example) => {
  expect(await runExample(example)).toEqual([]);
});
