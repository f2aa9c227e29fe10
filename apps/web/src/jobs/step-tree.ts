/** A job's steps as rows: nested by their paths, with a row for each iteration, attempt and branch. */
import type { JobStep } from "../api.ts";

/** A row of a job's timeline. */
export type JobRow =
  | { readonly type: "step"; readonly key: string; readonly depth: number; readonly step: JobStep }
  | {
      readonly type: "group";
      readonly key: string;
      readonly depth: number;
      /** Such as Item 4, or Attempt 2. */
      readonly label: string;
      readonly steps: number;
      readonly failed: boolean;
      readonly folded: boolean;
    };

/** So many iterations are shown one below the other; more are folded, but those that failed. */
const manyGroups = 8;

interface Group {
  readonly key: string;
  readonly label: string;
}

/** The groups around a step, from outside: of `1[3].0.then.2` the fourth item of step 1. */
function groupsOf(path: string): readonly Group[] {
  const groups: Group[] = [];
  for (const match of path.matchAll(/\.(while|try)\[(\d+)\]|\[(\d+)\]|\.branch\.(\d+)|\.(catch)(?=\.|$)/g)) {
    const [whole, kind, count, item, branch, handler] = match;
    const key = path.slice(0, match.index + whole.length);
    const number = Number(count ?? item ?? branch ?? 0) + 1;
    if (handler) groups.push({ key, label: "When it failed" });
    else if (branch !== undefined) groups.push({ key, label: `Branch ${number}` });
    else if (kind === "try") {
      if (number > 1) groups.push({ key, label: `Attempt ${number}` });
    } else groups.push({ key, label: kind === "while" ? `Round ${number}` : `Item ${number}` });
  }
  return groups;
}

/** Where parts of a path stand beside each other: numbers first, and what is done when a try failed after its tries. */
const order = (part: string) => (/^\d/.test(part) ? 0 : part === "catch" ? 2 : 1);

/** As the recipe has them: of what runs at once, steps come in the order in which they ended. */
function inRecipeOrder(steps: readonly JobStep[]): readonly JobStep[] {
  const keyed = steps.map((step) => ({ step, parts: step.path.split(/[.[\]]+/).filter(Boolean) }));
  keyed.sort(({ parts: a }, { parts: b }) => {
    const at = a.findIndex((part, index) => part !== b[index]);
    const [one, other] = [a[at], b[at]];
    // A step stands before what is inside of it.
    if (at === -1) return a.length - b.length;
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    return order(one) - order(other) || Number(one) - Number(other) || 0;
  });
  return keyed.map(({ step }) => step);
}

/** That a loop's items are done several at once is no step of the recipe, unless something is the matter with it. */
const isStep = ({ path, state }: JobStep) => state !== "succeeded" || !path.endsWith(".parallel");

/** How many steps a path is inside of. */
function depthOf(path: string): number {
  const inside = path.match(
    /\.(?:then|else|elsif\.\d+|catch|branch\.\d+|while\[\d+\]|try\[\d+\])(?=\.)|\.catch$|\[\d+\](?=\.)/g,
  );
  return inside?.length ?? 0;
}

/** The rows; `toggled` are the groups that are otherwise than usual. */
export function jobRows(all: readonly JobStep[], toggled: ReadonlySet<string>): readonly JobRow[] {
  const steps = inRecipeOrder(all.filter(isStep));
  const sizes = new Map<string, { steps: number; failed: boolean }>();
  const siblings = new Map<string, Set<string>>();
  const around = steps.map(({ path }) => groupsOf(path));
  for (const [index, groups] of around.entries()) {
    for (const { key } of groups) {
      const size = sizes.get(key) ?? { steps: 0, failed: false };
      size.steps += 1;
      size.failed ||= steps[index]?.state === "failed";
      sizes.set(key, size);
      const parent = key.replace(/\[\d+\]$|\d+$/, "");
      siblings.set(parent, (siblings.get(parent) ?? new Set()).add(key));
    }
  }
  const isFolded = (key: string) => {
    const many = (siblings.get(key.replace(/\[\d+\]$|\d+$/, ""))?.size ?? 0) > manyGroups;
    return (many && !sizes.get(key)?.failed) !== toggled.has(key);
  };
  const rows: JobRow[] = [];
  const seen = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const groups = around[index] ?? [];
    let hidden = false;
    for (const { key, label } of groups) {
      if (hidden) break;
      const folded = isFolded(key);
      if (!seen.has(key)) {
        seen.add(key);
        const size = sizes.get(key) ?? { steps: 0, failed: false };
        rows.push({ type: "group", key, label, depth: depthOf(`${key}.`), ...size, folded });
      }
      hidden = folded;
    }
    if (!hidden) rows.push({ type: "step", key: step.path, depth: depthOf(step.path), step });
  }
  return rows;
}

/** Where a step of a job stands in its recipe: `2.then.0` is `steps[2].then[0]`. */
export function recipePath(path: string): string {
  return path
    .replace(/^(\d+)/, "steps[$1]")
    .replaceAll(/\.try\[\d+\]\.(\d+)/g, ".try($1)")
    .replaceAll(/\.elsif\.(\d+)\.(\d+)/g, ".elsif($1).then($2)")
    .replaceAll(/\.branch\.(\d+)\.(\d+)/g, ".parallel($1).steps($2)")
    .replaceAll(/\.(then|else|catch)\.(\d+)/g, ".$1($2)")
    .replaceAll(/(?:\.while)?\[\d+\]\.(\d+)/g, ".steps($1)")
    .replaceAll("(", "[")
    .replaceAll(")", "]");
}
