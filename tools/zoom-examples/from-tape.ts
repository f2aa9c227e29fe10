/** Makes an example of what a test did: the action, what gave it its ids, and what was done to the same things before. */
import type { Recorded } from "../../packages/zoom/src/connected-sandbox.test-kit.ts";
import type { Example, ExampleEvent, ExampleStep, Reference } from "./example.ts";

type Path = readonly (string | number)[];

/** How far before the first step something that people did still belongs to it. */
const lookBack = 6;
/** Longer ones teach nobody. */
const mostSteps = 8;

/**
 * The example of the `at`-th thing that was done; undefined where it would be too long. With `whole`, what was changed just
 * before stands in it too, and what people did then.
 */
export function exampleFrom(
  tape: readonly Recorded[],
  at: number,
  { isRead, whole }: { readonly isRead: (id: string) => boolean; readonly whole: boolean },
): Example | undefined {
  const needed = new Set([at]);
  const ids = new Set<string>();
  const require = (index: number): void => {
    const entry = tape[index];
    if (entry?.do !== "run") return;
    for (const { value } of leavesOf(entry.input)) {
      if (typeof value === "string" && value.includes("@")) ids.add(value);
      if (!looksLikeId(value)) continue;
      ids.add(String(value));
      const from = sourceOf(tape, index, value);
      if (from && !needed.has(from.index)) {
        needed.add(from.index);
        require(from.index);
      }
    }
  };
  require(at);
  // What was done to the same things before: a survey that is deleted was there.
  for (let index = at - 1; index >= 0; index -= 1) {
    const entry = tape[index];
    if (entry?.do !== "run" || isRead(entry.id) || needed.has(index)) continue;
    const shares = leavesOf(entry.input).some(({ value }) => ids.has(String(value)));
    if (!shares && !(whole && needed.size < mostSteps - 1)) continue;
    needed.add(index);
    require(index);
  }
  const chain = [...needed].toSorted((a, b) => a - b);
  if (chain.length > mostSteps) return undefined;

  const names = new Map<number, string>();
  const refer = (index: number) => (value: unknown) => {
    const from = looksLikeId(value) ? sourceOf(tape, index, value) : undefined;
    const step = from && names.get(from.index);
    return step === undefined || !from ? value : ({ $from: [step, ...from.path] } satisfies Reference);
  };
  const steps: ExampleStep[] = [];
  for (const index of chain) {
    const entry = tape[index];
    if (entry?.do !== "run") continue;
    const id = freeName(entry.id, new Set(names.values()));
    steps.push({ id, use: `zoom/${entry.id}`, input: mapLeaves(entry.input, refer(index)) });
    names.set(index, id);
  }
  const begin = Math.max(0, (chain[0] ?? at) - (whole ? lookBack : 0));
  const around = tape.slice(begin, at).flatMap((entry, offset): ExampleEvent[] => {
    const index = begin + offset;
    const after = chain.filter((one) => one < index).length;
    if (entry.do === "advance") return [{ after, advanceMs: entry.ms }];
    if (entry.do !== "control") return [];
    const parts = entry.path.split("/");
    const own = parts.some((part) => ids.has(part) || names.size === 0);
    const known = parts.some((part) => looksLikeId(part) && sourceOf(tape, index, part));
    if (known && !own) return [];
    return [
      {
        after,
        control: entry.path,
        path: parts.map(refer(index)),
        body: mapLeaves(entry.body, refer(index)),
      },
    ];
  });
  return { steps, around };
}

function freeName(actionId: string, taken: ReadonlySet<string>): string {
  const camel = actionId.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? camel : `${camel}${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Where a value came from: the first answer that had it. */
function sourceOf(
  tape: readonly Recorded[],
  before: number,
  value: unknown,
): { index: number; path: Path } | undefined {
  const wanted = String(value);
  for (const [index, entry] of tape.slice(0, before).entries()) {
    if (entry.do !== "run") continue;
    const found = leavesOf(entry.output).find((leaf) => String(leaf.value) === wanted);
    if (found) return { index, path: found.path };
  }
  return undefined;
}

/** An id that the sandbox made, not a word or an address that the test chose. */
function looksLikeId(value: unknown): boolean {
  if (typeof value === "number") return value >= 1_000_000;
  if (typeof value !== "string" || value.length < 8 || /[\s@:.]/.test(value)) return false;
  return /\d/.test(value) || (/[A-Z]/.test(value) && /[a-z]/.test(value));
}

function leavesOf(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  return [{ path, value }];
}

function mapLeaves(value: unknown, change: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, change));
  if (typeof value !== "object" || value === null) return change(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapLeaves(item, change)]));
}
