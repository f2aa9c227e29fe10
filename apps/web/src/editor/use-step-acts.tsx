import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { connectionsQuery } from "../queries.ts";
import { useLatest } from "../ui/use-latest.ts";
import { CataloguePicker } from "./catalogue-picker.tsx";
import {
  duplicateStep,
  freeId,
  insertStep,
  moveStep,
  namesIn,
  pathText,
  type RecipeData,
  removeStep,
  setValue,
  valueAt,
} from "./recipe-text.ts";
import { settleEdits } from "./settle-edits.ts";
import type { StepAct } from "./step-row.tsx";
import { isDisabled } from "./step-rows.ts";
import { stepKinds } from "./step-kind-list.ts";
import { kindOf, type Path, type StepData } from "./step-kinds.ts";
import type { StepsListActs } from "./steps-list.tsx";
import type { RecipeText } from "./use-recipe-text.ts";
import { plainText } from "./record.ts";

/** What can be done with the steps of a recipe, and the picker of what to add. */
export function useStepActs(context: {
  readonly recipe: RecipeData;
  readonly text: RecipeText;
  readonly onSelect: (path: string | undefined) => void;
}): { readonly list: StepsListActs; readonly picker: ReactNode } {
  const [adding, setAdding] = useState<{ readonly list: Path; readonly index: number }>();
  const connections = useQuery(connectionsQuery);
  const latest = useLatest({ ...context, connections: connections.data?.items ?? [] });

  const list = useMemo<StepsListActs>(() => {
    const change = (by: (text: string) => string) => {
      settleEdits();
      latest.current.text.edit(by);
    };
    const select = (path: Path) => latest.current.onSelect(pathText(path));
    const move = (from: Path, to: Path, index: number) => {
      settleEdits();
      const moved = moveStep(latest.current.text.text, from, to, index);
      if (!moved) return;
      latest.current.text.edit(() => moved.text);
      select(moved.path);
      focusStep(moved.path);
    };
    const acts: Readonly<Record<StepAct, (path: Path, step: StepData) => void>> = {
      up: (path) => {
        const index = Number(path.at(-1));
        const place = index > 0 ? { list: path.slice(0, -1), index: index - 1 } : outOf(path, 0);
        if (place) move(path, place.list, place.index);
      },
      down: (path) => {
        const [own, index] = [path.slice(0, -1), Number(path.at(-1))];
        const steps = valueAt(latest.current.recipe.whole, own);
        const last = !Array.isArray(steps) || index === steps.length - 1;
        const place = last ? outOf(path, 1) : { list: own, index: index + 2 };
        if (place) move(path, place.list, place.index);
      },
      duplicate: (path) => {
        change((text) => duplicateStep(text, path));
        const copy = [...path.slice(0, -1), Number(path.at(-1)) + 1];
        select(copy);
        focusStep(copy);
      },
      toggle: (path, step) =>
        change((text) => setValue(text, [...path, "disabled"], isDisabled(step) ? undefined : true)),
      remove: (path) => {
        change((text) => removeStep(text, path));
        latest.current.onSelect(undefined);
        notifications.show({ message: "The step is deleted. Ctrl+Z brings it back.", autoClose: 4_000 });
      },
    };
    const stepAt = (path: Path): StepData => (valueAt(latest.current.recipe.whole, path) ?? {}) as StepData;
    return {
      ...{ select, move },
      act: (act, path) => acts[act](path, stepAt(path)),
      add: (to, index) => setAdding({ list: to, index }),
      addBranch(path, more) {
        const step = stepAt(path);
        const applicable = (kindOf(step).more ?? []).flatMap(({ add }) => add(step) ?? []);
        const branch = applicable[more];
        if (branch) change((text) => setValue(text, [...path, ...branch.path], branch.value));
      },
      removeBranch: (path) => change((text) => setValue(text, path, undefined)),
    };
  }, [latest]);

  const choose = (value: string) => {
    if (!adding) return;
    const { recipe, text, onSelect } = latest.current;
    settleEdits();
    const step = newStep(value, recipe, namesIn(text.text), latest.current.connections);
    text.edit((before) => insertStep(before, adding.list, adding.index, step));
    const path = [...adding.list, adding.index];
    setAdding(undefined);
    onSelect(pathText(path));
    focusStep(path);
  };
  const picker = adding && (
    <CataloguePicker what="step" onClose={() => setAdding(undefined)} onChoose={choose} />
  );
  return { list, picker };
}

/** A new step of a kind, or of an action; with the only connection there is. */
function newStep(
  value: string,
  { trigger }: RecipeData,
  taken: Set<string>,
  connections: readonly { readonly name: string; readonly connector: string }[],
): StepData {
  if (!value.includes("/")) {
    const template = stepKinds.find(({ key }) => key === value)?.template ?? {};
    return value === "forEach" ? { ...template, as: freeId("item", taken) } : template;
  }
  const [connector = "", name = ""] = value.split("/");
  const words = name.split("-").slice(1);
  const wanted = (words.length > 0 ? words : [name])
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
  const own = connections.filter((connection) => connection.connector === connector);
  const inherited = plainText(trigger["use"]).split("/")[0] === connector;
  return {
    ...{ id: freeId(wanted, taken), use: value },
    ...(!inherited && own.length === 1 && own[0] && { connection: own[0].name }),
  };
}

/** The place before or after the step that a step is inside of. */
function outOf(path: Path, after: 0 | 1): { readonly list: Path; readonly index: number } | undefined {
  const above = path.slice(0, -1).findLastIndex((key, at) => typeof key === "number" && isListKey(path, at));
  if (above < 0) return undefined;
  return { list: path.slice(0, above), index: Number(path[above]) + after };
}

/** Whether the number at a place is of a step in a list of steps, not of a branch. */
function isListKey(path: Path, at: number): boolean {
  const before = path[at - 1];
  return (
    before === "steps" || before === "then" || before === "else" || before === "try" || before === "catch"
  );
}

function focusStep(path: Path): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-step="${CSS.escape(pathText(path))}"]`)?.focus(),
  );
}
