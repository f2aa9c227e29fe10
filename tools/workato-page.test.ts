import { zoom } from "@greenroom/zoom";
import { expect, it } from "vitest";
import { workatoOperations } from "./workato-page.ts";

it("each of Workato's 21 operations and objects is covered by an action or trigger that exists", () => {
  const operations = Object.entries(workatoOperations());
  expect(operations).toHaveLength(21);
  const known = new Set(
    [...Object.keys(zoom.actions), ...Object.keys(zoom.triggers)].map((id) => `zoom/${id}`),
  );
  const holes = operations.flatMap(([name, { objects }]) =>
    Object.entries(objects)
      .filter(([, use]) => !known.has(use))
      .map(([object, use]) => `${name} ${object}: ${use}`),
  );
  expect(holes).toEqual([]);
  expect(operations.every(([, { objects }]) => Object.keys(objects).length > 0)).toBe(true);
});
