import { expect, it } from "vitest";
import { recipeJsonSchema } from "./recipe-schema.ts";

it("publishes a JSON Schema that describes every kind of step and allows no unknown field", () => {
  const schema = JSON.stringify(recipeJsonSchema());
  for (const field of ["use", "connection", "when", "forEach", "elsif", "stop", "reason"])
    expect(schema).toContain(`"${field}":`);
  expect(recipeJsonSchema()).toMatchObject({
    type: "object",
    required: ["name", "trigger", "steps"],
    additionalProperties: false,
  });
  // The steps inside steps are a reference: the schema is finite.
  expect(schema).toContain('"$ref"');
  // Assigning nothing is refused by editors too.
  expect(schema.match(/"minProperties":1/g)).toHaveLength(2);
});
