import { z } from "zod";
import type { Catalogue } from "../catalogue.ts";
import {
  type ActionCommand,
  type CallCommand,
  type StepError,
  StepFailure,
  type WaitCommand,
} from "../command.ts";
import { suggest } from "../did-you-mean.ts";
import type { TestAnswer } from "./recipe-test-schema.ts";

/** A step as it ran in a test. */
export interface TestedStep {
  readonly path: string;
  readonly stepId: string | undefined;
  readonly title: string;
  readonly kind: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: StepError | undefined;
}

type Asked = ActionCommand | CallCommand | WaitCommand;

/** Performs a step, as a sandbox does. @throws {StepFailure} */
export type PerformStep = (command: Asked, at: Date) => Promise<unknown>;

/** Thrown where a test does not say how a step is answered. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  readonly path: string;
  readonly hint: string | undefined;

  constructor(path: string, message: string, hint?: string) {
    super(message);
    this.path = path;
    this.hint = hint;
  }
}

/** The answers of a test. */
export class AnswerBook {
  readonly #answers: Readonly<Record<string, TestAnswer>>;
  readonly #otherwise: "fail" | "sandbox";
  readonly #catalogue: Catalogue;
  readonly #perform: PerformStep | undefined;
  readonly #times = new Map<string, number>();

  constructor(
    answers: Readonly<Record<string, TestAnswer>>,
    otherwise: "fail" | "sandbox",
    catalogue: Catalogue,
    perform: PerformStep | undefined,
  ) {
    this.#answers = answers;
    this.#otherwise = otherwise;
    this.#catalogue = catalogue;
    this.#perform = perform;
  }

  /** The answers that are to no step. */
  unknownIn(
    names: readonly string[],
  ): readonly { readonly key: string; readonly hint: string | undefined }[] {
    // Paths begin with a number.
    return Object.keys(this.#answers)
      .filter((key) => !names.includes(key) && !/^\d/.test(key))
      .map((key) => ({ key, hint: suggest(key, names) }));
  }

  /** Answers a step. @throws {StepFailure} as its answer; {Unanswered} where there is none. */
  async answer(command: Asked, at: Date): Promise<unknown> {
    this.#checkInput(command);
    const key = [command.stepId, command.path, nameOf(command)].find(
      (name) => name !== undefined && Object.hasOwn(this.#answers, name),
    );
    const answer = key === undefined ? undefined : this.#answers[key];
    if (answer === "sandbox" || (answer === undefined && this.#otherwise === "sandbox")) {
      if (this.#perform) return await this.#perform(command, at);
      throw new Unanswered(
        `answers.${key ?? ""}`,
        `“${command.title}” needs a sandbox, and there is none here.`,
      );
    }
    if (key === undefined || answer === undefined) {
      if (command.type === "wait" && command.for.kind === "event" && command.for.until) return null;
      const name = command.stepId ?? command.path;
      const hint = `Give it one: answers: { ${name}: { output: … } }, or otherwise: sandbox.`;
      throw new Unanswered("answers", `“${command.title}” (${name}) has no answer.`, hint);
    }
    if ("error" in answer) {
      const { kind, code = kind, message = `The test answers with ${kind}.`, hint } = answer.error;
      throw new StepFailure({ kind, code, message, hint, step: command.stepId ?? command.path });
    }
    const times = this.#times.get(key) ?? 0;
    this.#times.set(key, times + 1);
    if ("outputs" in answer && times >= answer.outputs.length) {
      const message = `“${command.title}” runs more than ${answer.outputs.length} times.`;
      throw new Unanswered(`answers.${key}.outputs`, message, "Give as many outputs as it runs.");
    }
    const output = "outputs" in answer ? answer.outputs[times] : (answer.output ?? null);
    return this.#checked(
      command,
      output,
      `answers.${key}.${"outputs" in answer ? `outputs[${times}]` : "output"}`,
    );
  }

  /** An input that the action would refuse fails here as it would there. */
  #checkInput(command: Asked): void {
    if (command.type !== "action") return;
    const schema = this.#catalogue.action(command.use)?.input;
    const problem = schema?.safeParse(JSON.parse(JSON.stringify(command.input))).error;
    if (!problem) return;
    throw new StepFailure({
      ...{ kind: "invalid-input", code: "invalid-input", step: command.stepId ?? command.path },
      message: `${command.title} cannot take this input: ${z.prettifyError(problem)}`,
    });
  }

  /** An answer that the action could not give would test nothing. */
  #checked(command: Asked, output: unknown, path: string): unknown {
    const schema = command.type === "action" ? this.#catalogue.action(command.use)?.output : undefined;
    const parsed = schema?.safeParse(output);
    if (!parsed) return output;
    if (parsed.success) return parsed.data;
    throw new Unanswered(path, `${command.title} gives no such output: ${z.prettifyError(parsed.error)}`);
  }
}

function nameOf(command: Asked): string {
  if (command.type === "action") return command.use;
  if (command.type === "call") return command.recipe;
  return command.for.kind === "event" ? command.for.use : "";
}
