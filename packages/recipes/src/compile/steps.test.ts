import { describe, expect, it } from "vitest";
import { type Asked, programOf, recipeOf, runToEnd, startedAt } from "../crm.test-kit.ts";
import { StepFailure } from "../command.ts";

const down = { kind: "unavailable", code: "down", message: "It is down.", hint: "Wait." };
const failing = (step = "a") => {
  throw new StepFailure({ ...down, step });
};
const inputs = (commands: ReturnType<typeof runToEnd>["commands"]) =>
  commands.flatMap((command) => (command.type === "action" ? [[command.path, command.input]] : []));
const run = (
  steps: string,
  ...rest: [trigger?: unknown, answer?: never, others?: (command: Asked) => unknown]
) => runToEnd(programOf(recipeOf(steps)), rest[0] ?? {}, rest[1], rest[2]);
const runWith = (steps: string, answer: Parameters<typeof runToEnd>[2], trigger: unknown = {}) =>
  runToEnd(programOf(recipeOf(steps)), trigger, answer);
const send = (input: string) => `{ use: post/send, input: ${input} }`;

describe("forEach", () => {
  it("takes batches of items, the last one smaller, and keeps what each gave", () => {
    const { commands } = runWith(
      `  - { id: all, forEach: trigger.rows, as: rows, batch: 2, steps: [{ id: sent, use: post/send, input: { rows: "{{ rows }}", last: "{{ loop.last }}" } }] }
  - ${send('{ all: "{{ all }}" }')}
`,
      ({ path }) => ({ at: path }),
      { rows: [1, 2, 3] },
    );
    expect(inputs(commands)).toEqual([
      ["0[0].0", { rows: [1, 2], last: false }],
      ["0[1].0", { rows: [3], last: true }],
      ["1", { all: [{ sent: { at: "0[0].0" } }, { sent: { at: "0[1].0" } }] }],
    ]);
  });

  it("hands over its iterations as branches when several may run at once, and keeps their order", () => {
    const { commands } = runWith(
      `  - { id: all, forEach: "[1, 2, 3]", as: n, concurrency: 2, steps: [{ id: sent, use: post/send, input: { n: "{{ n }}" } }] }
  - ${send('{ all: "{{ all }}" }')}
`,
      ({ path }) => path,
    );
    expect(commands[1]).toMatchObject({
      ...{ type: "parallel", path: "0.parallel", concurrency: 2 },
      branches: [{ path: "0[0]" }, { path: "0[1]" }, { path: "0[2]" }],
    });
    expect(inputs(commands).at(-1)).toEqual([
      "1",
      { all: ["0[0].0", "0[1].0", "0[2].0"].map((sent) => ({ sent })) },
    ]);
  });
});

describe("while", () => {
  it("asks before each iteration, and counts", () => {
    const { commands } = run(`  - set: { n: 0 }
  - while: vars.n < 3
    steps: [{ set: { n: "{{ vars.n + 1 }}" } }, ${send('{ n: "{{ vars.n }}", i: "{{ loop.index }}" }')}]
  - ${send('{ n: "{{ vars.n }}" }')}
`);
    expect(inputs(commands)).toEqual([
      ["1.while[0].1", { n: 1, i: 0 }],
      ["1.while[1].1", { n: 2, i: 1 }],
      ["1.while[2].1", { n: 3, i: 2 }],
      ["2", { n: 3 }],
    ]);
  });

  it("asks after each iteration with atLeastOnce, and reads what that gave", () => {
    const pages = [{ next: "b" }, { next: "" }];
    const { commands } = runWith(
      `  - { id: pages, while: page.next != "", atLeastOnce: true, steps: [{ id: page, use: post/send }] }
  - ${send('{ pages: "{{ pages }}" }')}
`,
      () => pages.shift(),
    );
    expect(inputs(commands).at(-1)).toEqual([
      "1",
      { pages: [{ page: { next: "b" } }, { page: { next: "" } }] },
    ]);
  });

  it("fails when it has run as often as it may", () => {
    const steps = "  - { id: loop1, while: true, max: 5, steps: [{ use: post/send }] }\n";
    expect(() => run(steps)).toThrow("“true” still holds after 5 iterations");
    const caught = `  - { try: [${steps.slice(4).trim()}], catch: [${send('{ error: "{{ error }}" }')}] }\n`;
    expect(inputs(run(caught).commands).at(-1)).toMatchObject([
      "0.catch.0",
      { error: { kind: "limit", code: "while-max", step: "loop1" } },
    ]);
  });
});

