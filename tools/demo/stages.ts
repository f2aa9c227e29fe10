/** Prints stages as they happen: what, where, how long; and ends with a summary. */
import { styleText } from "node:util";

/** A stage that went wrong, by its name. */
export class StageFailed extends Error {
  override readonly name = "StageFailed";
}

/** The stages of a run. */
export interface Stages {
  /** Runs a stage. What it returns is printed under its name. */
  stage(name: string, where: string, run: () => Promise<readonly string[]>): Promise<void>;
  summary(): void;
}

/** Begins a run. */
export function beginStages(): Stages {
  const done: { name: string; seconds: number }[] = [];
  return {
    async stage(name, where, run) {
      const begun = performance.now();
      console.log(`${styleText("bold", `${done.length + 1}. ${name}`)}  ${styleText("dim", where)}`);
      let found: readonly string[];
      try {
        found = await run();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new StageFailed(`Stage ${done.length + 1} (${name}) failed: ${reason}`, { cause: error });
      }
      const seconds = (performance.now() - begun) / 1000;
      for (const line of found) console.log(`   ${line}`);
      console.log(`   ${styleText("green", "✓")} ${seconds.toFixed(1)} s\n`);
      done.push({ name, seconds });
    },
    summary() {
      const all = done.reduce((sum, { seconds }) => sum + seconds, 0);
      console.log(styleText(["bold", "green"], `All ${done.length} stages passed in ${all.toFixed(1)} s.`));
      for (const [index, { name, seconds }] of done.entries())
        console.log(`  ${index + 1}. ${name.padEnd(56)} ${seconds.toFixed(1).padStart(5)} s`);
    },
  };
}

/** Fails the stage unless it holds. */
export function expect(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(sentence);
}

const pollMs = 20;

/** Waits until `find` gives something. @throws naming what was waited for */
export async function waitFor<T>(
  what: string,
  find: () => Promise<T | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
