// `then` is a word of the language; nobody awaits these.
/* oxlint-disable unicorn/no-thenable */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Command, type StepError, StepFailure } from "./command.ts";
import { compileRecipe } from "./compile/compile-recipe.ts";
import { catalogue, runToEnd, TooManyCommands } from "./crm.test-kit.ts";
import { ExpressionError } from "./expressions/expression-error.ts";
import { lintRecipe } from "./lint/lint-recipe.ts";
import { parseRecipe } from "./parse-recipe.ts";

// The same in each run of the gate; another number looks further.
fc.configureGlobal({ seed: Number(process.env["GREENROOM_FUZZ_SEED"] ?? 1) });

const condition = fc.constantFrom("true", "false", "trigger.a == 1", "vars.v == null", "vars.v != 2");
const value = fc.constantFrom<unknown>(
  ...[1, "text", null, [1, 2], { a: 1 }, "{{ trigger.a }}", "{{ vars.v }}", "x {{ trigger.name }}"],
  "{{ trigger.missing }}",
);
const list = fc.constantFrom("[1, 2, 3]", "trigger.rows", "[]", "[1, 2]", "trigger.missing");
const input = fc.dictionary(fc.constantFrom("a", "b"), value, { maxKeys: 2 });

const { step } = fc.letrec<{ step: object; steps: object[] }>((tie) => {
  const steps = fc.array(tie("step"), { maxLength: 3 });
  const of = (fields: Record<string, fc.Arbitrary<unknown>>, ...required: readonly string[]) => {
    const all: Record<string, fc.Arbitrary<unknown>> = {
      ...fields,
      disabled: fc.constantFrom(false, false, false, true),
    };
    return fc.record(all, { requiredKeys: [...required] });
  };
  return {
    steps,
    step: fc.oneof(
      { depthSize: "small", maxDepth: 4 },
      of({ use: fc.constant("post/send"), input }, "use"),
      of({ set: fc.record({ v: value }) }, "set"),
      of({ append: fc.record({ l: value }) }, "append"),
      of({ wait: fc.constantFrom("0s", "5m", "{{ trigger.a }}h") }, "wait"),
      of({ call: fc.constantFrom("A", "B"), input, background: fc.boolean() }, "call"),
      of({ stop: fc.record({ as: fc.constantFrom("succeeded", "failed") }) }, "stop"),
      of({ if: condition, then: steps, else: steps }, "if", "then"),
      of(
        {
          forEach: list,
          as: fc.constant(""),
          batch: fc.integer({ min: 1, max: 3 }),
          concurrency: fc.constantFrom(1, 1, 2),
          steps,
        },
        ...["forEach", "as", "steps"],
      ),
      of(
        { while: condition, atLeastOnce: fc.boolean(), max: fc.integer({ min: 1, max: 3 }), steps },
        "while",
        "steps",
      ),
      of({ parallel: fc.array(fc.record({ steps }), { minLength: 1, maxLength: 3 }) }, "parallel"),
      of(
        {
          try: steps,
          retry: fc.record({
            times: fc.integer({ min: 1, max: 2 }),
            every: fc.constantFrom("0s", "1m"),
            when: condition,
          }),
          catch: steps,
        },
        ...["try", "catch"],
      ),
    ),
  };
});

/** Gives every step an id, and every loop's item a name, of its own. */
function named(data: unknown): unknown {
  let count = 0;
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== "object" || node === null) return node;
    const kinds = ["use", "forEach", "while", "call", "wait"];
    const own = kinds.some((key) => key in node) && !("timeout" in node);
    count += 1;
    const extra = {
      ...(own && { id: `s${count}` }),
      ...("as" in node && "forEach" in node && { as: `i${count}` }),
    };
    return Object.fromEntries(
      Object.entries({ ...node, ...extra }).map(([key, each]) => [key, key === "input" ? each : walk(each)]),
    );
  };
  return walk(data);
}

const trigger = { a: 1, name: "Ada", rows: [{ b: 1 }, { b: 2 }] };
const failed: StepError = { kind: "unavailable", code: "down", message: "It is down." };

it("a sound recipe runs to an end, its paths are its own, and it takes the same way again", () => {
  let ran = 0;
  let seen = 0;
  const property = fc.property(
    fc.array(step, { minLength: 1, maxLength: 4 }),
    fc.array(fc.constantFrom(true, true, true, true, false), { minLength: 1, maxLength: 9 }),
    (steps, works) => {
      const source = JSON.stringify({
        name: "Sound",
        trigger: { use: "crm/deal-won", connection: "crm" },
        steps: named(steps),
      });
      const parsed = parseRecipe(source);
      expect(parsed.problems).toEqual([]);
      const { recipe } = parsed;
      if (!recipe || lintRecipe(parsed, catalogue).some(({ severity }) => severity === "error")) return;
      const program = compileRecipe(recipe, catalogue);
      const run = (): readonly unknown[] => {
        const commands: Command[] = [];
        let asked = 0;
        const answer = (command: Command) => {
          if (!works[asked++ % works.length]) throw new StepFailure(failed);
          return { from: command.path };
        };
        let end: unknown;
        try {
          end = runToEnd(program, trigger, answer, answer, 3_000, commands).outcome;
        } catch (error) {
          if (error instanceof StepFailure || error instanceof ExpressionError) end = error.message;
          else if (!(error instanceof TooManyCommands)) throw error;
        }
        return [...commands.map(plain), end];
      };
      const first = run();
      expect(run()).toEqual(first);
      const paths = first.flatMap((each) => pathOf(each) ?? []);
      expect(new Set(paths).size).toBe(paths.length);
      ran += 1;
      seen += paths.length;
    },
  );
  fc.assert(property, { numRuns: 400 });
  // Otherwise it would say nothing.
  expect(ran).toBeGreaterThan(200);
  expect(seen).toBeGreaterThan(500);
});

/** A command as data: its branches by their paths. */
function plain(command: Command): unknown {
  if (command.type !== "parallel") return command;
  return { ...command, branches: command.branches.map(({ path }) => path) };
}

/** A path, apart from those where a failure that was caught replaces what was told before. */
function pathOf(told: unknown): string | undefined {
  if (typeof told !== "object" || told === null || !("path" in told)) return undefined;
  return "error" in told && told.error !== undefined ? undefined : String(told.path);
}
