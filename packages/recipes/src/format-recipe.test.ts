import { expect, it } from "vitest";
import { catalogue, recipeOf } from "./crm.test-kit.ts";
import { formatRecipe, formatSource } from "./format-recipe.ts";
import { parseRecipe } from "./parse-recipe.ts";
import type { Recipe } from "./recipe-schema.ts";
import { stepsOutline } from "./steps-outline.ts";

const source = recipeOf(`  - input: { to: "{{ trigger.email }}" , why: 'it''s' }
    use: post/send
    id: a
  - steps: [{ if: x == 1, then: [{ stop: { reason: no, as: failed } }], elsif: [{ if: x == 2, then: [] }], else: [{ use: post/send, name: Write }] }]
    as: x
    forEach: trigger.rows
`);

function parsed(text: string): Recipe {
  const { recipe } = parseRecipe(text);
  if (!recipe) throw new Error("does not parse");
  return recipe;
}

it("formats a recipe with its fields in one order, and formatting again changes nothing", () => {
  const once = formatRecipe(parsed(source));
  expect(once).toBe(`name: Test
trigger:
  use: crm/deal-won
  connection: crm
steps:
  - id: a
    use: post/send
    input:
      to: "{{ trigger.email }}"
      why: it's
  - forEach: trigger.rows
    as: x
    steps:
      - if: x == 1
        then:
          - stop:
              as: failed
              reason: no
        elsif:
          - if: x == 2
            then: []
        else:
          - name: Write
            use: post/send
`);
  expect(formatRecipe(parsed(once))).toBe(once);
  expect(parsed(once)).toEqual(parsed(source));
});

it("shows a recipe's steps as a tree with the paths that its jobs use", () => {
  expect(stepsOutline(parsed(source), catalogue)).toMatchObject([
    { id: "a", path: "0", kind: "action", title: "Send letter", use: "post/send", branches: [] },
    {
      ...{ path: "1", kind: "forEach", title: "For each x in trigger.rows" },
      branches: [
        {
          name: "each",
          steps: [
            {
              ...{ path: "1[n].0", kind: "if", title: "If x == 1" },
              branches: [
                { name: "then", steps: [{ path: "1[n].0.then.0", kind: "stop", title: "Stop as failed" }] },
                { name: "else if x == 2", steps: [] },
                { name: "else", steps: [{ path: "1[n].0.else.0", title: "Write" }] },
              ],
            },
          ],
        },
      ],
    },
  ]);
});

it("formats a text with its comments, in one style, and again changes nothing", () => {
  const text = `# What it is for.
steps:
- input: {to: '{{ trigger.email }}', z: 1, a: 2}   # as it was
  # Which one.
  use: "post/send"

- catch: [ { stop: { reason: "no", as: failed } } ]   # Give up.
  retry: { backoff: 2, times: 3 }
  # Try.
  try:
  - { name: Write, use: post/send }
- wait:
    event:
      timeout: 2h
      when: >-
        arrived.id ==
        trigger.id
      use: crm/deal-won
trigger: {connection: crm, use: crm/deal-won}   # the trigger
# Last.
name: Test
`;
  const once = formatSource(text);
  expect(once).toBe(`# What it is for.
# Last.
name: Test
trigger: { use: crm/deal-won, connection: crm } # the trigger
steps:
  # Which one.
  - use: post/send
    input: { to: "{{ trigger.email }}", z: 1, a: 2 } # as it was
  # Try.
  - try:
      - { name: Write, use: post/send }
    retry: { times: 3, backoff: 2 }
    catch: [ { stop: { as: failed, reason: no } } ] # Give up.
  - wait:
      event:
        use: crm/deal-won
        when: >-
          arrived.id == trigger.id
        timeout: 2h
`);
  expect(formatSource(once ?? "")).toBe(once);
});
