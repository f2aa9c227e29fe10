/** The texts of recipes: parsed, linted against the installation's catalogue, compiled once a version. */
import type { Connector } from "@greenroom/connector-kit";
import {
  calleeOf,
  callsOf,
  type Catalogue,
  compileRecipe,
  createCatalogue,
  type Known,
  type KnownRecipe,
  lintRecipe,
  parseRecipe,
  type Problem,
  type Program,
  type Recipe,
} from "@greenroom/recipes";
import { eq, inArray } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { recipes, recipeVersions } from "../database/schema.ts";
import type { Properties } from "../properties/properties.ts";
import type { Connections } from "./connections.ts";
import { notFound } from "./refusals.ts";
import { acceptedRecipe, createVersionTexts, type Version, type VersionText } from "./version-texts.ts";

/** Thrown when a recipe's text does not pass; its problems name their places. */
export class RecipeRefused extends Error {
  override readonly name = "RecipeRefused";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("The recipe has errors; nothing was saved.");
    this.problems = problems;
  }
}

/** Reads recipes' texts. */
export interface RecipeTexts {
  readonly catalogue: Catalogue;
  /** What is wrong with a text; without a recipe when it has not even the shape of one. */
  check(source: string): Promise<{ recipe: Recipe | undefined; problems: readonly Problem[] }>;
  /** Parses and lints. @throws {RecipeRefused} when there is an error. */
  accept(source: string): Promise<Recipe>;
  /** What a version says, whose text was accepted once. */
  saved(version: Version): VersionText;
  /** What versions say, by their ids; without those that are gone. */
  savedAll(versionIds: readonly string[]): Promise<ReadonlyMap<string, VersionText>>;
  /** A text that was accepted once, ready to run. */
  programOf(source: string): Program;
  /** A version, ready to run. */
  program(versionId: string): Promise<Program>;
  /** Whether a version may read properties or secrets. */
  readsProperties(versionId: string): Promise<boolean>;
}

/** Makes the reader of an installation's recipes. */
export function createRecipeTexts(context: {
  readonly database: Database;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly connections: () => Connections;
  readonly properties: () => Properties;
}): RecipeTexts {
  const { database, connectors, connections, properties } = context;
  const catalogue = createCatalogue([...connectors.values()]);
  const programs = new Map<string, Compiled>();
  const versions = createVersionTexts(catalogue);

  async function compiled(versionId: string): Promise<Compiled> {
    const known = programs.get(versionId);
    if (known) return known;
    const [version] = await database.select().from(recipeVersions).where(eq(recipeVersions.id, versionId));
    if (!version) throw notFound("recipe version", versionId);
    const program = compileRecipe(versions.read(version).recipe, catalogue);
    // A word that only looks like them costs its jobs one read.
    const made = { program, readsProperties: /\b(properties|secrets)\b/.test(version.source) };
    programs.set(versionId, made);
    return made;
  }

  async function check(source: string): ReturnType<RecipeTexts["check"]> {
    const parsed = parseRecipe(source);
    if (!parsed.recipe) return { recipe: undefined, problems: parsed.problems };
    const known: Known = {
      connections: (await connections().list()).map(({ name, connector }) => ({ name, connector })),
      ...(callsOf(parsed.recipe).length > 0 && { recipes: await callees() }),
      ...(/\b(properties|secrets)\b/.test(source) && (await propertyNames())),
    };
    return {
      recipe: parsed.recipe,
      problems: [...parsed.problems, ...lintRecipe(parsed, catalogue, known)],
    };
  }

  /** The names of properties, and of secrets. */
  async function propertyNames(): Promise<Known> {
    const all = await properties().list(properties().environment);
    const named = (secret: boolean) =>
      all.flatMap(({ name, type }) => ((type === "secret") === secret ? [name] : []));
    return { properties: named(false), secrets: named(true) };
  }

  /** What recipes must know of each other to call one another. */
  async function callees(): Promise<readonly KnownRecipe[]> {
    const newest = await database
      .select({ id: recipeVersions.id, source: recipeVersions.source })
      .from(recipes)
      .innerJoin(recipeVersions, eq(recipes.versionId, recipeVersions.id));
    return newest.map((version) => calleeOf(versions.read(version).recipe));
  }

  return {
    ...{ catalogue, check },
    saved: (version) => versions.read(version),

    async savedAll(ids) {
      const found = new Map<string, VersionText>();
      const unknown: string[] = [];
      for (const id of ids) {
        const text = versions.known(id);
        if (text) found.set(id, text);
        else unknown.push(id);
      }
      if (unknown.length === 0) return found;
      const { id, source } = recipeVersions;
      const read = await database.select({ id, source }).from(recipeVersions).where(inArray(id, unknown));
      for (const version of read) found.set(version.id, versions.read(version));
      return found;
    },

    async accept(source) {
      const { recipe, problems } = await check(source);
      if (!recipe || problems.some(({ severity }) => severity === "error")) throw new RecipeRefused(problems);
      return recipe;
    },

    programOf: (source) => compileRecipe(acceptedRecipe({ id: "of a test run", source }), catalogue),

    program: async (versionId) => (await compiled(versionId)).program,

    readsProperties: async (versionId) => (await compiled(versionId)).readsProperties,
  };
}

interface Compiled {
  readonly program: Program;
  readonly readsProperties: boolean;
}
