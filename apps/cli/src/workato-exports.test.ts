import { readdirSync, readFileSync } from "node:fs";
import { exportWorkatoRecipe, importWorkatoRecipe, lintRecipe, parseRecipe } from "@greenroom/recipes";
import { describe, expect, it } from "vitest";
import { offlineCatalogue, workatoAliases as aliases } from "./offline-catalogue.ts";

const catalogue = offlineCatalogue();

/** Recipes as Workato exports them, from what is known of its format: all keywords, and the habits of its users. */
const folder = new URL("../../../examples/workato/", import.meta.url);
const workatoExports = readdirSync(folder).map(
  (name) => [name.replace(".recipe.json", ""), readFileSync(new URL(name, folder), "utf8")] as const,
);

function imported(text: string) {
  const made = importWorkatoRecipe(text, { catalogue, aliases });
  if ("problems" in made) throw new Error(JSON.stringify(made.problems));
  return made;
}

/** What only the one who moves can mend: apps that are not here, connections, and what a field takes. */
const onesOwn =
  /is disabled, so it gives nothing|has no connection|takes string .*but this gives true or false/;

describe.each(workatoExports)("a recipe as Workato exports it: %s", (_, text) => {
  const { recipe, text: written } = imported(text);

  it("passes lint once its unknown apps have a stand-in", () => {
    const errors = lintRecipe(parseRecipe(written), catalogue).filter(({ severity }) => severity === "error");
    expect(errors.filter(({ message }) => !onesOwn.test(message))).toEqual([]);
  });

  it("exported and imported again is the same, byte for byte", () => {
    const { json } = exportWorkatoRecipe(recipe, { catalogue, aliases });
    const again = imported(JSON.stringify(json));
    expect(again.text).toBe(written);
    expect(exportWorkatoRecipe(again.recipe, { catalogue, aliases }).json).toEqual(json);
  });
});

it("reads what a call of an address brought, and what a schedule says", () => {
  const textOf = (name: string) => imported(new Map(workatoExports).get(name) ?? "").text;
  expect(textOf("webhook")).toContain("name.to_s() }}* leaves on {{ trigger.body.last_day.to_date()");
  expect(textOf("api")).toContain('userId: "{{ trigger.body.email }}"');
  expect(textOf("registrants")).toContain("cron: 0 * * * *\n    timeZone: America/Los_Angeles");
  expect(textOf("followup")).toContain("trigger.object.agenda.present() ? trigger.object.agenda : skip()");
});