describe("try", () => {
  const steps = (retry: string) => `  - try: [{ id: a, use: post/send }, ${send("{ after: a }")}]
    ${retry}
    catch: [${send('{ a: "{{ a }}", why: "{{ error.kind }} {{ error.code }} {{ error.message }} {{ error.hint }} {{ error.step }}" }')}]
  - ${send('{ a: "{{ a }}" }')}
`;

  it("goes on in catch with what is known of the error, and after it", () => {
    const { commands, outcome } = runWith(steps(""), ({ path }) =>
      path === "0.try[0].0" ? failing() : { path },
    );
    expect(outcome.state).toBe("succeeded");
    expect(commands.map(({ path }) => path)).toEqual(["0", "0.try[0].0", "0.catch", "0.catch.0", "1"]);
    expect(commands[2]).toMatchObject({
      type: "note",
      kind: "catch",
      input: { error: { kind: "unavailable" } },
    });
    expect(inputs(commands).slice(1)).toEqual([
      ["0.catch.0", { a: null, why: "unavailable down It is down. Wait. a" }],
      ["1", { a: null }],
    ]);
  });

  it("skips catch when nothing fails", () => {
    const { commands } = runWith(steps(""), ({ path }) => path);
    expect(inputs(commands).map(([path]) => path)).toEqual(["0.try[0].0", "0.try[0].1", "1"]);
    expect(inputs(commands).at(-1)).toEqual(["1", { a: "0.try[0].0" }]);
  });

  it("tries again, waiting longer each time and no longer than it may", () => {
    const { commands } = runWith(steps("retry: { times: 4, every: 10s, backoff: 3, max: 1m }"), ({ path }) =>
      /try\[[0-3]\]/.test(path) ? failing() : { path },
    );
    const waits = commands.flatMap((command) =>
      command.type === "wait" && command.for.kind === "time"
        ? [[command.path, command.for.until.getTime() - startedAt.getTime()]]
        : [],
    );
    expect(waits).toEqual([
      ["0.try[0].wait", 10_000],
      ["0.try[1].wait", 40_000],
      ["0.try[2].wait", 100_000],
      ["0.try[3].wait", 160_000],
    ]);
    expect(inputs(commands).at(-1)).toEqual(["1", { a: { path: "0.try[4].0" } }]);
  });

  it("tries again only for errors that `when` holds for", () => {
    const retry = 'retry: { times: 3, when: error.kind == "rate-limited" }';
    const { commands } = runWith(steps(retry), ({ path }) => (path.includes("try") ? failing() : {}));
    expect(inputs(commands).map(([path]) => path)).toEqual(["0.try[0].0", "0.catch.0", "1"]);
  });

  it("without catch lets the last failure through", () => {
    const source = "  - { try: [{ id: a, use: post/send }], retry: { times: 2 } }\n";
    expect(() => runWith(source, () => failing())).toThrow(new StepFailure({ ...down, step: "a" }));
  });

  it("catches failing expressions, and the history hears of the step", () => {
    const { commands } = run(
      `  - { try: [{ id: x, use: post/send, input: { to: "{{ trigger.nothing }}" } }], catch: [${send('{ why: "{{ error.step }}: {{ error.message }}" }')}] }\n`,
    );
    expect(commands[1]).toMatchObject({
      ...{ type: "note", path: "0.try[0].0", kind: "action", use: "post/send", stepId: "x" },
      error: { kind: "expression", step: "x" },
    });
    expect(inputs(commands)).toEqual([
      [
        "0.catch.0",
        { why: expect.stringMatching(/^x: trigger has no “nothing”. In steps\[0\].try\[0\].input.to/) },
      ],
    ]);
  });

  it("does not catch the end of the job", () => {
    const { outcome, commands } = run(
      "  - { try: [{ stop: { as: failed, reason: enough } }], retry: { times: 3 }, catch: [{ use: post/send }] }\n",
    );
    expect(outcome).toEqual({ state: "failed", reason: "enough" });
    expect(inputs(commands)).toEqual([]);
  });

  it("in a try catches what the inner catch throws", () => {
    const inner = `{ try: [{ id: a, use: post/send }], catch: [{ id: b, use: post/send }] }`;
    const { commands } = runWith(
      `  - { try: [${inner}], catch: [${send('{ step: "{{ error.step }}" }')}] }\n`,
      ({ path, stepId }) => (path.startsWith("0.try") ? failing(stepId ?? path) : {}),
    );
    expect(inputs(commands).at(-1)).toEqual(["0.catch.0", { step: "b" }]);
  });
});

