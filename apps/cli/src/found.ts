/** Things of the server by their name or id. */
import type { Command } from "commander";
import type { Api } from "./api.ts";
import { apiOf, type Surroundings } from "./context.ts";
import { CliFailure, exitCodes } from "./failure.ts";

/** A recipe, as far as commands need it. */
export interface Recipe {
  readonly id: string;
  readonly name: string;
  readonly state: "stopped" | "running";
  readonly stoppedReason?: string;
  readonly version: number;
  readonly source: string;
  readonly trigger: string;
  readonly folder: string;
  readonly tags: readonly string[];
  readonly connections: readonly string[];
  readonly jobs: { readonly succeeded: number; readonly failed: number; readonly running: number };
}

/** A connection. */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly kind: string;
  readonly state: "disconnected" | "connected" | "needs-attention";
  readonly reason?: string;
  readonly identity?: { readonly email?: string; readonly userId: string; readonly accountName?: string };
}

/** All recipes, by name. */
export async function recipesOf(api: Api): Promise<readonly Recipe[]> {
  return (await api.get<{ items: Recipe[] }>("/recipes")).items;
}

/** The recipe of that name or id, and the server it is at. @throws {CliFailure} */
export async function findRecipe(
  command: Command,
  surroundings: Surroundings,
  wanted: string,
): Promise<{ readonly api: Api; readonly found: Recipe }> {
  const api = apiOf(command, surroundings);
  return { api, found: named(await recipesOf(api), wanted, "recipe") };
}

/** The thing with that name or id. @throws {CliFailure} that says what there is instead */
export function named<T extends { readonly id: string; readonly name: string }>(
  items: readonly T[],
  wanted: string,
  kind: string,
): T {
  const found =
    items.find(({ id, name }) => id === wanted || name === wanted) ??
    items.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (found) return found;
  const names = items.slice(0, 20).map(({ name }) => `“${name}”`);
  throw new CliFailure(`There is no ${kind} “${wanted}”.`, {
    exitCode: exitCodes.notFound,
    hint: names.length > 0 ? `There is ${names.join(", ")}.` : `There is no ${kind} yet.`,
  });
}
