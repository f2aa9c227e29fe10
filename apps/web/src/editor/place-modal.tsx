import { Autocomplete, Modal, Stack, TagsInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { api, type Recipe } from "../api.ts";
import { recipeLabelsQuery } from "../queries.ts";
import { Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import { FormButtons } from "../ui/form-buttons.tsx";

/** Puts a recipe into a folder and gives it tags. */
export function PlaceModal({
  recipe,
  onClose,
}: {
  readonly recipe: Pick<Recipe, "id" | "name" | "folder" | "tags">;
  readonly onClose: () => void;
}) {
  const { data } = useQuery(recipeLabelsQuery);
  const form = useForm({ initialValues: { folder: recipe.folder, tags: recipe.tags } });
  const save = useAction(
    (place: { folder: string; tags: string[] }) => api<Recipe>("PATCH", `/recipes/${recipe.id}`, place),
    {
      quiet: true,
      onDone: onClose,
    },
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Folder and tags of “${recipe.name}”`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          {save.error && <Failure error={save.error} />}
          <Autocomplete
            label="Folder"
            description="Names with / between them, such as Sales/Webinars. Empty for none."
            data={(data?.folders ?? []).map(({ name }) => name).filter(Boolean)}
            {...form.getInputProps("folder")}
          />
          <TagsInput
            label="Tags"
            description="Press Enter after each"
            data={(data?.tags ?? []).map(({ name }) => name)}
            {...form.getInputProps("tags")}
          />
          <FormButtons busy={save.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