describe("variables", () => {
  it("begin as null, hold what set gave, and grow by append", () => {
    const { commands } = run(`  - ${send('{ n: "{{ vars.n }}", l: "{{ vars.l }}" }')}
  - set: { n: 1, m: "{{ vars.n }}" }
  - { forEach: "[1, 2]", as: x, steps: [{ append: { l: "{{ x * 2 }}" } }] }
  - ${send('{ n: "{{ vars.n }}", m: "{{ vars.m }}", l: "{{ vars.l }}" }')}
  - append: { l: { deep: true } }
  - ${send('{ l: "{{ vars.l }}" }')}
`);
    expect(inputs(commands)).toEqual([
      ["0", { n: null, l: null }],
      ["3", { n: 1, m: 1, l: [2, 4] }],
      ["5", { l: [2, 4, { deep: true }] }],
    ]);
  });

  it("must be lists to be appended to", () => {
    expect(() => run("  - set: { n: 1 }\n  - append: { n: 2 }\n")).toThrow(
      "vars.n is a number, so nothing can be added to its end.",
    );
  });

  it("belong to their branch", () => {
    const { commands } = run(
      `  - parallel:
      - steps: [{ set: { a: 1 } }, ${send('{ a: "{{ vars.a }}" }')}]
      - steps: [{ append: { b: 1 } }, ${send('{ b: "{{ vars.b }}" }')}]
`,
    );
    expect(inputs(commands)).toEqual([
      ["0.branch.0.1", { a: 1 }],
      ["0.branch.1.1", { b: [1] }],
    ]);
  });
});

describe("parallel", () => {
  const branches = `  - parallel:
      - { name: Left, steps: [{ id: l, use: post/send }] }
      - { steps: [{ id: r, use: post/send }] }
  - ${send('{ l: "{{ l }}", r: "{{ r }}" }')}
`;

  it("hands over its branches, and later steps read what they gave", () => {
    const { commands } = runWith(branches, ({ path }) => path);
    expect(commands[0]).toMatchObject({
      type: "parallel",
      path: "0",
      concurrency: 2,
      branches: [{ path: "0.branch.0" }, { path: "0.branch.1" }],
    });
    expect(inputs(commands).at(-1)).toEqual(["1", { l: "0.branch.0.0", r: "0.branch.1.0" }]);
  });

  it("fails with the first branch that failed, and can be caught", () => {
    expect(() => runWith(branches, ({ stepId }) => (stepId === "l" ? failing("l") : {}))).toThrow(
      "It is down.",
    );
    const caught = `  - try:\n${branches.split("  - use")[0]?.replaceAll(/^/gm, "    ").trimEnd().split("\n").slice(0, 3).join("\n")}\n    catch: [${send('{ step: "{{ error.step }}" }')}]\n`;
    expect(
      inputs(runWith(caught, ({ path }) => (path.includes("branch") ? failing("l") : {})).commands).at(-1),
    ).toEqual(["0.catch.0", { step: "l" }]);
  });

  it("ends the job when a branch does", () => {
    const { outcome } = run(
      "  - parallel: [{ steps: [{ stop: { as: succeeded, reason: done } }] }, { steps: [] }]\n  - use: post/send\n",
    );
    expect(outcome).toEqual({ state: "succeeded", reason: "done" });
  });
});

