/** Plays scenarios on the sandbox's clock, one step after the other. */
import type { Sandbox } from "../../sandbox.ts";
import { ZoomError } from "../../sandbox.ts";
import { perform, sceneOf } from "../action.ts";
import { actions } from "../actions.ts";
import { kindOf, type Planned, Refused } from "../session.ts";
import { preparePlanned } from "./prepare.ts";
import { scriptOf, type Step } from "./scenario-steps.ts";

/** A scenario that is played. Table `scenario_runs`, by id. */
interface Run {
  id: string;
  name: string;
  kind: "meeting" | "webinar";
  planned_id: number;
  started_ms: number;
  steps: Step[];
  /** The place of the step that comes next. */
  next: number;
  failed: { at: string; action: string; error: string }[];
}

/** How far a scenario has got. */
export interface Progress {
  readonly id: string;
  readonly name: string;
  readonly state: "playing" | "done";
  readonly meeting_id?: number;
  readonly webinar_id?: number;
  readonly steps: number;
  readonly played: number;
  readonly ends_at: string;
  readonly failed: Run["failed"];
}

/** Plays and remembers scenarios. */
export interface Scenarios {
  /** Starts to play; what is at the start happens at once. @throws {ScenarioRefused} */
  readonly play: (yaml: string) => Promise<Progress>;
  /** Moves the sandbox's clock through the scenario. */
  readonly playToEnd: (id: string) => Promise<Progress>;
  readonly find: (id: string) => Progress | undefined;
  readonly all: () => Progress[];
}

/** Makes the player. */
export function createScenarios(sandbox: Sandbox): Scenarios {
  const { table, clock, ids } = sandbox;
  const runs = table<Run>("scenario_runs");

  const planned = ({ kind, planned_id }: Run): Planned | undefined =>
    table<Planned>(`${kind}s`).get(planned_id);
  const endMs = ({ started_ms, steps }: Run): number => started_ms + (steps.at(-1)?.atMs ?? 0);

  function advance(run: Run): void {
    const nowMs = clock.now().getTime();
    for (
      let step = run.steps[run.next];
      step && run.started_ms + step.atMs <= nowMs;
      step = run.steps[run.next]
    ) {
      run.next += 1;
      play(run, step);
    }
    const next = run.steps[run.next];
    if (next) clock.schedule(new Date(run.started_ms + next.atMs), () => advance(run));
  }

  function play(run: Run, { action: name, body, atMs }: Step): void {
    const row = planned(run);
    const action = actions[name];
    if (!row || !action) return;
    try {
      perform(action, sceneOf(sandbox, row), body);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof ZoomError)) throw error;
      run.failed.push({
        ...{ at: new Date(run.started_ms + atMs).toISOString(), action: name, error: error.message },
      });
    }
  }

  // Timers do not outlive a restored snapshot.
  sandbox.onRestore(() => {
    for (const run of runs.all()) advance(run);
  });

  const progress = (run: Run): Progress => ({
    ...{ id: run.id, name: run.name, state: run.next < run.steps.length ? "playing" : "done" },
    [`${run.kind}_id`]: run.planned_id,
    ...{ steps: run.steps.length, played: run.next, failed: run.failed },
    ends_at: new Date(endMs(run)).toISOString(),
  });

  return {
    play: async (yaml) => {
      const { readScenario } = await import("./scenario-file.ts");
      const read = readScenario(yaml);
      const script = scriptOf(read, Number(ids.digits(9)));
      const made = preparePlanned(sandbox, read, script.invited);
      const run: Run = {
        ...{ id: ids.key(), name: read.scenario.name, kind: kindOf(made), planned_id: made.id },
        ...{ started_ms: clock.now().getTime(), steps: [...script.steps], next: 0, failed: [] },
      };
      runs.set(run.id, run);
      advance(run);
      return progress(run);
    },
    playToEnd: async (id) => {
      const run = runs.get(id);
      if (!run) throw new Refused(`There is no scenario ${id}.`);
      await clock.advance(Math.max(0, endMs(run) - clock.now().getTime()));
      return progress(run);
    },
    find: (id) => {
      const run = runs.get(id);
      return run && progress(run);
    },
    all: () => runs.all().map(progress),
  };
}
