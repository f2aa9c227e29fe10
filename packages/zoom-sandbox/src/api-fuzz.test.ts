/** Thousands of calls of every emulated operation with what fits and what does not, in any order: each is answered as Zoom would. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { checkedSandbox } from "./checked-sandbox.test-kit.ts";
import { operations } from "./operations/operations.ts";
import type { Node } from "./operations/projection.ts";
import { shapeOf } from "./operations/shapes.ts";

const calls = Number(process.env["GREENROOM_FUZZ_CALLS"] ?? 2_500);
const seed = Number(process.env["GREENROOM_FUZZ_SEED"] ?? 1);
const { nodes } = JSON.parse(
  readFileSync(new URL("operations/shapes.gen.json", import.meta.url), "utf8"),
) as { nodes: readonly Node[] };

const junk: readonly unknown[] = [
  ...[
    "",
    " ",
    "0",
    "-1",
    "null",
    "me",
    "ünï 🎉",
    "%2F",
    "../x",
    "a+b@acme.example",
    "'\"<b>",
    "x".repeat(5_000),
  ],
  ...[0, -1, 1.5, 2 ** 53, 1e300, true, false, null, [], {}, [[]], [null], { a: 1 }],
  ...["2026-02-30", "9999-12-31T23:59:59Z", "yesterday", "__proto__", "constructor", "2026-11-23T12:00:00"],
];

const singular = (name: string): string => name.toLowerCase().replace(/ies$/, "y").replace(/s$/, "");

test("no call is answered by an error of the sandbox, whatever is sent in whatever order", async () => {
  const sandbox = await checkedSandbox({ covers: [] });
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  // One stream of chance, the same for the same seed.
  const stream = fc.sample(fc.nat(), { seed, numRuns: 50_000 });
  let drawn = 0;
  const below = (end: number): number => (stream[(drawn += 1) % stream.length] ?? 0) % end;
  const one = <T>(of: readonly T[]): T | undefined => of[below(of.length)];
  /** Values that were answered, by the name of their field or of what they are the id of: later calls speak of them. */
  let known = new Map<string, unknown[]>();
  const keep = (name: string, value: unknown) =>
    known.set(name, [...(known.get(name) ?? []).slice(-9), value]);
  const learn = (value: unknown, name: string): void => {
    if (Array.isArray(value)) for (const item of value.slice(0, 3)) learn(item, name);
    else if (typeof value === "object" && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        if (typeof child === "object") learn(child, key);
        else if (typeof child !== "boolean")
          keep(key === "id" ? singular(name) : key.replace(/_id$/, ""), child);
      }
    } else keep(singular(name), value);
  };
  const alike = (name: string): unknown => one(known.get(singular(name.replace(/_?ids?$/i, ""))) ?? []);
  const make = (at: number, name: string, depth: number): unknown => {
    const node = nodes[at] ?? {};
    if (below(12) === 0) return one(junk);
    if (node.of) return make(one(node.of) ?? 0, name, depth);
    if (node.properties) {
      const fields = Object.entries(node.properties).filter(
        ([field]) => node.required?.includes(field) === true || below(depth > 1 ? 4 : 2) === 0,
      );
      return Object.fromEntries(fields.map(([field, child]) => [field, make(child, field, depth + 1)]));
    }
    if (node.type === "array") {
      const { items } = node;
      return items === undefined ? [] : Array.from({ length: below(4) }, () => make(items, name, depth + 1));
    }
    if (node.enum) return one(node.enum);
    if (node.type === "boolean") return below(2) === 0;
    if (node.type === "object") return {};
    if (node.type === "integer" || node.type === "number")
      return below(3) === 0 ? alike(name) : (node.minimum ?? 0) + below(5);
    if (name === "from" || name === "to") return name === "from" ? "2026-10-25" : "2026-11-23";
    if (node.format === "date-time") return "2026-11-25T10:00:00Z";
    if (node.format === "date") return "2026-11-20";
    return below(4) === 0 ? `text ${below(9)}` : alike(name);
  };

  const emulated = [...operations().values()].filter(({ name }) => sandbox.emulated().includes(name));
  /** The first call for each error. */
  const failed = new Map<string, string>();
  const state = `${sandbox.url}/_sandbox/state`;
  const begun = await (await fetch(`${state}?full`)).text();
  let [good, lastStatus] = [0, 0];
  const lists = emulated.filter(({ method }) => method === "GET");
  const first = [...lists, ...lists];
  let learnt = new Map<string, unknown[]>();
  for (let call = 0; call < calls; call += 1) {
    const operation = first[call] ?? one(emulated);
    if (call === first.length) learnt = new Map(known);
    if (!operation || (operation.method === "DELETE" && below(3) > 0)) continue;
    const shape = shapeOf(operation.name);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(String(below(15) === 0 ? one(junk) : (alike(name) ?? "me")) || "me"),
    );
    const query = new URLSearchParams(
      (shape?.query ?? [])
        .filter(([, , required]) => required === 1 || below(3) === 0)
        .map(([name, node]) => [name, String(make(node, name, 0))] satisfies [string, string]),
    );
    const isJson = shape?.body !== undefined && shape.type === undefined;
    const body = isJson ? make(shape.body ?? 0, "", 0) : undefined;
    const send = sandbox.owner[operation.method.toLowerCase() as "get" | "post" | "put" | "patch" | "delete"];
    // Who calls may have been deleted, or have lost their role.
    if (call % 400 === 399 || lastStatus === 401) {
      await fetch(state, { method: "PUT", body: begun });
      if (call > first.length) known = new Map(learnt);
    }
    said.mockClear();
    const answer = await send(`${path}?${query}`, body);
    lastStatus = answer.status;
    if (answer.status < 400) {
      good += 1;
      learn(answer.body, operation.path.split("/").findLast((part) => !part.startsWith("{")) ?? "");
    }
    const [error] = said.mock.calls[0] ?? [];
    if (answer.status < 500 && error === undefined) continue;
    const at = error instanceof Error ? error.stack?.split("\n", 2).join("") : JSON.stringify(answer.body);
    const key = `${operation.name}: ${at}`;
    if (!failed.has(key)) failed.set(key, `${path}?${query} ${JSON.stringify(body)}`);
  }
  said.mockRestore();
  expect(Object.fromEntries(failed)).toEqual({});
  // Chance reaches what is there, and not refusals alone.
  expect(good).toBeGreaterThan(calls / 6);
  await sandbox.finish();
}, 120_000);
