/** What recipes listen to: those that run, and those that would. */
import { compileRecipe, type Program, type Recipe } from "@greenroom/recipes";
import { and, eq, like } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { recipes, recipeVersions } from "../database/schema.ts";
import { noProfile } from "../inbox/inbox.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import { queueSettingsOf } from "../jobs/queue-settings.ts";
import type { ConnectionSummary } from "./connection-summary.ts";
import type { Connections } from "./connections.ts";
import type { RecipeRow } from "./recipe-rows.ts";
import type { RecipeTexts } from "./recipe-texts.ts";

/** What recipes listen to. */
export interface RecipeListeners {
  running(): Promise<readonly RunningRecipe[]>;
  /** What stopped recipes that mask something would listen to. */
  silentMasks(): Promise<readonly RunningRecipe[]>;
  /** What a recipe listens to, running or not; undefined while its connection has no account. */
  listener(id: string): Promise<RunningRecipe | undefined>;
  /** What a text would listen to, saved or not; for a recipe's own events, whose they are. @throws {RecipeRefused} */
  listenerOfText(source: string, id?: string): Promise<RunningRecipe | undefined>;
  /** The connections by their names, as they are now. */
  accounts(): Promise<(name: string) => ConnectionSummary | undefined>;
}

/** Makes what reads it. `onFailing` hears of running recipes whose trigger failed lately. */
export function createRecipeListeners(context: {
  readonly database: Database;
  readonly texts: RecipeTexts;
  readonly connections: () => Connections;
  readonly bind: (recipe: RunningRecipe) => RunningRecipe;
  readonly row: (id: string) => Promise<RecipeRow>;
  readonly onFailing: (id: string) => void;
}): RecipeListeners {
  const { database, texts, connections, bind, row, onFailing } = context;

  function listening(
    { id, recipe, program }: { id: string; recipe: Recipe; program: Program },
    byName: (name: string) => ConnectionSummary | undefined,
  ): RunningRecipe | undefined {
    const connection = byName(program.trigger.connection ?? "");
    const { listener, ...to } = texts.catalogue.listenerOf(recipe);
    if (listener.connection !== undefined && connection?.identity === undefined) return undefined;
    return bind({
      ...{ recipeId: id, program, ...to, listener },
      ...{
        profileId: connection?.profileId ?? noProfile,
        accountId: connection?.identity?.accountId ?? "",
      },
      source: listener.own ? id : "",
      ...{ queue: queueSettingsOf(recipe), keepsNothing: recipe.retention === "none" },
    });
  }

  const listenerOf = async (
    { recipe: { id }, version }: RecipeRow,
    byName: Parameters<typeof listening>[1],
  ) =>
    listening({ id, recipe: texts.saved(version).recipe, program: await texts.program(version.id) }, byName);

  /** The listeners of all these recipes; what was read of their texts before is not read again. */
  async function listenersOf(
    all: readonly { readonly id: string; readonly versionId: string }[],
  ): Promise<readonly PromiseSettledResult<RunningRecipe | undefined>[]> {
    const [byName, saved] = await Promise.all([
      accounts(),
      texts.savedAll(all.map(({ versionId }) => versionId)),
    ]);
    return await Promise.allSettled(
      all.map(async ({ id, versionId }) => {
        const text = saved.get(versionId);
        if (!text) return undefined;
        return listening({ id, recipe: text.recipe, program: await texts.program(versionId) }, byName);
      }),
    );
  }

  async function accounts(): Promise<(name: string) => ConnectionSummary | undefined> {
    const all = new Map((await connections().list()).map((connection) => [connection.name, connection]));
    return (name) => all.get(name);
  }

  return {
    accounts,

    async running() {
      const { id, versionId, triggerErrors } = recipes;
      const all = await database
        .select({ id, versionId, triggerErrors })
        .from(recipes)
        .where(eq(recipes.state, "running"));
      for (const recipe of all) if (recipe.triggerErrors > 0) onFailing(recipe.id);
      return (await listenersOf(all)).flatMap((result) => {
        if (result.status === "rejected") throw result.reason;
        return result.value ?? [];
      });
    },

    async silentMasks() {
      const stopped = await database
        .select({ id: recipes.id, versionId: recipes.versionId })
        .from(recipes)
        .innerJoin(recipeVersions, eq(recipeVersions.id, recipes.versionId))
        .where(and(eq(recipes.state, "stopped"), like(recipeVersions.source, "%mask%")));
      // What the catalogue no longer accepts will not start as it is.
      return (await listenersOf(stopped)).flatMap((result) =>
        result.status === "fulfilled" && result.value ? [result.value] : [],
      );
    },

    listener: async (id) => await listenerOf(await row(id), await accounts()),

    async listenerOfText(source, id = "") {
      const recipe = await texts.accept(source);
      return listening({ id, recipe, program: compileRecipe(recipe, texts.catalogue) }, await accounts());
    },
  };
}
