// `then` is a word of the language; nobody awaits these.
/* oxlint-disable unicorn/no-thenable */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { event, problemsOf, recipeOf } from "./crm.test-kit.ts";
import { compileExpression } from "./expressions/expression.ts";
import { ExpressionError } from "./expressions/expression-error.ts";
import { compileValue } from "./expressions/template.ts";
import { formulaReference } from "./expressions/formula-reference.ts";
import { formatRecipe, formatSource } from "./format-recipe.ts";
import { parseRecipe } from "./parse-recipe.ts";

// The same in each run of the gate; another number looks further.
fc.configureGlobal({ seed: Number(process.env["GREENROOM_FUZZ_SEED"] ?? 1) });

const slowestMs = 2_000;

/** Runs it; whatever it refuses must name a place, and nothing may take long. */
function quick<T>(body: () => T): T | undefined {
  // Of this thread's own work: others on the machine may take their time.
  const begun = process.threadCpuUsage();
  try {
    return body();
  } catch (error) {
    if (error instanceof ExpressionError && error.path !== "" && error.message !== "") return undefined;
    throw error;
  } finally {
    const { user, system } = process.threadCpuUsage(begun);
    expect((user + system) / 1000).toBeLessThan(slowestMs);
  }
}

function expectPlaces(source: string): void {
  for (const { line, column, message } of quick(() => problemsOf(source)) ?? []) {
    expect(message).not.toBe("");
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
  }
}

const name = fc.constantFrom(
  "a",
  "b",
  "trigger",
  "loop",
  "x",
  "list",
  "__proto__",
  "constructor",
  "l00p",
  "1",
);
const fragment = fc.constantFrom(
  ...[
    "trigger",
    "trigger.a",
    "event.occurredAt",
    "loop.index",
    "a",
    "b.c",
    "x",
    "'t'",
    '"',
    "r'\\",
    '"""',
    "1",
    "2.5",
    "null",
  ],
  ...[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "}}",
    "{{",
    ",",
    ".",
    ":",
    "?",
    "+",
    "-",
    "*",
    "/",
    "%",
    "==",
    "<",
    "&&",
    "||",
    "!",
    " in ",
    "//",
  ],
  ...[
    ".map(x, x)",
    ".filter(x, x > 1)",
    ".exists(x, x)",
    ".map(x, x + x)",
    ".map(x, [x, x])",
    "cel.bind(x, a, x)",
    "has(a.b)",
  ],
  ...[
    ".upcase()",
    ".pluck('a')",
    ".where('a', 1)",
    ".uniqBy('a')",
    ".join('-')",
    ".matches('(a*)*b')",
    ".to_json()",
    ".flatten()",
  ],
  ...[
    ".gsub('a', 'aaaa')",
    ".strftime('%Y %', 'x')",
    ".plus(duration('1h'))",
    ".split('')",
    ".to_i()",
    ".present()",
    "timestamp(a)",
    ...formulaReference.flatMap(({ call, examples }) => [
      `.${call}`,
      ...examples.map(({ expression: text }) => text),
    ]),
    ...formulaReference.map(({ name: formula }) => `.${formula}(`),
  ],
);
const expression = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join("")),
);
const json = fc.jsonValue({ maxDepth: 4 });
const template = fc.oneof(
  expression,
  expression.map((text) => `{{ ${text} }}`),
  fc.tuple(fc.string(), expression).map(([before, text]) => `${before}{{${text}}}`),
);

const input = fc.dictionary(fc.oneof(name, fc.string()), fc.oneof(template, json));
const lengths = fc.constantFrom("30s", "0s", "1h30m", "{{ a }}", "{{ 'x' }}", "99999999w", "soon");

