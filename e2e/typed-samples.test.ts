/** Whatever a trigger's sample has can be read by a recipe, as what it is: lint must not refuse what is right. */
import { createCatalogue, lintRecipe, parseRecipe } from "@greenroom/recipes";
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { expect, it } from "vitest";

const connectors = [zoom, ...toolboxConnectors({ filesFolder: import.meta.dirname })];
const catalogue = createCatalogue(connectors);
const triggers = connectors.flatMap(({ id, triggers: of, connections }) =>
  Object.entries(of).map(([name, { sample }]) => ({
    use: `${id}/${name}`,
    connection: connections ? `, connection: ${id}` : "",
    sample: sample as unknown,
  })),
);

/** Every expression that reads a value, and does with it what can be done with such a value. */
function readersOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    return [`${path}.size() + 1`, ...value.slice(0, 1).flatMap((item) => readersOf(item, `${path}[0]`))];
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) =>
      readersOf(item, /^[a-zA-Z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`),
    );
  }
  if (typeof value === "string") return [`${path}.upcase() + "!"`, `${path} == "x"`];
  if (typeof value === "number") return [`${path} + 1`, `${path} > 3`, `${path} == 3`];
  return typeof value === "boolean" ? [`!${path}`] : [`${path} == null`];
}

it.each(triggers)("$use", ({ use, connection, sample }) => {
  const expressions = readersOf(sample, "trigger");
  const steps = Array.from({ length: Math.ceil(expressions.length / 50) }, (_, index) => ({
    set: Object.fromEntries(
      expressions
        .slice(index * 50, (index + 1) * 50)
        .map((expression, at) => [`v${at}`, `{{ ${expression} }}`]),
    ),
  }));
  const source = `name: Sample\ntrigger: { use: ${use}${connection} }\nsteps: ${JSON.stringify(steps)}`;
  const problems = lintRecipe(parseRecipe(source), catalogue).filter(({ path }) => path.startsWith("steps"));
  expect(problems.map(({ message, hint }) => `${message} ${hint ?? ""}`)).toEqual([]);
});