describe("wait", () => {
  const waits = (steps: string, trigger: unknown = {}) =>
    run(steps, trigger).commands.flatMap((command) => (command.type === "wait" ? [command] : []));

  it("for a while ends that long after the step before", () => {
    const until = (ms: number) => ({ for: { kind: "time", until: new Date(startedAt.getTime() + ms) } });
    expect(waits("  - wait: 30s\n  - wait: 1h30m\n")).toMatchObject([
      until(30_000),
      until(30_000 + 5_400_000),
    ]);
    expect(waits('  - wait: "{{ trigger.days }}d"\n', { days: 2 })).toMatchObject([until(172_800_000)]);
  });

  it("until a time, in UTC where it has no zone", () => {
    expect(waits("  - wait: { until: trigger.at }\n", { at: "2026-05-01T09:00:00" })).toMatchObject([
      { title: "Wait until trigger.at", for: { until: new Date("2026-05-01T09:00:00Z") } },
    ]);
    expect(() => waits("  - wait: { until: trigger.at }\n", { at: "soon" })).toThrow(
      "It gives “soon”, which is no time.",
    );
    expect(() => waits('  - wait: "{{ trigger.at }}"\n', { at: "soon" })).toThrow(
      "It gives “soon”, which is no length of time.",
    );
  });

  it("for an event that fits, and gives its payload, or null when it did not come", () => {
    const steps = `  - id: won
    wait:
      event: { use: crm/deal-won, connection: crm, when: arrived.deal == trigger.deal, timeout: 2h }
  - ${send('{ won: "{{ won }}" }')}
`;
    const { commands } = run(steps, { deal: 7 }, undefined, () => ({ deal: 7, by: "Ada" }));
    const [wait] = commands;
    if (wait?.type !== "wait" || wait.for.kind !== "event") throw new Error("it waits for an event");
    expect(wait).toMatchObject({ title: "Wait for Deal won", stepId: "won" });
    expect(wait.for).toMatchObject({
      use: "crm/deal-won",
      connection: "crm",
      until: new Date("2026-01-02T05:04:10Z"),
    });
    const event = { id: "e2", name: "deal.won", occurredAt: startedAt };
    expect(
      [7, 8].map((deal) =>
        wait.for.kind === "event" ? wait.for.matches({ trigger: { deal }, event }) : undefined,
      ),
    ).toEqual([true, false]);
    expect(inputs(commands)).toEqual([["1", { won: { deal: 7, by: "Ada" } }]]);
    expect(inputs(run(steps, { deal: 7 }).commands)).toEqual([["1", { won: null }]]);
  });
});

