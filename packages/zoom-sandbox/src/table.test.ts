import { expect, test } from "vitest";
import { createTables } from "./table.ts";

interface Stay {
  readonly uuid: string;
  readonly name: string;
}

test("rows are found by a field as they are set, replaced, deleted and restored", () => {
  const tables = createTables();
  const stays = tables.table<Stay>("stays");
  const names = (uuid: string) => stays.by("uuid", uuid).map(({ name }) => name);
  stays.set(1, { uuid: "a", name: "Hana" });
  expect(names("a")).toEqual(["Hana"]);
  stays.set(2, { uuid: "a", name: "Luis" });
  stays.set(3, { uuid: "b", name: "Mei" });
  expect(names("a")).toEqual(["Hana", "Luis"]);
  stays.set(1, { uuid: "a", name: "Hana Hale" });
  expect(names("a")).toEqual(["Hana Hale", "Luis"]);
  stays.set(1, { uuid: "b", name: "Hana" });
  expect([names("a"), names("b")]).toEqual([["Luis"], ["Mei", "Hana"]]);
  stays.delete(3);
  expect(names("b")).toEqual(["Hana"]);
  const saved = structuredClone(tables.snapshot());
  stays.delete(1);
  tables.restore(saved);
  expect([names("a"), names("b")]).toEqual([["Luis"], ["Hana"]]);
});
