/** Commands on jobs and on events of the inbox. */
import type { Command } from "commander";
import type { Api } from "../api.ts";
import { apiOf, type Surroundings } from "../context.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import { named, recipesOf } from "../found.ts";
import { changesOf } from "../change-stream.ts";
import { addAnswerCommand, addRerunCommand } from "./rerun-commands.ts";

interface Job {
  readonly id: string;
  readonly recipeName: string;
  readonly recipeId: string;
  readonly version: number;
  readonly eventName: string;
  readonly state: string;
  readonly reason?: string;
  readonly error?: { readonly kind: string; readonly message: string; readonly hint?: string };
  readonly createdAt: string;
  readonly durationMs?: number;
}
interface JobStep {
  readonly path: string;
  readonly title: string;
  readonly state: string;
  readonly attempts: number;
  readonly input: unknown;
  readonly output: unknown;
  readonly error?: { readonly message: string };
}
type Page<T> = { readonly items: readonly T[]; readonly nextCursor?: string };

const ended: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "stopped"]);

/** Adds `job` and `event`. */
export function addJobCommands(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const job = program.command("job").description("looks at jobs: list, show, rerun, cancel, answer, tail");
  job
    .command("list")
    .description("lists jobs, newest first")
    .option("--recipe <recipe>", "only of a recipe, by its name or id")
    .option("--state <state>", "only in a state, such as failed")
    .option("--error <words>", 'only those whose error says so; "in quotes" in this order, -word not')
    .option("--kind <kind>", "only those whose error is of a kind, such as unavailable")
    .option("--value <name:value>", "only those that a searchable value finds, such as topic:Tour")
    .option("--from <time>", "only those made since then, such as 2026-01-31T00:00:00Z")
    .option("--to <time>", "only those made before")
    .option("--limit <count>", "how many", "20")
    .addHelpText(
      "after",
      '\nExamples:\n  greenroom job list --state failed\n  greenroom job list --recipe "Follow up" --json\n',
    )
    .action(
      async (
        options: {
          readonly recipe?: string;
          readonly state?: string;
          readonly error?: string;
          readonly kind?: string;
          readonly value?: string;
          readonly from?: string;
          readonly to?: string;
          readonly limit: string;
        },
        command: Command,
      ) => {
        const api = apiOf(command, surroundings);
        const recipeId =
          options.recipe === undefined ? undefined : named(await recipesOf(api), options.recipe, "recipe").id;
        const { items } = await api.get<Page<Job>>("/jobs", {
          ...{ recipeId, state: options.state, errorText: options.error, errorKind: options.kind },
          ...{ value: options.value, from: options.from, to: options.to, limit: options.limit },
        });
        terminal.result(items, () =>
          terminal.table(
            ["ID", "STATE", "RECIPE", "EVENT", "BEGAN", "TOOK"],
            items.map((each) => jobRow(each, surroundings)),
          ),
        );
      },
    );
  job
    .command("show")
    .description("shows a job with its steps")
    .argument("<job>", "its id")
    .option("--data", "also what went in and came out")
    .action(async (id: string, { data = false }: { readonly data?: boolean }, command: Command) => {
      const shown = await apiOf(command, surroundings).get<Job & { readonly steps: readonly JobStep[] }>(
        `/jobs/${encodeURIComponent(id)}`,
      );
      terminal.result(shown, () => showJob(shown, data, surroundings));
      if (shown.state === "failed") throw new CliFailure("");
    });
  addRerunCommand(job, surroundings);
  addAnswerCommand(job, surroundings);
  job
    .command("cancel")
    .description("cancels jobs, with the jobs that they called")
    .argument("<jobs...>", "their ids")
    .action(async (ids: readonly string[], _: object, command: Command) => {
      const api = apiOf(command, surroundings);
      const cancelled: Job[] = [];
      for (const id of ids) {
        cancelled.push(await api.post<Job>(`/jobs/${encodeURIComponent(id)}/cancel`));
        terminal.remark(`${terminal.style("green", "✓")} ${id} is cancelled`);
      }
      terminal.result(cancelled, () => {});
    });
  job
    .command("tail")
    .description("shows jobs as they happen, until Ctrl-C")
    .option("--recipe <recipe>", "only of a recipe")
    .option("--until-done <count>", "ends after so many jobs have ended, for scripts")
    .action(async (options: { readonly recipe?: string; readonly untilDone?: string }, command: Command) =>
      tail(apiOf(command, surroundings), options, surroundings),
    );

  const event = program.command("event").description("looks at events of the inbox: list, show, replay");
  event
    .command("list")
    .description("lists events, newest first")
    .option("--name <name>", "only of a name, such as meeting.ended")
    .option("--limit <count>", "how many", "20")
    .action(async (options: { readonly name?: string; readonly limit: string }, command: Command) => {
      const { items } = await apiOf(command, surroundings).get<
        Page<{
          id: string;
          name: string;
          receivedAt: string;
          jobs: readonly { recipeName: string; state: string }[];
        }>
      >("/events", options);
      terminal.result(items, () =>
        terminal.table(
          ["ID", "NAME", "RECEIVED", "JOBS"],
          items.map(({ id, name, receivedAt, jobs }) => [
            id,
            name,
            timeText(receivedAt),
            jobs.map(({ recipeName, state }) => `${recipeName}: ${terminal.state(state)}`).join(", "),
          ]),
        ),
      );
    });
  event
    .command("show")
    .description("shows an event with its data")
    .argument("<event>", "its id")
    .action(async (id: string, _: object, command: Command) => {
      const shown = await apiOf(command, surroundings).get<{ payload: unknown }>(
        `/events/${encodeURIComponent(id)}`,
      );
      terminal.result(shown, () => terminal.line(JSON.stringify(shown, null, 2)));
    });
  event
    .command("replay")
    .description(
      "gives events to recipes again: to each running one that they would start, or to the one named",
    )
    .argument("<events...>", "their ids")
    .option("--recipe <recipe>", "a recipe by its name or id, running or not; its condition is not asked")
    .addHelpText(
      "after",
      '\nExamples:\n  greenroom event replay 01a2209e-2c0e-7028-98b6-f441b49198a3\n  greenroom event replay 01a2209e-2c0e-7028-98b6-f441b49198a3 --recipe "Follow up a week later"\n',
    )
    .action(
      async (ids: readonly string[], { recipe: wanted }: { readonly recipe?: string }, command: Command) =>
        replay(apiOf(command, surroundings), ids, wanted, surroundings),
    );
}

