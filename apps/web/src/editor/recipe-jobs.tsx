import { JobsTable } from "../jobs/jobs-table.tsx";

/** The jobs of one recipe. */
export function RecipeJobs({ recipeId }: { readonly recipeId: string }) {
  return <JobsTable filter={{ recipeId }} withRecipe={false} />;
}
