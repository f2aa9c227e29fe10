import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRecipe } from "../parse-recipe.ts";
import { exportWorkatoRecipe } from "./export-recipe.ts";
import { importWorkatoRecipe } from "./import-recipe.ts";
import { aliases, catalogue, dp, everything, item, pill } from "./workato.test-kit.ts";

// The same in each run of the gate; another number looks further.
fc.configureGlobal({ seed: Number(process.env["GREENROOM_FUZZ_SEED"] ?? 1) });

const slowestMs = 2_000;

/** What is wrong with an import: nothing, or a refusal or note that names no place, or what does not come out again. */
function wrongWith(source: string): string[] {
  const result = importWorkatoRecipe(source, { catalogue, aliases });
  if ("problems" in result) {
    return result.problems.length > 0 &&
      result.problems.every(({ message, line }) => message !== "" && line !== undefined)
      ? []
      : ["a refusal without a place"];
  }
  const { json, notes } = exportWorkatoRecipe(result.recipe, { catalogue, aliases });
  return [
    ...([...result.notes, ...notes].every(({ path, message }) => path !== "" && message !== "")
      ? []
      : ["a note without a place"]),
    ...(isDeepStrictEqual(parseRecipe(result.text).recipe, result.recipe)
      ? []
      : ["its text is another recipe"]),
    ...("problems" in importWorkatoRecipe(JSON.stringify(json), { catalogue, aliases })
      ? ["it does not come in again"]
      : []),
  ];
}

function comesIn(source: string): void {
  // Of this thread's own work: others on the machine may take their time.
  const begun = process.threadCpuUsage();
  expect(wrongWith(source)).toEqual([]);
  const { user, system } = process.threadCpuUsage(begun);
  expect((user + system) / 1000).toBeLessThan(slowestMs);
}

const pieces = fc.constantFrom(
  ...[
    "=",
    "#{",
    "}",
    "_dp('",
    "')",
    "_('data.meet.ev.object.topic')",
    "{{",
    "}}",
    "'",
    '"',
    "\\",
    "/",
    "/x/i",
    "(",
    ")",
    "[",
    "]",
  ],
  ...[
    ".upcase",
    ".present?",
    " ? ",
    " : ",
    " || ",
    " && ",
    "!",
    " + ",
    " - ",
    "3.days",
    ".from_now",
    "now",
    "today",
    "nil",
    "skip",
  ],
  ...[
    "lookup('T', 'C': 1)['X']",
    ".where(a: 1)",
    ".pluck(:a)",
    "[0..2]",
    "[-1]",
    ".each { |x| x }",
    "..",
    "**",
    "=~",
    "é😀",
    "\n",
  ],
  ...[
    dp("meet", "ev", "object", "topic"),
    pill("meet", "ev", "object", "people", item, "id"),
    pill("foreach", "loop", "x"),
    pill("catch", "oops", "message"),
  ],
);
const text = fc.oneof(
  fc.string(),
  fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join("")),
);
const json = fc.jsonValue({ maxDepth: 3 });
const input = fc.oneof(
  json,
  fc.dictionary(
    fc.constantFrom("message", "event", "id", "tags", "____source", "variables", "name", "flow_id", "path"),
    fc.oneof(text, json, fc.record({ ____source: text, id: text })),
  ),
);
const conditions = fc.record({
  ...{ type: fc.constant("compound"), operand: fc.constantFrom("and", "or", "x") },
  conditions: fc.array(
    fc.record({
      operand: fc.constantFrom("contains", "equals_to", "not_blank", "present", "less_than", "x"),
      lhs: text,
      rhs: text,
    }),
    { maxLength: 3 },
  ),
});
const alias = fc.constantFrom(
  "ev",
  "loop",
  "oops",
  "a1b2c3d4",
  "trigger",
  "in",
  "x y",
  "",
  "__proto__",
  "constructor",
);
const { step } = fc.letrec<{ step: unknown }>((tie) => ({
  step: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({
      ...{ number: fc.nat(9), keyword: fc.constant("action"), as: alias, input, skip: fc.boolean() },
      provider: fc.constantFrom(
        "meet",
        "logger",
        "workato_variable",
        "workato_recipe_function",
        "greenroom",
        "other",
        "",
      ),
      name: fc.constantFrom(
        "get_object",
        "create_user",
        "log_message",
        "declare_variable",
        "declare_list",
        "insert_to_list",
        "call_recipe",
        "return_result",
        "step",
        "__adhoc_http_action",
        "x",
      ),
    }),
    fc.record({
      keyword: fc.constantFrom(
        "if",
        "elsif",
        "else",
        "foreach",
        "repeat",
        "while_condition",
        "try",
        "catch",
        "stop",
        "x",
      ),
      ...{ as: alias, source: text, repeat_mode: fc.constantFrom("simple", "batch"), batch_size: text },
      ...{ input: fc.oneof(conditions, input), block: fc.array(tie("step"), { maxLength: 3 }) },
    }),
    json,
  ),
}));

describe("whatever is imported, it neither crashes nor hangs, and comes out again", () => {
  it("as text", () => {
    expect.hasAssertions();
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), comesIn), { numRuns: 200 });
  });

  it("as nearly a recipe", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 4 }),
        fc.oneof(conditions, json),
        input,
        json,
        (block, filter, given, config) => {
          const code = {
            number: 0,
            keyword: "trigger",
            provider: "meet",
            name: "new_object_events",
            as: "ev",
            input: given,
            filter,
            block,
          };
          comesIn(JSON.stringify({ name: "Fuzz", version: 1, code, config }));
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  it("as a real recipe with one value replaced", () => {
    expect.hasAssertions();
    const paths = pathsOf(everything, []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.oneof(text, json), (path, value) => {
        const copy: unknown = structuredClone(everything);
        replace(copy, path, value);
        comesIn(JSON.stringify(copy));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it.each([
    ["a formula of brackets", `=${"(".repeat(10_000)}`],
    ["a formula of signs", `=${"!".repeat(19_000)}true`],
    ["a formula of choices", `=${"a ? ".repeat(4_000)}`],
    ["a text of openings", "#{".repeat(50_000)],
    ["a long text", "x".repeat(1_000_000)],
  ])("as %s", (_, value) => {
    const code = {
      ...everything.code,
      block: [
        { number: 1, keyword: "action", provider: "logger", name: "log_message", input: { message: value } },
      ],
    };
    comesIn(JSON.stringify({ ...everything, code }));
  });

  it("as steps nested without end", () => {
    const block = Array.from({ length: 500 }).reduce<unknown[]>(
      (inner) => [{ keyword: "try", input: {}, block: inner }],
      [],
    );
    comesIn(JSON.stringify({ ...everything, code: { ...everything.code, block } }));
  });
});

function pathsOf(value: unknown, above: readonly string[]): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [above];
  return [above, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...above, key]))].filter(
    (path) => path.length > 0,
  );
}

function replace(target: unknown, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (typeof target !== "object" || target === null) return;
  if (rest.length === 0) Reflect.set(target, key, value);
  else replace(Reflect.get(target, key), rest, value);
}
