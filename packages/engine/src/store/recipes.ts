/** Recipes and their immutable versions: saved only when lint finds no error, started only when they can run. */
import { type Connector, ConnectorError, type Use } from "@greenroom/connector-kit";
import {
  type Catalogue,
  compileRecipe,
  createCatalogue,
  lintRecipe,
  type OutlineStep,
  parseRecipe,
  type Problem,
  type Program,
  type Recipe,
  stepsOutline,
} from "@greenroom/recipes";
import { and, desc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Changes } from "../changes.ts";
import type { Database } from "../database/database.ts";
import { type RecipeState, recipes, recipeVersions } from "../database/schema.ts";
import { noProfile } from "../inbox/inbox.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import type { Connections } from "./connections.ts";
import { alreadyNamed, notFound } from "./refusals.ts";

/** A recipe with its newest version. */
export interface RecipeSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly state: RecipeState;
  readonly stoppedReason: string | undefined;
  readonly version: number;
  readonly source: string;
  readonly trigger: string;
  /** The names of the connections it uses. */
  readonly connections: readonly string[];
  readonly outline: readonly OutlineStep[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly startedAt: Date | undefined;
}

/** A version as it was saved. */
export interface RecipeVersion {
  readonly number: number;
  readonly createdAt: Date;
  readonly source: string;
}

/** Thrown when a recipe's text does not pass; its problems name their places. */
export class RecipeRefused extends Error {
  override readonly name = "RecipeRefused";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("The recipe has errors; nothing was saved.");
    this.problems = problems;
  }
}

/** The recipes. */
export interface Recipes {
  list(): Promise<readonly RecipeSummary[]>;
  get(id: string): Promise<RecipeSummary>;
  versions(id: string): Promise<readonly RecipeVersion[]>;
  lint(source: string): Promise<readonly Problem[]>;
  /** @throws {RecipeRefused} */
  create(source: string): Promise<RecipeSummary>;
  /** Saves a new version; events that come later start jobs on it. @throws {RecipeRefused} */
  save(id: string, source: string): Promise<RecipeSummary>;
  start(id: string): Promise<RecipeSummary>;
  stop(id: string): Promise<RecipeSummary>;
  /** Stops those that use one of these connections, until all theirs are connected again. */
  stopUsersOf(connectionNames: readonly string[], reason: string): Promise<void>;
  /** Starts those again that stopped because a connection was lost, where all theirs are connected by now. */
  startLost(): Promise<void>;
  /** The running recipes whose events since then are still to be replayed. */
  toReplay(): Promise<
    readonly { readonly id: string; readonly lostAt: Date; readonly startedAt: Date | null }[]
  >;
  /** Their events are replayed. */
  replayed(id: string, lostAt: Date): Promise<void>;
  /** What all recipes, running or not, use a connection for. */
  uses(connectionName: string): Promise<readonly Use[]>;
  remove(id: string): Promise<void>;
  program(versionId: string): Promise<Program>;
  running(): Promise<readonly RunningRecipe[]>;
}

interface Row {
  readonly recipe: typeof recipes.$inferSelect;
  readonly version: typeof recipeVersions.$inferSelect;
}