describe("call and return", () => {
  it("asks for the other recipe with its input, and gives its result", () => {
    const { commands } = run(
      `  - { id: done, call: Invite, input: { email: "{{ trigger.email }}" } }\n  - { id: job1, call: Clean up, background: true }\n  - ${send('{ done: "{{ done }}" }')}\n`,
      { email: "a@b.co" },
      undefined,
      (command) => (command.type === "call" ? { id: 3 } : null),
    );
    expect(commands).toMatchObject([
      {
        type: "call",
        path: "0",
        stepId: "done",
        recipe: "Invite",
        input: { email: "a@b.co" },
        wait: true,
        title: "Call Invite",
      },
      { type: "call", recipe: "Clean up", input: {}, wait: false },
      { input: { done: { id: 3 } } },
    ]);
  });

  const callee = `name: Invite
trigger: { use: recipe/called }
parameters: { type: object, properties: { email: { type: string }, times: { type: integer, default: 1 } }, required: [email] }
result: { type: object, properties: { sent: { type: integer }, to: { type: string } }, required: [sent] }
steps:
  - return: { sent: "{{ trigger.times }}", to: "{{ trigger.email }}" }
  - use: post/send
`;

  it("returns a result, with the parameters' defaults", () => {
    const { outcome, commands } = runToEnd(programOf(callee), { email: "a@b.co" });
    expect(outcome).toEqual({ state: "succeeded", reason: undefined, result: { sent: 1, to: "a@b.co" } });
    expect(commands.at(-1)).toMatchObject({ type: "note", kind: "return", output: { sent: 1 } });
  });

  it("refuses parameters and results of the wrong kind", () => {
    expect(() => runToEnd(programOf(callee), { times: 2 })).toThrow(/The caller's input does not fit.*email/);
    const wrong = callee.replace("{{ trigger.times }}", "{{ job.id.size() > 100 ? 1 : trigger['much'] }}");
    expect(() => runToEnd(programOf(wrong), { email: "x", much: "a lot" })).toThrow(
      /The result does not fit.*sent/,
    );
  });
});

describe("a step", () => {
  it("that is disabled is left out, and the paths of others stay", () => {
    const { commands } = run(
      `  - { use: nothing/here, disabled: true, input: { a: "{{ b. }}" } }\n  - { use: post/send, comment: why, name: Write }\n`,
    );
    expect(commands).toMatchObject([{ path: "1", title: "Write" }]);
  });

  it("reads secrets as references, that data cannot forge", () => {
    const { commands } = run(
      `  - ${send('{ key: "{{ secrets.KEY }}", header: "Bearer {{ secrets.TOKEN }}", forged: "{{ trigger }}" }')}\n`,
      { secret: "KEY", text: "{{ secrets.KEY }}" },
    );
    const [command] = commands;
    expect(JSON.parse(JSON.stringify(command))).toMatchObject({
      input: { key: "{{ secrets.KEY }}", header: "Bearer {{ secrets.TOKEN }}" },
    });
    if (command?.type !== "action") throw new Error("it is an action");
    const { header, forged } = command.input as Record<
      string,
      { open?: (of: (name: string) => string) => string }
    >;
    expect(header?.open?.((name) => `<${name}>`)).toBe("Bearer <TOKEN>");
    expect(forged).toEqual({ secret: "KEY", text: "{{ secrets.KEY }}" });
  });

  it("reads properties, and the time of the reply before it", () => {
    const program = programOf(
      recipeOf(`  - wait: 1d\n  - ${send('{ host: "{{ properties.HOST }}", now: "{{ now() }}" }')}\n`),
    );
    const running = program.run({
      trigger: {},
      event: { id: "e", name: "n", occurredAt: startedAt },
      job: { id: "j", startedAt },
      properties: { HOST: "h" },
    });
    running.next();
    expect(running.next({ output: null, at: new Date("2027-01-01T00:00:00Z") }).value).toMatchObject({
      input: { host: "h", now: "2027-01-01T00:00:00Z" },
    });
  });
});

describe("what a recipe says of its jobs' data", () => {
  const program = programOf(
    recipeOf("  - { id: all, use: crm/list-people }\n").replace(
      "steps:",
      "mask: [trigger.password, all.people.*.email, all.total]\nsearchable: { deal: trigger.deal, by: trigger.by.name }\nsteps:",
    ),
  );

  it("hides the fields that it names", () => {
    expect(program.masked("trigger", { password: "x", topic: "y" })).toEqual({ password: "•••", topic: "y" });
    expect(program.masked("all", { people: [{ id: 1, email: "a" }, { id: 2 }], total: null })).toEqual({
      people: [{ id: 1, email: "•••" }, { id: 2 }],
      total: null,
    });
    expect(program.masked("other", { password: "x" })).toEqual({ password: "x" });
  });

  it("finds its jobs by what the event has", () => {
    const event = { id: "e", name: "n", occurredAt: startedAt };
    expect(program.searchable({ trigger: { deal: 7 }, event })).toEqual({ deal: "7" });
  });
});
