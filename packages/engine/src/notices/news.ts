/** What is told of recipes that stop by themselves. */
import type { News } from "./notices.ts";

interface Stopped {
  readonly id: string;
  readonly name: string;
}

/** That a recipe stopped, and why. */
export function recipeStopped({ id, name }: Stopped, reason: string): News {
  return {
    ...{ kind: "recipe-stopped", key: `recipe-stopped ${id}`, recipeId: id, path: `/recipes/${id}` },
    ...{ subject: `“${name}” stopped by itself`, lines: [reason] },
  };
}

/** That connections were lost, and what stopped with them. */
export function connectionLost(names: readonly string[], reason: string, stopped: readonly Stopped[]): News {
  const quoted = (all: readonly string[]) => all.map((name) => `“${name}”`).join(", ");
  return {
    ...{ kind: "connection-lost", key: `connection-lost ${names.join(" ")}`, path: "/connections" },
    subject: `${quoted(names)}: connection lost`,
    lines: [reason, `Recipes that stopped: ${quoted(stopped.map(({ name }) => name))}.`],
  };
}
