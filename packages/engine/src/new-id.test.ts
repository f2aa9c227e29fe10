import { expect, test } from "vitest";
import { validate, version } from "uuid";
import { newId } from "./new-id.ts";

test("ids are in the order in which they were made, also within a millisecond", () => {
  const ids = Array.from({ length: 5_000 }, newId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  expect(
    Math.abs(Number.parseInt(ids[0]?.replace("-", "").slice(0, 12) ?? "", 16) - Date.now()),
  ).toBeLessThan(60_000);
});
