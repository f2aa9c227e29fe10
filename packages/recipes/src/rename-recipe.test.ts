import { parseDocument } from "yaml";
import { expect, it } from "vitest";
import { renameRecipe } from "./rename-recipe.ts";

it.each([
  ["plain", "# mine\nname: Old name # why\ntrigger: { use: a/b }\n"],
  ["quoted", `trigger: { use: a/b }\nname: "Old name"\n`],
  ["folded over lines", "name: >\n  Old\n  name\ntrigger: { use: a/b }\n"],
  ["in JSON", `{"name":"Old name","trigger":{"use":"a/b"}}`],
])("replaces a name that is %s, and nothing else", (_, source) => {
  const renamed = renameRecipe(source, `New: "name" # 2`);
  expect(parseDocument(renamed).toJS()).toEqual({ name: `New: "name" # 2`, trigger: { use: "a/b" } });
  expect(renamed.includes("# mine")).toBe(source.includes("# mine"));
});
