/** Where the steps of one version of a recipe are in another one, so that a job of the first can go on with the second. */
import { allSteps, branchesOf } from "./catalogue.ts";
import type { Recipe } from "./recipe-schema.ts";
import { kindOf } from "./steps-outline.ts";
import type { Step } from "./step-types.ts";

/** A step's path in the other version; `gone` when it has none there, `unclear` when it may be one of several. */
export type Moved = { readonly path: string } | "gone" | "unclear";

/** Finds the paths of a job of `from` in `to`: by the steps' ids, then by what they are, then by what stands around them. */
export function movedSteps(from: Recipe, to: Recipe): (path: string) => Moved {
  const lists = new Map<readonly Step[], Pairs>();
  const all = { before: marksOf(from), after: marksOf(to) };
  const pairs = (before: readonly Step[], after: readonly Step[]) => {
    const known = lists.get(before) ?? pairsOf(before, after, all);
    lists.set(before, known);
    return known;
  };
  /** What is no more where it was may be inside another step now: a `try` or an `if` that was put around it. */
  function lost(path: string, before: readonly Step[]): Moved {
    const step = stepAt(path, before);
    return step && hasMark(all.after, step) ? "unclear" : "gone";
  }
  function moved(path: string, before: readonly Step[], after: readonly Step[]): Moved {
    const { index, rest } = headOf(path);
    const found = pairs(before, after).get(index);
    if (found === "unclear") return found;
    const [old, now] = [before[index], found === undefined ? undefined : after[found]];
    if (!old || !now) return lost(path, before);
    for (const branch of branchesOf(old)) {
      const inside = insideOf(rest, branch.path);
      if (!inside) continue;
      const other = branchesOf(now).find(({ path: each }) => each === branch.path);
      const next = other ? moved(inside.path, branch.steps, other.steps) : lost(inside.path, branch.steps);
      return typeof next === "string" ? next : { path: `${found}${inside.entered}.${next.path}` };
    }
    return { path: `${found}${rest}` };
  }
  return (path) => moved(path, from.steps, to.steps);
}

function headOf(path: string): { readonly index: number; readonly rest: string } {
  const [, digits = "", rest = ""] = /^(\d+)(.*)$/s.exec(path) ?? [];
  return { index: Number(digits), rest };
}

/** The innermost step of a path. */
function stepAt(path: string, steps: readonly Step[]): Step | undefined {
  const { index, rest } = headOf(path);
  const step = steps[index];
  for (const branch of step ? branchesOf(step) : []) {
    const inside = insideOf(rest, branch.path);
    if (inside) return stepAt(inside.path, branch.steps);
  }
  return step;
}

/** By a step's place in its list the place in the other one. */
type Pairs = ReadonlyMap<number, number | "unclear">;

/** What steps are known by, in a whole recipe. */
type Marks = ReadonlySet<string>;

const markOf = (step: Step) => step.id && `${sortOf(step)} ${step.id}`;
const marksOf = ({ steps }: Recipe): Marks =>
  new Set([...allSteps(steps)].flatMap((step) => [markOf(step) ?? "", contentOf(step)]));
const hasMark = (marks: Marks, step: Step) => marks.has(markOf(step) ?? "-") || marks.has(contentOf(step));

function pairsOf(
  before: readonly Step[],
  after: readonly Step[],
  all: { readonly before: Marks; readonly after: Marks },
): Pairs {
  const pairs = new Map<number, number | "unclear">();
  const taken = new Set<number>();
  const pair = (old: number, now: number) => {
    pairs.set(old, now);
    taken.add(now);
  };
  /** Pairs what is equal in this, where there is only one way to. */
  const pairBy = (keyOf: (step: Step) => string | undefined) => {
    const keyed = (steps: readonly Step[], isDone: (index: number) => boolean) =>
      Map.groupBy(
        [...steps.entries()].filter(([index, step]) => !isDone(index) && keyOf(step) !== undefined),
        ([, step]) => keyOf(step),
      );
    const now = keyed(after, (index) => taken.has(index));
    for (const [key, olds] of keyed(before, (index) => pairs.has(index))) {
      const news = now.get(key) ?? [];
      if (news.length === olds.length)
        for (const [at, [old]] of olds.entries()) pair(old, news[at]?.[0] ?? -1);
    }
  };
  pairBy(markOf);
  pairBy(contentOf);
  // What is left was edited, unless it is known to be somewhere else.
  for (const [old, step] of before.entries()) {
    if (pairs.has(old) || hasMark(all.after, step)) continue;
    const [low, high] = neighbours(old, pairs, after.length);
    const rivals = [...before.entries()].filter(
      ([index, each]) =>
        !pairs.has(index) &&
        !hasMark(all.after, each) &&
        sortOf(each) === sortOf(step) &&
        String(neighbours(index, pairs, after.length)) === `${low},${high}`,
    );
    const between = [...after.entries()].filter(
      ([index, each]) =>
        index > low &&
        index < high &&
        !taken.has(index) &&
        sortOf(each) === sortOf(step) &&
        !hasMark(all.before, each),
    );
    if (between.length === 0) continue;
    if (between.length === rivals.length)
      for (const [at, [index]] of rivals.entries()) pair(index, between[at]?.[0] ?? -1);
    else for (const [index] of rivals) pairs.set(index, "unclear");
  }
  return pairs;
}

/** What a step cannot become without being another one. */
const sortOf = (step: Step) =>
  `${kindOf(step)} ${"use" in step ? step.use : "call" in step ? step.call : ""}`;

/** What it does, whatever it is called. */
function contentOf(step: Step): string {
  const { id: _, name: __, comment: ___, ...rest } = step;
  return JSON.stringify(rest);
}

/** Between which of the other list's steps a step that is not paired must be. */
function neighbours(old: number, pairs: Pairs, length: number): [low: number, high: number] {
  const known = [...pairs].filter((entry): entry is [number, number] => entry[1] !== "unclear");
  const low = known.filter(([index]) => index < old).toSorted(([a], [b]) => b - a)[0]?.[1] ?? -1;
  const high = known.filter(([index]) => index > old).toSorted(([a], [b]) => a - b)[0]?.[1] ?? length;
  return [low, high];
}

/** What of a path is inside a branch, and how it was entered: `.try[2].0` is `.try[2]` and `0`. */
function insideOf(rest: string, branch: string): { entered: string; path: string } | undefined {
  const pattern = branch.replaceAll(".", String.raw`\.`).replace("[n]", String.raw`\[\d+\]`);
  const [, entered, path] = new RegExp(`^(${pattern})\\.(\\d.*)$`, "s").exec(rest) ?? [];
  return entered !== undefined && path !== undefined ? { entered, path } : undefined;
}
