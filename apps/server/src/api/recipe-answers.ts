/** Recipes, their versions and drafts as the API shows them. */
import type { RecentJobs, RecipeDraft, RecipeSummary, RecipeVersion } from "@greenroom/engine";
import { type Shown, some, text } from "./answer-parts.ts";
import type * as schemas from "./recipe-schemas.ts";

/** A recipe with how its jobs went. */
export function recipeAnswer(
  recipe: RecipeSummary,
  counts: ReadonlyMap<string, { succeeded: number; failed: number; running: number }>,
): Shown<typeof schemas.recipe> {
  const { id, name, description, state, stoppedReason, version, source, trigger, connections, outline } =
    recipe;
  const { folder, tags, noticeChannels, draft, startedAt, stoppedAt, pausedAt } = recipe;
  return {
    ...{ id, name, state, version, source, trigger, connections: [...connections], outline },
    ...{ folder, tags: [...tags] },
    ...some({ description, stoppedReason, noticeChannels: noticeChannels && [...noticeChannels] }),
    ...some({ startedAt: startedAt && text(startedAt), stoppedAt: stoppedAt && text(stoppedAt) }),
    ...some({ pausedAt: pausedAt && text(pausedAt) }),
    ...(draft && {
      draft: { revision: draft.revision, savedAt: text(draft.savedAt), ...some({ author: draft.author }) },
    }),
    jobs: counts.get(id) ?? { succeeded: 0, failed: 0, running: 0 },
    ...{ createdAt: text(recipe.createdAt), updatedAt: text(recipe.updatedAt) },
  };
}

/** A recipe version. */
export function recipeVersionAnswer(version: RecipeVersion): Shown<typeof schemas.recipeVersion> {
  const { number, createdAt, source, author, comment } = version;
  return { number, createdAt: text(createdAt), source, ...some({ author, comment }) };
}

/** A draft. */
export function recipeDraftAnswer(draft: RecipeDraft): Shown<typeof schemas.recipeDraft> {
  const { author, savedAt, ...rest } = draft;
  return { ...rest, savedAt: text(savedAt), ...some({ author }) };
}

/** The newest jobs of a recipe. */
export function recentJobsAnswer({ recipeId, jobs }: RecentJobs): Shown<typeof schemas.recentJobs> {
  return {
    recipeId,
    jobs: jobs.map(({ id, state, createdAt, startedAt, finishedAt }) => ({
      ...{ id, state, createdAt: text(createdAt) },
      ...(startedAt && finishedAt && { durationMs: finishedAt.getTime() - startedAt.getTime() }),
    })),
  };
}
