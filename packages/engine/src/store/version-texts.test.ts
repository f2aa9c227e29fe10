import { createCatalogue } from "@greenroom/recipes";
import { expect, test } from "vitest";
import { createVersionTexts } from "./version-texts.ts";

const source = (name: string, more = "") =>
  `name: ${name}\ntrigger: { use: recipe/called }\nsteps:\n  - stop: { as: succeeded, reason: "${more}" }\n`;

test("a version's text is parsed once, and again only when many others were asked for since", () => {
  const texts = createVersionTexts(createCatalogue([]));
  const first = texts.read({ id: "1", source: source("First") });
  expect(first.recipe.name).toBe("First");
  expect(first.outline).toHaveLength(1);
  // A version never changes, so its text is not looked at again.
  expect(texts.read({ id: "1", source: "" }).recipe).toBe(first.recipe);
  for (let n = 2; n < 60; n += 1) {
    texts.read({ id: `${n}`, source: source(`Other ${n}`, "x".repeat(200_000)) });
    if (n < 15) expect(texts.known("1")).toBe(first);
  }
  expect(texts.known("1")).toBeUndefined();
  expect(texts.known("59")).toBeDefined();
});

test("a text that no longer parses fails whoever asks what it says, and is known all the same", () => {
  const texts = createVersionTexts(createCatalogue([]));
  const text = texts.read({ id: "old", source: "name: [" });
  expect(() => text.recipe).toThrow("saved recipe version old does not parse");
  expect(texts.known("old")).toBe(text);
});
