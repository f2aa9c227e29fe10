import { runAction } from "@greenroom/connector-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderTemplate, TemplateError } from "./render-template.ts";
import { templates } from "./templates.ts";

// The same in each run of the gate; another number looks further.
fc.configureGlobal({ seed: Number(process.env["GREENROOM_FUZZ_SEED"] ?? 1) });

const render = (input: unknown) => {
  const client = templates.createClient({ profile: {}, accessToken: undefined });
  return runAction(templates.actions["render-message"]!, { client, input, idempotencyKey: "k" });
};

describe("a message by a template", () => {
  it("has a line for each answer of a poll", async () => {
    const template =
      "Poll of {{ topic }}{% for q in questions %}\n- {{ q.name | upcase }}: {{ q.answers | join: ', ' }}{% endfor %}";
    const data = {
      topic: "Tour",
      questions: [
        { name: "ada", answers: ["yes", "no"] },
        { name: "bob", answers: [] },
      ],
    };
    await expect(render({ template, data })).resolves.toEqual({
      text: "Poll of Tour\n- ADA: yes, no\n- BOB: ",
    });
  });

  it("may be kept elsewhere, but is one of the two", async () => {
    await expect(render({ stored: "Hi {{ name }}", data: { name: "Ada" } })).resolves.toEqual({
      text: "Hi Ada",
    });
    await expect(render({ data: {} })).rejects.toMatchObject({ kind: "invalid-input" });
  });

  it("escapes for HTML when asked", async () => {
    const data = { name: "<b>Ada</b>" };
    await expect(render({ template: "{{ name }}|{{ name | raw }}", data, escape: "html" })).resolves.toEqual({
      text: "&lt;b&gt;Ada&lt;/b&gt;|<b>Ada</b>",
    });
    await expect(render({ template: "{{ name }}", data })).resolves.toEqual({ text: "<b>Ada</b>" });
  });

  it("may ask for what is not there, but a misspelt name is told with its line", async () => {
    await expect(render({ template: "{% if vip %}VIP{% else %}guest{% endif %}" })).resolves.toEqual({
      text: "guest",
    });
    await expect(render({ template: "Hi\n{{ nmae }}", data: { name: "Ada" } })).rejects.toMatchObject({
      kind: "invalid-input",
      message: "The template cannot be rendered: undefined variable: nmae, line:2, col:4.",
      fields: [{ field: "template" }],
    });
  });

  it.each([
    ["another file", "{% include '/etc/passwd' %}"],
    ["a rendered file", "{% render 'package.json' %}"],
    ["a layout", "{% layout '../x' %}"],
    ["a filter that is none", "{{ 'x' | nofilter }}"],
    ["a long loop", "{% for i in (1..100000000) %}{{ i }}{% endfor %}"],
    ["nested loops", "{% for a in (1..100000) %}{% for b in (1..100000) %}{% endfor %}{% endfor %}"],
    [
      "text that doubles",
      "{% assign x = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..100) %}{% assign x = x | append: x %}{% endfor %}",
    ],
    [
      "text that is put in again and again",
      `{% capture a %}${"x".repeat(50_000)}{% endcapture %}{% for i in (1..1000) %}{{ a }}{% endfor %}`,
    ],
    ["deep nesting", "{% if true %}".repeat(5_000)],
    ["an open tag", "{% if %"],
    ["the inside of JavaScript", "{{ name.constructor.constructor }}"],
  ])("%s is refused soon", (_, template) => {
    const begun = performance.now();
    expect(() => renderTemplate(template, { name: "Ada" })).toThrow(
      expect.objectContaining({ name: "TemplateError", message: expect.not.stringContaining("\n") }),
    );
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

it("whatever the template and its data, it is a text or refused with a reason, and soon", () => {
  const piece = fc.constantFrom(
    ...[
      "{{",
      "}}",
      "{%",
      "%}",
      " if ",
      " endif ",
      " for a in b ",
      " endfor ",
      " a ",
      " b.c ",
      " | ",
      "upcase",
      "date: '%Y'",
      "'",
    ],
    ...[
      "{% if a %}",
      "{% endif %}",
      "{% for i in b %}",
      "{% endfor %}",
      "{{ a | json }}",
      "{% assign x = a %}",
      "{% raw %}",
    ],
    ...[
      "{{ b | sort | first }}",
      "{{ 'now' | date: a }}",
      "{{ a | times: b }}",
      "{% cycle a, b %}",
      "{% case a %}",
      "[",
      "]",
      "..",
      "\n",
    ],
  );
  const template = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(template, fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (text, a, b) => {
      const begun = performance.now();
      try {
        expect(typeof renderTemplate(text, { a, b })).toBe("string");
      } catch (error) {
        if (!(error instanceof TemplateError) || error.message === "") throw error;
      }
      return performance.now() - begun < 3_000;
    }),
    { numRuns: 1_000 },
  );
});
