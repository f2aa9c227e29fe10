import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ApiError } from "../api.ts";
import { RecipeEditor } from "../editor/recipe-editor.tsx";
import { draftQuery, recipeQuery } from "../queries.ts";
import { Page } from "../ui/page.tsx";
import { Failure, Loaded } from "../ui/states.tsx";

const route = getRouteApi("/recipes/$id");

/** One recipe, or one that is still to be made: its editor. */
export function RecipePage() {
  const { id } = route.useParams();
  const draft = useQuery({ ...draftQuery(id), retry: false });
  const toBeMade = draft.data?.basedOn === 0;
  const recipe = useQuery({
    ...recipeQuery(id),
    retry: false,
    enabled: draft.data !== undefined && !toBeMade,
  });
  if (draft.data === undefined || (!toBeMade && recipe.data === undefined)) {
    const gone = recipe.error instanceof ApiError && recipe.error.status === 404;
    return (
      <Page title="Recipe">
        {gone ? (
          <Failure
            error={
              new ApiError("This recipe is not there any more.", "It was deleted, or the address is wrong.")
            }
          />
        ) : (
          <Loaded query={draft}>{() => <Loaded query={recipe}>{() => null}</Loaded>}</Loaded>
        )}
      </Page>
    );
  }
  return <RecipeEditor key={id} id={id} recipe={recipe.data} draft={draft.data} />;
}
