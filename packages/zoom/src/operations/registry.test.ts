import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ZodType } from "zod";
import { actions } from "../actions.gen.ts";

const root = join(import.meta.dirname, "../../../..");
const specs = join(root, "../shared/zoom-specs/endpoints");

it("every action is run against the sandbox by some test", () => {
  const tests = globSync("packages/zoom/src/**/*.test.ts", { cwd: root })
    .filter((path) => !path.endsWith("registry.test.ts"))
    .map((path) => readFileSync(join(root, path), "utf8"))
    .join("\n");
  expect(Object.keys(actions).filter((id) => !tests.includes(`"${id}"`))).toEqual([]);
});

it("an answer without any field is read: Zoom leaves out what it does not know", () => {
  const made = Object.entries(actions).filter(([, action]) => "requestOf" in action);
  const complaints = made.filter(([, { output }]) => !(output as ZodType).safeParse({}).success);
  expect(complaints.map(([id]) => id)).toEqual([]);
});

interface Schema {
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly allOf?: Schema[];
  readonly oneOf?: Schema[];
  readonly anyOf?: Schema[];
  readonly example?: unknown;
}

it("Zoom's published examples of its answers are read without a complaint", (context) => {
  context.skip(!existsSync(specs), "Zoom's API descriptions (../shared/zoom-specs) are absent");
  const examples = new Map<string, unknown>();
  for (const file of globSync("*.json", { cwd: specs })) {
    const { paths } = JSON.parse(readFileSync(join(specs, file), "utf8")) as {
      paths: Record<
        string,
        Record<string, { responses?: Record<string, { content?: Record<string, { schema?: Schema }> }> }>
      >;
    };
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { responses = {} }] of Object.entries(methods)) {
        const success = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
        const schema = success?.content?.["application/json"]?.schema;
        if (schema) examples.set(`${method.toUpperCase()} ${path}`, exampleOf(schema));
      }
    }
  }
  let read = 0;
  const complaints: string[] = [];
  for (const [id, action] of Object.entries(actions)) {
    // The others answer in a shape of their own.
    if (!("requestOf" in action)) continue;
    const { endpoint, output } = action;
    const example = examples.get(endpoint);
    if (typeof example !== "object" || example === null || Array.isArray(example)) continue;
    const { success, error } = (output as ZodType).safeParse(example);
    read += 1;
    if (!success) complaints.push(`${id}: ${error?.message}`);
  }
  expect(complaints).toEqual([]);
  expect(read).toBeGreaterThan(100);
});

/** The answer that a description's own examples make. */
function exampleOf(schema: Schema): unknown {
  const { properties, items, allOf = [], oneOf = [], anyOf = [] } = schema;
  const [first] = [...oneOf, ...anyOf];
  const parts = [...allOf, ...(first ? [first] : [])].map(exampleOf);
  if (parts.some((part) => typeof part !== "object")) return parts[0];
  if (properties || parts.length > 0) {
    const own = Object.entries(properties ?? {}).map(([name, one]) => [name, exampleOf(one)]);
    return Object.assign({}, ...parts, Object.fromEntries(own.filter(([, value]) => value !== undefined)));
  }
  if (items && schema.example === undefined) return [exampleOf(items)].filter((item) => item !== undefined);
  return schema.example;
}