interface Replayed {
  readonly done: readonly { readonly eventId: string; readonly recipeId: string; readonly jobId: string }[];
  readonly refused: readonly { readonly eventId: string; readonly message: string }[];
}

async function replay(
  api: Api,
  ids: readonly string[],
  wanted: string | undefined,
  { terminal }: Surroundings,
): Promise<void> {
  const recipes = await recipesOf(api);
  const recipeIds = wanted === undefined ? undefined : [named(recipes, wanted, "recipe").id];
  const replayed = await api.post<Replayed>("/events/replay", { eventIds: ids, recipeIds });
  const nameOf = new Map(recipes.map(({ id, name }) => [id, name]));
  terminal.result(replayed, () => {
    for (const { jobId, recipeId } of replayed.done) terminal.line(`${jobId}  ${nameOf.get(recipeId) ?? ""}`);
  });
  for (const { eventId, message } of replayed.refused) terminal.error(`${eventId}: ${message}`);
  if (replayed.done.length === 0)
    throw new CliFailure(replayed.refused.length > 0 ? "" : "No running recipe listens to it.", {
      hint: "`--recipe <recipe>` gives it to one, running or not.",
    });
}

function jobRow(each: Job, { terminal }: Surroundings): string[] {
  return [
    each.id,
    terminal.state(each.state),
    each.recipeName,
    each.eventName,
    timeText(each.createdAt),
    each.durationMs === undefined ? "" : `${Math.round(each.durationMs)} ms`,
  ];
}

const timeText = (iso: string): string => iso.replace("T", " ").replace(/\.\d+/, "");

function showJob(
  job: Job & { readonly steps: readonly JobStep[] },
  data: boolean,
  surroundings: Surroundings,
): void {
  const { terminal } = surroundings;
  terminal.line(
    `${terminal.style("bold", job.recipeName)} (version ${job.version}): ${terminal.state(job.state)}${job.reason === undefined ? "" : `, ${job.reason}`}`,
  );
  terminal.line(terminal.style("dim", `${job.id} for ${job.eventName}, began ${timeText(job.createdAt)}`));
  for (const step of job.steps) {
    terminal.line(
      `  ${step.path.padEnd(14)} ${terminal.state(step.state)}  ${step.title}${step.attempts > 1 ? ` (${step.attempts} attempts)` : ""}`,
    );
    if (step.error) terminal.line(`      ${terminal.style("red", step.error.message)}`);
    if (data)
      for (const [word, value] of [
        ["in ", step.input],
        ["out", step.output],
      ] as const)
        terminal.line(`      ${terminal.style("dim", word)} ${JSON.stringify(value)}`);
  }
  if (job.error)
    terminal.line(
      `${terminal.style("red", job.error.message)}${job.error.hint === undefined ? "" : `\n${job.error.hint}`}`,
    );
}

async function tail(
  api: Api,
  { recipe, untilDone }: { readonly recipe?: string; readonly untilDone?: string },
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const wanted = untilDone === undefined ? Number.POSITIVE_INFINITY : Number(untilDone);
  if (!(wanted >= 1))
    throw new CliFailure("--until-done takes a number from 1.", { exitCode: exitCodes.usage });
  const recipeId = recipe === undefined ? undefined : named(await recipesOf(api), recipe, "recipe").id;
  const seen = new Map<string, string>();
  const ends = new Set<string>();
  const look = async (first: boolean) => {
    const { items } = await api.get<Page<Job>>("/jobs", { recipeId, limit: 100 });
    for (const each of items.toReversed()) {
      const before = seen.get(each.id);
      seen.set(each.id, each.state);
      if (first || before === each.state) continue;
      terminal.item(each, () => terminal.line(jobRow(each, surroundings).join("  ")));
      if (ended.has(each.state)) ends.add(each.id);
    }
  };
  await look(true);
  terminal.remark("Waiting for jobs; Ctrl-C ends it.");
  for await (const _ of changesOf(api, surroundings.stop)) {
    await look(false);
    if (ends.size >= wanted) return;
  }
}