const { step } = fc.letrec<{ step: unknown; steps: unknown[] }>((tie) => {
  const some = { id: name, name: fc.string(), comment: fc.string(), disabled: fc.boolean() };
  const record = (
    fields: Record<string, fc.Arbitrary<unknown>>,
    optional: Record<string, fc.Arbitrary<unknown>> = {},
  ) => {
    const all: Record<string, fc.Arbitrary<unknown>> = { ...some, ...fields, ...optional };
    return fc.record(all, { requiredKeys: Object.keys(fields) });
  };
  const steps = tie("steps");
  return {
    steps: fc.array(tie("step"), { maxLength: 3 }),
    step: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      record(
        {
          use: fc.constantFrom(
            "crm/add-person",
            "crm/list-people",
            "post/send",
            "crm/nothing",
            "post/constructor",
            "x",
          ),
        },
        { input },
      ),
      record({ if: expression, then: steps }, { else: steps }),
      record(
        { forEach: expression, as: name, steps },
        { batch: fc.nat({ max: 3 }), concurrency: fc.nat({ max: 3 }) },
      ),
      record(
        { while: fc.oneof(expression, fc.boolean()), steps },
        { atLeastOnce: fc.boolean(), max: fc.nat({ max: 4 }) },
      ),
      record(
        { parallel: fc.array(fc.record({ steps }), { maxLength: 3 }) },
        { concurrency: fc.nat({ max: 3 }) },
      ),
      record(
        { try: steps },
        {
          retry: fc.record(
            {
              times: fc.nat({ max: 3 }),
              every: lengths,
              backoff: fc.nat({ max: 3 }),
              max: lengths,
              when: expression,
            },
            { requiredKeys: ["times"] },
          ),
          catch: steps,
        },
      ),
      record({ call: fc.constantFrom("Fuzz", "Other", "") }, { input, background: fc.boolean() }),
      record({ set: input }),
      record({ append: fc.dictionary(name, fc.oneof(template, json)) }),
      record({
        wait: fc.oneof(
          lengths,
          fc.record({ until: expression }),
          fc.record({
            event: fc.record(
              {
                use: fc.constantFrom("crm/deal-won", "recipe/called", "x/y"),
                when: expression,
                timeout: lengths,
                input,
              },
              { requiredKeys: ["use"] },
            ),
          }),
          json,
        ),
      }),
      record({ stop: fc.record({ as: fc.constantFrom("succeeded", "failed", "x"), reason: template }) }),
      record({ return: fc.oneof(template, json) }),
      json,
    ),
  };
});
const settings = fc.record(
  {
    concurrency: fc.nat({ max: 3 }),
    concurrencyKey: expression,
    priority: fc.constantFrom("low", "x"),
    rate: fc.record({ limit: fc.nat(), per: lengths }),
    mask: fc.array(fc.constantFrom("trigger.a", "a.*.b", "a", "__proto__.x", "x y")),
    searchable: fc.dictionary(name, expression),
    parameters: fc.oneof(json, fc.constant({ type: "object", properties: { a: { type: "string" } } })),
    result: fc.oneof(json, fc.constant({ type: "string" })),
  },
  { requiredKeys: [] },
);
describe("whatever is thrown at it, it neither crashes nor hangs", () => {
  it("as text", () => {
    const piece = fc.constantFrom(
      ...[
        "name: ",
        "trigger: ",
        "steps:\n",
        "  - ",
        "use: post/send",
        "\n",
        "&a ",
        "*a",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        "|",
        ">",
      ],
      ...[
        "!!binary ",
        "!x ",
        "? ",
        ": ",
        "- ",
        "<<: ",
        "%YAML 1.1\n",
        "---\n",
        "...",
        "# ",
        "\t",
        "{{ a }}",
        "\u0000",
        "\uD800",
      ],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 60 }).map((parts) => parts.join("")),
        ),
        expectPlaces,
      ),
      {
        numRuns: 1_500,
      },
    );
  });

  it("as any data in YAML and in JSON", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.record({ name: json, trigger: json, steps: json }), (data) => {
        expectPlaces(JSON.stringify(data));
        expectPlaces(stringify(data));
      }),
      { numRuns: 300 },
    );
  });

  // Hardly any of these is without an error; what lint lets pass is compiled and run in fuzz-sound.test.ts.
  it("as a recipe of nearly the right shape: what is wrong has a place, and what can be read is formatted", () => {
    const use = fc.constantFrom("crm/deal-won", "recipe/called");
    const property = fc.property(
      ...[fc.array(step, { minLength: 1, maxLength: 4 }), settings, use],
      (steps, settings_, used) => {
        const connection = used === "crm/deal-won" ? { connection: "crm" } : {};
        const data = { name: "Fuzz", trigger: { use: used, ...connection }, ...settings_, steps };
        const source = JSON.stringify(data);
        expectPlaces(source);
        const { recipe } = parseRecipe(source);
        if (!recipe) return;
        expect(parseRecipe(formatRecipe(recipe)).recipe).toEqual(recipe);
        const formatted = formatSource(source) ?? "";
        expect(parseRecipe(formatted).recipe).toEqual(recipe);
        expect(formatSource(formatted)).toBe(formatted);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it("as an expression, on any data", () => {
    fc.assert(
      fc.property(expression, json, json, (text, trigger, a) => {
        const compiled = quick(() => compileExpression(text, "place"));
        const value = quick(() =>
          compiled?.evaluate({ trigger, a, b: { c: a }, x: [1, "t"], event, loop: { index: 0 } }),
        );
        // What comes out goes into JSON.
        expect(() => JSON.stringify(value)).not.toThrow();
      }),
      { numRuns: 4_000 },
    );
  });

  it("as any formula on anything, with anything", () => {
    const value = fc.oneof(
      json,
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.double(),
      fc.constantFrom(
        "2026-02-30",
        "2026-01-31T10:00:00Z",
        "%Y %z %U",
        "<a><b/></a>",
        "9".repeat(400),
        1e21,
        -0,
      ),
      fc.constantFrom(
        "x".repeat(200_000),
        Array.from({ length: 50_000 }, (_, index) => index),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...formulaReference), value, value, value, (formula, a, b, c) => {
        const parameters = ["b", "c"].slice(0, formula.parameters.length).join(", ");
        const call = `${formula.name}(${parameters})`;
        const compiled = quick(() => compileExpression(formula.on === null ? call : `a.${call}`, "place"));
        const result = quick(() => compiled?.evaluate({ a, b, c, event }));
        expect(() => JSON.stringify(result)).not.toThrow();
      }),
      { numRuns: 4_000 },
    );
  });

  it("as a template, and lint refuses what does not compile, and calls nothing else no expression", () => {
    fc.assert(
      fc.property(template, (text) => {
        const compiled = quick(() => compileValue(text, "place"));
        const source = recipeOf(`  - ${JSON.stringify({ use: "post/send", input: { text } })}\n`);
        const messages = problemsOf(source).flatMap(({ path, message }) =>
          path === "steps[0].input.text" ? [message] : [],
        );
        // What compiles may still be refused for names and types, which lint knows more of.
        if (compiled === undefined) expect(messages).not.toEqual([]);
        else expect(messages.join()).not.toContain("Not a valid expression");
      }),
      { numRuns: 1_500 },
    );
  });
});