/** Makes the store of recipes. `onChange` is called when what is running may have changed. */
export function createRecipes(context: {
  readonly database: Database;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly connections: () => Connections;
  readonly changes: Changes;
  readonly now: () => Date;
  readonly onChange: () => Promise<void>;
}): Recipes {
  const { database, connectors, connections, changes, now, onChange } = context;
  const catalogue: Catalogue = createCatalogue([...connectors.values()]);
  const programs = new Map<string, Program>();

  /** Parses and lints. @throws {RecipeRefused} when there is an error. */
  async function accept(source: string): Promise<Recipe> {
    const { recipe, problems } = await check(source);
    if (!recipe || problems.some(({ severity }) => severity === "error")) throw new RecipeRefused(problems);
    return recipe;
  }

  async function check(
    source: string,
  ): Promise<{ recipe: Recipe | undefined; problems: readonly Problem[] }> {
    const parsed = parseRecipe(source);
    if (!parsed.recipe) return { recipe: undefined, problems: parsed.problems };
    const names = (await connections().list()).map(({ name, connector }) => ({ name, connector }));
    return {
      recipe: parsed.recipe,
      problems: [...parsed.problems, ...lintRecipe(parsed, catalogue, { connections: names })],
    };
  }

  function recipeOf(version: { id: string; source: string }): Recipe {
    const { recipe, problems } = parseRecipe(version.source);
    if (!recipe)
      throw new Error(`saved recipe version ${version.id} does not parse: ${problems[0]?.message}`);
    return recipe;
  }

  async function programOf(versionId: string): Promise<Program> {
    const known = programs.get(versionId);
    if (known) return known;
    const [version] = await database.select().from(recipeVersions).where(eq(recipeVersions.id, versionId));
    if (!version) throw notFound("recipe version", versionId);
    const program = compileRecipe(recipeOf(version), catalogue);
    programs.set(versionId, program);
    return program;
  }

  function summaryOf({ recipe: row, version }: Row): RecipeSummary {
    const recipe = recipeOf(version);
    return {
      ...{ id: row.id, name: row.name, description: recipe.description, state: row.state },
      ...{ stoppedReason: row.stoppedReason ?? undefined, version: version.number, source: version.source },
      ...{
        trigger: recipe.trigger.use,
        connections: catalogue.connectionsOf(recipe),
        outline: stepsOutline(recipe, catalogue),
      },
      ...{ createdAt: row.createdAt, updatedAt: row.updatedAt, startedAt: row.startedAt ?? undefined },
    };
  }

  const rows = () =>
    database
      .select({ recipe: recipes, version: recipeVersions })
      .from(recipes)
      .innerJoin(recipeVersions, eq(recipeVersions.id, recipes.versionId));

  async function get(id: string): Promise<RecipeSummary> {
    const [row] = await rows().where(eq(recipes.id, id));
    if (!row) throw notFound("recipe", id);
    return summaryOf(row);
  }

  async function changed(id: string): Promise<RecipeSummary> {
    await onChange();
    changes.publish({ type: "recipe", id });
    return get(id);
  }

  async function refuseTakenName(name: string, id: string | undefined): Promise<void> {
    const [other] = await database.select({ id: recipes.id }).from(recipes).where(eq(recipes.name, name));
    if (other && other.id !== id) throw alreadyNamed("recipe", name);
  }

  return {
    list: async () => (await rows().orderBy(recipes.name)).map(summaryOf),
    get,

    async versions(id) {
      await get(id);
      const { number, createdAt, source } = recipeVersions;
      return await database
        .select({ number, createdAt, source })
        .from(recipeVersions)
        .where(eq(recipeVersions.recipeId, id))
        .orderBy(desc(number));
    },

    lint: async (source) => (await check(source)).problems,

    async create(source) {
      const { name } = await accept(source);
      await refuseTakenName(name, undefined);
      const [id, versionId, at] = [uuidv7(), uuidv7(), now()];
      await database.transaction(async (tx) => {
        await tx
          .insert(recipes)
          .values({ id, name, state: "stopped", versionId, createdAt: at, updatedAt: at });
        await tx
          .insert(recipeVersions)
          .values({ id: versionId, recipeId: id, number: 1, source, createdAt: at });
      });
      return await changed(id);
    },

    async save(id, source) {
      const { name } = await accept(source);
      await refuseTakenName(name, id);
      const [versionId, at] = [uuidv7(), now()];
      await database.transaction(async (tx) => {
        // Locked, so that two people saving at once get two numbers.
        const [row] = await tx.select().from(recipes).where(eq(recipes.id, id)).for("update");
        if (!row) throw notFound("recipe", id);
        const [newest] = await tx
          .select({ number: sql<number>`max(${recipeVersions.number})` })
          .from(recipeVersions)
          .where(eq(recipeVersions.recipeId, id));
        const number = (newest?.number ?? 0) + 1;
        await tx
          .insert(recipeVersions)
          .values({ id: versionId, recipeId: id, number, source, createdAt: at });
        await tx.update(recipes).set({ name, versionId, updatedAt: at }).where(eq(recipes.id, id));
      });
      return await changed(id);
    },

    async start(id) {
      const recipe = await get(id);
      const problems = (await check(recipe.source)).problems.filter(({ severity }) => severity === "error");
      if (problems.length > 0) throw new RecipeRefused(problems);
      for (const name of recipe.connections) {
        const connection = await connections().byName(name);
        if (connection?.state !== "connected") {
          throw new ConnectorError(
            "conflict",
            "not-connected",
            `“${recipe.name}” needs the connection “${name}”, which is not connected.`,
            {
              hint: connection
                ? `Open the connection “${name}” and choose Connect.`
                : `Create a connection named “${name}”.`,
            },
          );
        }
      }
      await database
        .update(recipes)
        .set({ state: "running", stoppedReason: null, startedAt: now(), lostAt: null })
        .where(eq(recipes.id, id));
      return await changed(id);
    },

    async stop(id) {
      await get(id);
      await database
        .update(recipes)
        .set({ state: "stopped", stoppedReason: null, lostAt: null })
        .where(eq(recipes.id, id));
      return await changed(id);
    },

    async stopUsersOf(connectionNames, reason) {
      const running = await rows().where(eq(recipes.state, "running"));
      const ids = running
        .filter(({ version }) =>
          catalogue.connectionsOf(recipeOf(version)).some((name) => connectionNames.includes(name)),
        )
        .map(({ recipe }) => recipe.id);
      if (ids.length === 0) return;
      await database
        .update(recipes)
        // Lost again before its replay was done: the earlier moment is the one to go back to.
        .set({ state: "stopped", stoppedReason: reason, lostAt: sql`coalesce(${recipes.lostAt}, ${now()})` })
        .where(and(inArray(recipes.id, ids), eq(recipes.state, "running")));
      await onChange();
      for (const id of ids) changes.publish({ type: "recipe", id });
    },

    async startLost() {
      const stopped = and(eq(recipes.state, "stopped"), isNotNull(recipes.lostAt));
      const connected = new Set(
        (await connections().list()).filter(({ state }) => state === "connected").map(({ name }) => name),
      );
      for (const { recipe, version } of await rows().where(stopped)) {
        if (!catalogue.connectionsOf(recipeOf(version)).every((name) => connected.has(name))) continue;
        // What the catalogue no longer accepts stays stopped, for its owner to see why.
        const { problems } = await check(version.source);
        if (problems.some(({ severity }) => severity === "error")) continue;
        await database
          .update(recipes)
          .set({ state: "running", stoppedReason: null })
          .where(and(eq(recipes.id, recipe.id), stopped));
        changes.publish({ type: "recipe", id: recipe.id });
      }
      await onChange();
    },

    async toReplay() {
      const waiting = and(eq(recipes.state, "running"), isNotNull(recipes.lostAt));
      const found = await database.select().from(recipes).where(waiting);
      return found.flatMap(({ id, lostAt, startedAt }) => (lostAt ? [{ id, lostAt, startedAt }] : []));
    },

    async replayed(id, lostAt) {
      await database
        .update(recipes)
        .set({ lostAt: null })
        .where(and(eq(recipes.id, id), eq(recipes.lostAt, lostAt)));
    },

    uses: async (name) => (await rows()).flatMap(({ version }) => catalogue.usesOf(recipeOf(version), name)),

    async remove(id) {
      const recipe = await get(id);
      if (recipe.state === "running") {
        throw new ConnectorError("conflict", "recipe-running", `“${recipe.name}” is running.`, {
          hint: "Stop it first.",
        });
      }
      await database.delete(recipes).where(eq(recipes.id, id));
      changes.publish({ type: "recipe", id });
    },

    program: programOf,

    async running() {
      const all = await rows().where(eq(recipes.state, "running"));
      const accounts = new Map(
        (await connections().list()).map((connection) => [connection.name, connection]),
      );
      const found: RunningRecipe[] = [];
      for (const { recipe, version } of all) {
        const program = await programOf(version.id);
        const connection = accounts.get(program.trigger.connection ?? "");
        const { listener, ...listening } = catalogue.listenerOf(recipeOf(version));
        if (listener.connection !== undefined && connection?.identity === undefined) continue;
        found.push({
          ...{ recipeId: recipe.id, program, ...listening, listener },
          ...{
            profileId: connection?.profileId ?? noProfile,
            accountId: connection?.identity?.accountId ?? "",
          },
          source: listener.own ? recipe.id : "",
        });
      }
      return found;
    },
  };
}
