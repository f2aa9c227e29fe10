/** Commands that make jobs go on: run again, and answered. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { parse } from "yaml";
import { ApiRefusal } from "../api.ts";
import { apiOf, type Surroundings } from "../context.ts";
import { CliFailure, exitCodes } from "../failure.ts";

interface Job {
  readonly id: string;
  readonly state: string;
  readonly steps: readonly {
    readonly path: string;
    readonly title: string;
    readonly state: string;
    readonly error?: { readonly choices?: readonly string[]; readonly question?: string };
  }[];
}

/** Adds `job rerun`. */
export function addRerunCommand(job: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  job
    .command("rerun")
    .description("runs jobs again")
    .argument("<jobs...>", "their ids")
    .option("--from <step>", "start, or failed-step: what was done before is kept", "start")
    .option("--newest", "by the recipe's newest version; otherwise by the job's own")
    .option(
      "--input <file>",
      "with --from failed-step: YAML or JSON that takes the place of that step's input",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom job rerun 01a2209e-2c0e-7028-98b6-f441b49198a3 --from failed-step --newest\n",
    )
    .action(
      async (
        ids: readonly string[],
        options: { readonly from: string; readonly newest?: boolean; readonly input?: string },
        command: Command,
      ) => {
        const api = apiOf(command, surroundings);
        if (options.input !== undefined && ids.length > 1)
          throw new CliFailure("--input is for one job at a time.", { exitCode: exitCodes.usage });
        const input = options.input === undefined ? undefined : fileOf(options.input);
        const version = options.newest === true ? "newest" : "same";
        const made: unknown[] = [];
        let refused: ApiRefusal | undefined;
        for (const id of ids) {
          try {
            const body = { from: options.from, version, ...(input !== undefined && { input }) };
            made.push(await api.post(`/jobs/${encodeURIComponent(id)}/rerun`, body));
            terminal.remark(`${terminal.style("green", "✓")} ${id} runs again`);
          } catch (error) {
            // Of many, one that cannot be run again does not hold up the others.
            if (!(error instanceof ApiRefusal) || ids.length === 1) throw error;
            terminal.error(`${id}: ${error.message}`);
            refused = error;
          }
        }
        terminal.result(made, () => {});
        if (refused) throw new CliFailure("", { exitCode: refused.exitCode });
      },
    );
}

/** Adds `job answer`. */
export function addAnswerCommand(job: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  job
    .command("answer")
    .description("says what became of a step that waits for a person: done, again or fail")
    .argument("<job>", "its id")
    .argument("<choice>", "done: it was done; again: do it (again); fail: let the step fail")
    .option("--step <path>", "the step, where more than one waits")
    .option("--output <file>", "with done: YAML or JSON that later steps see as its output")
    .action(
      async (
        id: string,
        choice: string,
        options: { readonly step?: string; readonly output?: string },
        command: Command,
      ) => {
        const api = apiOf(command, surroundings);
        const at = `/jobs/${encodeURIComponent(id)}`;
        const waiting = (await api.get<Job>(at)).steps.filter(
          ({ state, error }) => state === "waiting" && error?.choices,
        );
        const [only, ...more] = waiting;
        if (options.step === undefined && more.length > 0)
          throw new CliFailure("More than one step waits for an answer.", {
            exitCode: exitCodes.usage,
            hint: `Say --step ${waiting.map(({ path, title }) => `${path} (${title})`).join(", or ")}.`,
          });
        const path = options.step ?? only?.path;
        if (path === undefined) throw new CliFailure("No step of this job waits for an answer.");
        const output = options.output === undefined ? undefined : fileOf(options.output);
        const question = waiting.find((step) => step.path === path)?.error?.question;
        const body = { path, choice, question, ...(output !== undefined && { output }) };
        const answered = await api.post<Job>(`${at}/answer`, body);
        terminal.result(answered, () => terminal.line(`The job goes on: ${terminal.state(answered.state)}.`));
      },
    );
}

function fileOf(name: string): unknown {
  try {
    return parse(readFileSync(name, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new CliFailure(`${name} cannot be read: ${why}`, { exitCode: exitCodes.usage });
  }
}
