import { Button, Skeleton, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { api, type Recipe } from "../api.ts";
import { Page } from "../ui/page.tsx";
import { Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

const RecipeEditor = lazy(() => import("../ui/recipe-editor.tsx"));

const starter = `name: My first recipe
trigger:
  use: zoom/meeting-ended
  connection: zoom
steps:
  - id: host
    use: zoom/get-user
    input:
      userId: "{{ trigger.object.host_id }}"
  - stop:
      as: succeeded
      reason: "{{ trigger.object.topic }} of {{ host.email }} ended."
`;

/** Writes a recipe from a starter. */
export function NewRecipePage() {
  const navigate = useNavigate();
  const [source, setSource] = useState(starter);
  const save = useAction(() => api<Recipe>("POST", "/recipes", { source }), {
    quiet: true,
    onDone: ({ id }) => void navigate({ to: "/recipes/$id", params: { id } }),
  });
  return (
    <Page
      title="New recipe"
      actions={
        <Button onClick={() => save.mutate(undefined)} loading={save.isPending}>
          Save recipe
        </Button>
      }
    >
      <Stack>
        {save.error && <Failure error={save.error} />}
        <Suspense fallback={<Skeleton h={320} />}>
          <RecipeEditor value={source} onChange={setSource} />
        </Suspense>
      </Stack>
    </Page>
  );
}
