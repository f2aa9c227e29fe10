/** What Workato's aliases are called here. */
import { wordsOfCel } from "../expressions/environment.ts";
import { camelCase, type Json, listOf, objectOf, textOf } from "./workato-json.ts";

/** What the data of a step is to expressions. */
export interface NamedStep {
  /** Its id here, where it gets one. */
  readonly id: string | undefined;
  /** The expression for its data. */
  readonly data: string;
  readonly keyword: string;
  readonly provider: string;
  readonly step: Json;
}

const reserved: ReadonlySet<string> = new Set([
  ...wordsOfCel,
  ...["trigger", "event", "job", "vars", "properties", "secrets", "error", "arrived", "item", "now", "today"],
]);

/** Names all steps below the trigger, by their aliases. */
export function nameSteps(trigger: Json): ReadonlyMap<string, NamedStep> {
  const names = new Map<string, NamedStep>();
  const taken = new Set(reserved);

  const free = (wanted: string): string => {
    const base = /^[a-zA-Z_]/.test(wanted) ? wanted : wanted === "" ? "step" : `step${wanted}`;
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = `${base}${count}`;
    taken.add(name);
    return name;
  };

  const add = (step: Json): void => {
    const [line, keyword, provider] = [textOf(step.as), textOf(step.keyword), textOf(step.provider)];
    const base = { keyword, provider, step };
    if (line !== "" && !names.has(line)) {
      if (keyword === "trigger") names.set(line, { ...base, id: undefined, data: "trigger" });
      else if (keyword === "catch") names.set(line, { ...base, id: undefined, data: "error" });
      else if (keyword === "repeat") names.set(line, { ...base, id: undefined, data: "loop" });
      else if (keyword === "foreach" || keyword === "action") {
        // What the editor made up says nothing.
        const isReadable = !/^[0-9a-f]{6,8}$/.test(line);
        const id = free(camelCase(isReadable ? line : keyword === "foreach" ? "item1" : textOf(step.name)));
        names.set(line, { ...base, id, data: id });
      }
    }
    for (const inner of listOf(step.block)) add(objectOf(inner));
  };
  add({ ...trigger, keyword: "trigger" });
  return names;
}
