/** The kinds of steps: what the editor shows, adds and lets people fill in. Data; the language decides what is valid. */
// `then` is a word of the language.
/* oxlint-disable unicorn/no-thenable */
import {
  IconArrowsSplit2,
  IconBolt,
  IconClock,
  IconColumns,
  IconCornerDownRight,
  IconFlag,
  IconListDetails,
  IconPlaylistAdd,
  IconRefresh,
  IconRepeat,
  IconShieldCheck,
  IconVariable,
} from "@tabler/icons-react";
import type { StepKindInfo } from "./step-kinds.ts";
import { record } from "./record.ts";

const noBranches = () => [];
const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const action: StepKindInfo = {
  ...{
    key: "use",
    label: "Action",
    summary: "Calls an action of a connector",
    icon: IconBolt,
    colour: "teal",
  },
  ...{ template: { use: "" }, fields: [], branches: noBranches },
  title: (step) => text(step["name"]) || text(step["use"]) || "Action",
};

/** All kinds, in the order that the picker shows them. */
export const stepKinds: readonly StepKindInfo[] = [
  action,
  {
    ...{ key: "if", label: "If", summary: "Runs steps only when a condition holds", icon: IconArrowsSplit2 },
    ...{ colour: "indigo", template: { if: "true", then: [] } },
    fields: [
      {
        ...{ path: ["if"], label: "Condition", type: "condition", required: true },
        hint: "The steps under Then run when this is true.",
      },
    ],
    title: () => "If",
    detail: (step) => text(step["if"]),
    branches: (step) => [
      { label: "Then", path: ["then"] },
      ...list(step["elsif"]).map((_, index) => ({
        ...{ label: "Else if", path: ["elsif", index, "then"], condition: ["elsif", index, "if"] },
        removes: ["elsif", index],
      })),
      ...("else" in step ? [{ label: "Else", path: ["else"], removes: ["else"] }] : []),
    ],
    more: [
      {
        label: "Add else if",
        add: (step) => ({
          path: ["elsif"],
          value: [...list(step["elsif"]), { if: "true", then: [] }],
        }),
      },
      {
        label: "Add else",
        add: (step) => ("else" in step ? undefined : { path: ["else"], value: [] }),
      },
    ],
  },
  {
    ...{
      key: "forEach",
      label: "For each",
      summary: "Repeats steps for every item of a list",
      icon: IconRepeat,
    },
    ...{ colour: "violet", template: { forEach: "[]", as: "item", steps: [] } },
    fields: [
      {
        ...{ path: ["forEach"], label: "List", type: "expression", required: true },
        hint: "A list of the trigger's or an earlier step's data.",
      },
      {
        path: ["as"],
        label: "Name of the item",
        type: "name",
        required: true,
        hint: "Steps inside use it, such as person.",
      },
      {
        path: ["batch"],
        label: "Items at once",
        type: "number",
        hint: "Give the steps lists of so many items instead of one item.",
      },
      {
        path: ["concurrency"],
        label: "At the same time",
        type: "number",
        hint: "How many items may be worked on at once. One after the other when empty.",
      },
    ],
    title: (step) => `For each ${text(step["as"])}`,
    detail: (step) => text(step["forEach"]),
    branches: () => [{ label: "Each", path: ["steps"] }],
  },
  {
    ...{
      key: "while",
      label: "Repeat while",
      summary: "Repeats steps as long as a condition holds",
      icon: IconRefresh,
    },
    ...{ colour: "violet", template: { while: "false", steps: [] } },
    fields: [
      {
        ...{ path: ["while"], label: "Condition", type: "condition", required: true },
        hint: "The steps run again as long as this is true.",
      },
      {
        ...{ path: ["atLeastOnce"], label: "Ask afterwards", type: "boolean" },
        hint: "The steps run once before the condition is asked, and it can use what they gave.",
      },
      {
        ...{ path: ["max"], label: "At most", type: "number" },
        hint: "The job fails after so many rounds. 1,000 when empty.",
      },
    ],
    title: () => "Repeat while",
    detail: (step) => text(step["while"]),
    branches: () => [{ label: "Repeat", path: ["steps"] }],
  },
  {
    ...{
      key: "try",
      label: "Try",
      summary: "Tries steps again when they fail, or does something else",
      icon: IconShieldCheck,
    },
    ...{ colour: "orange", template: { try: [], catch: [] } },
    fields: [
      {
        ...{ path: ["retry", "times"], label: "Try again", type: "number" },
        hint: "How many more times. Not at all when empty.",
      },
      {
        ...{ path: ["retry", "every"], label: "Wait between", type: "text" },
        hint: "Such as 30s or 5m.",
      },
      {
        ...{ path: ["retry", "backoff"], label: "Wait longer each time", type: "number" },
        hint: "The wait is multiplied by this: 2 doubles it.",
      },
      {
        ...{ path: ["retry", "when"], label: "Only for errors", type: "condition" },
        hint: 'Such as error.kind == "unavailable". All errors when empty.',
      },
    ],
    title: () => "Try",
    branches: (step) => [
      { label: "Try", path: ["try"] },
      ...("catch" in step ? [{ label: "When it fails", path: ["catch"], removes: ["catch"] }] : []),
    ],
    more: [
      {
        label: "Add steps for when it fails",
        add: (step) => ("catch" in step ? undefined : { path: ["catch"], value: [] }),
      },
    ],
  },
  {
    ...{ key: "parallel", label: "Parallel", summary: "Runs branches at the same time", icon: IconColumns },
    ...{ colour: "violet", template: { parallel: [{ steps: [] }, { steps: [] }] } },
    fields: [
      {
        ...{ path: ["concurrency"], label: "At the same time", type: "number" },
        hint: "How many branches may run at once. All when empty.",
      },
    ],
    title: (step) => `${list(step["parallel"]).length} branches at the same time`,
    branches: (step) =>
      list(step["parallel"]).map((branch, index) => ({
        label: text(record(branch)["name"]) || `Branch ${index + 1}`,
        path: ["parallel", index, "steps"],
        removes: ["parallel", index],
      })),
    more: [
      {
        label: "Add a branch",
        add: (step) => ({ path: ["parallel"], value: [...list(step["parallel"]), { steps: [] }] }),
      },
    ],
  },
  {
    ...{
      key: "wait",
      label: "Wait",
      summary: "Goes on after a while, at a time, or when an event happens",
      icon: IconClock,
    },
    ...{ colour: "yellow", template: { wait: "1h" }, branches: noBranches },
    fields: [{ path: ["wait"], label: "Wait", type: "wait", required: true, hint: "" }],
    title: (step) => {
      const { wait } = step;
      if (typeof wait === "string") return `Wait ${wait}`;
      return record(wait)["event"] === undefined ? "Wait until a time" : "Wait for an event";
    },
    detail: (step) =>
      text(record(step["wait"])["until"]) || text(record(record(step["wait"])["event"])["use"]),
  },
  {
    ...{
      key: "set",
      label: "Set variables",
      summary: "Keeps values under names of your own",
      icon: IconVariable,
    },
    ...{ colour: "cyan", template: { set: {} }, branches: noBranches },
    fields: [
      {
        path: ["set"],
        label: "Variables",
        type: "object",
        required: true,
        hint: "A name and its value, for each. Later steps read vars.name.",
      },
    ],
    title: (step) => `Set ${Object.keys(record(step["set"])).join(", ") || "variables"}`,
  },
  {
    ...{ key: "append", label: "Add to a list", summary: "Collects values in a list", icon: IconPlaylistAdd },
    ...{ colour: "cyan", template: { append: {} }, branches: noBranches },
    fields: [
      {
        path: ["append"],
        label: "Lists",
        type: "object",
        required: true,
        hint: "The list's name and what is added to it. Later steps read vars.name.",
      },
    ],
    title: (step) => `Add to ${Object.keys(record(step["append"])).join(", ") || "a list"}`,
  },
  {
    ...{
      key: "call",
      label: "Call a recipe",
      summary: "Runs another recipe and uses its result",
      icon: IconCornerDownRight,
    },
    ...{ colour: "grape", template: { call: "" }, branches: noBranches },
    fields: [
      { path: ["call"], label: "Recipe", type: "text", required: true, hint: "The recipe's name." },
      { path: ["input"], label: "Parameters", type: "object", hint: "What the recipe asks for." },
      {
        ...{ path: ["background"], label: "Do not wait for it", type: "boolean" },
        hint: "This recipe goes on at once, and does not get the result.",
      },
    ],
    title: (step) => `Call ${text(step["call"]) || "a recipe"}`,
  },
  {
    ...{
      key: "return",
      label: "Return",
      summary: "Ends this recipe and gives the calling one a result",
      icon: IconListDetails,
    },
    ...{ colour: "grape", template: { return: {} }, branches: noBranches },
    fields: [{ path: ["return"], label: "Result", type: "object", hint: "Names and values." }],
    title: () => "Return a result",
  },
  {
    ...{ key: "stop", label: "Stop", summary: "Ends the job as succeeded or failed", icon: IconFlag },
    ...{ colour: "gray", template: { stop: { as: "succeeded" } }, branches: noBranches },
    fields: [
      {
        ...{ path: ["stop", "as"], label: "End as", type: "choice", required: true, hint: "" },
        options: [
          { value: "succeeded", label: "Succeeded" },
          { value: "failed", label: "Failed" },
        ],
      },
      { path: ["stop", "reason"], label: "Reason", type: "template", hint: "Shown with the job." },
    ],
    title: (step) => `Stop as ${text(record(step["stop"])["as"])}`,
  },
];
