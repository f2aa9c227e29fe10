/** A scenario as YAML: a meeting or webinar, who comes, and what happens when. Loaded with the first one. */
import { Duration, IANAZone } from "luxon";
import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { checked } from "../../checked.ts";
import { lineOf } from "../../line-of.ts";
import { actions } from "../actions.ts";
import { DEVICES } from "../attendance-actions.ts";
import { ScenarioRefused } from "./scenario-refused.ts";

/** Nobody meets for longer than a week. */
const LONGEST_MS = 7 * 86_400_000;

/** A duration such as PT5M, in milliseconds. */
const duration = z.string().transform((text, context) => {
  const parsed = Duration.fromISO(text);
  if (parsed.isValid && parsed.toMillis() >= 0 && parsed.toMillis() <= LONGEST_MS) return parsed.toMillis();
  context.addIssue({
    code: "custom",
    message: `"${text}" is not a duration such as PT5M, of a week at most`,
  });
  return z.NEVER;
});

const isInWeek = (time: Duration): boolean => time.isValid && time.toMillis() <= LONGEST_MS;

/** When the people of a crowd do something: between two moments. */
const spread = z.string().transform((text, context) => {
  const [, at, over, from] = /^(?:at (P\w+)|spread over (P\w+)(?: from (P\w+))?)$/.exec(text) ?? [];
  const length = Duration.fromISO(over ?? "PT0S");
  const begin = Duration.fromISO(at ?? from ?? "PT0S");
  if ((at ?? over) !== undefined && isInWeek(length) && isInWeek(begin))
    return { fromMs: begin.toMillis(), overMs: length.toMillis() };
  const message = `"${text}" is neither like "at PT5M" nor like "spread over PT10M from PT2M", within a week`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

const share = z.number().min(0).max(1);

const planned = z.strictObject({
  /** One that exists; without it one is made of the rest. */
  id: z.int().optional(),
  topic: z.string().min(1).max(200).default("Scenario"),
  host: z.email().optional(),
  duration: z.int().min(1).max(1440).default(60),
  timezone: z
    .string()
    .refine((name) => IANAZone.isValidZone(name), "must be a time zone such as Europe/Vilnius")
    .optional(),
  password: z.string().max(10).optional(),
  /** Zoom's own, such as `approval_type`. */
  settings: z.record(z.string(), z.unknown()).default({}),
});

const person = z.strictObject({
  email: z.email().optional(),
  name: z.string().min(1).optional(),
  device: z.enum(DEVICES).default("desktop"),
  phone_number: z.string().optional(),
  location: z.string().optional(),
  registered: z.boolean().default(false),
  panelist: z.boolean().default(false),
});

const crowd = z.strictObject({
  count: z.int().min(1).max(10_000),
  /** Registers everybody before it starts; without it they are guests. */
  registered: z.boolean().default(false),
  join: spread.default({ fromMs: 0, overMs: 0 }),
  /** Without it they stay to the end. */
  leave: spread.optional(),
  /** How many of how many join by each device. */
  devices: z
    .partialRecord(z.enum(DEVICES), z.number().min(0))
    .default({ desktop: 7, mobile: 2, telephone: 1 }),
  /** The share that answers each poll. */
  answers_polls: share.default(0),
  /** Questions, each asked by somebody. */
  asks: z.array(z.string().min(1)).default([]),
  /** Messages, each written by somebody. */
  chats: z.array(z.string().min(1)).default([]),
});

const step = z.looseObject({ at: duration }).superRefine((given, context) => {
  const names = Object.keys(given).filter((name) => name !== "at");
  if (names.length !== 1)
    context.addIssue({ code: "custom", message: "a step has `at` and one thing that is done" });
  for (const name of names)
    if (!(name in actions))
      context.addIssue({ code: "custom", path: [name], message: `nobody can ${name}: ${known()}` });
});

const schema = z
  .strictObject({
    name: z.string().min(1),
    meeting: planned.optional(),
    webinar: planned.optional(),
    people: z.record(z.string(), person).default({}),
    crowds: z.record(z.string(), crowd).default({}),
    steps: z.array(step).min(1),
  })
  .superRefine(({ meeting, webinar, people }, context) => {
    if ((meeting === undefined) === (webinar === undefined))
      context.addIssue({ code: "custom", message: "a scenario has either a meeting or a webinar" });
    if (webinar !== undefined) return;
    for (const [name, { panelist }] of Object.entries(people)) {
      const path = ["people", name, "panelist"];
      if (panelist) context.addIssue({ code: "custom", path, message: "a meeting has no panelists" });
    }
  });

/** A scenario that was read. */
export type Scenario = z.output<typeof schema>;

/** A place in the file, and what is wrong there. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A scenario, and how to refuse it with the lines of the file. */
export interface ReadScenario {
  readonly scenario: Scenario;
  readonly refuse: (issues: readonly Issue[]) => ScenarioRefused;
}

/** Reads a scenario. @throws {ScenarioRefused} */
export function readScenario(text: string): ReadScenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [first] = document.errors;
  if (first) {
    const message = first.message.split("\n")[0] ?? first.message;
    throw new ScenarioRefused([{ line: lines.linePos(first.pos[0]).line, field: "", message }]);
  }
  const refuse = (issues: readonly Issue[]): ScenarioRefused =>
    new ScenarioRefused(
      issues.map(({ path, message }) => ({
        ...{ line: lineOf(document, lines, path), field: path.map(String).join("."), message },
      })),
    );
  const { data, faults } = checked(schema, contentOf(document));
  if (faults !== undefined) throw refuse(faults);
  return { scenario: data, refuse };
}

/** @throws {ScenarioRefused} for a file whose aliases would make it grow without end */
function contentOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ScenarioRefused([{ line: 1, field: "", message }]);
  }
}

function known(): string {
  return `people can ${Object.keys(actions).join(", ")}`;
}
