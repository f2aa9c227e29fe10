import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCopy, IconDots, IconDownload, IconFolder, IconRestore, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { ApiError, api, type Recipe } from "../api.ts";
import { deleting } from "../queries.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { useAction } from "../ui/use-action.ts";
import { downloadForWorkato, downloadYaml } from "./export-recipe.ts";
import { PlaceModal } from "./place-modal.tsx";

/** What else can be done with a recipe. */
export function MoreMenu({
  id,
  recipe,
  changed,
  onReset,
}: {
  readonly id: string;
  readonly recipe: Recipe | undefined;
  readonly changed: boolean;
  readonly onReset: (source: string) => void;
}) {
  const navigate = useNavigate();
  const [placing, { open, close }] = useDisclosure();
  const discard = useAction(() => api<void>("DELETE", `/recipes/${id}/draft`), {
    onDone: () => (recipe ? onReset(recipe.source) : void navigate({ to: "/recipes" })),
  });
  const duplicate = useAction(() => api<Recipe>("POST", `/recipes/${id}/duplicate`, {}), {
    onDone: (copy) => void navigate({ to: "/recipes/$id", params: { id: copy.id } }),
  });
  const toWorkato = useAction(downloadForWorkato);
  const toList = () => void navigate({ to: "/recipes" });
  const removeAll = useAction(() => deleting(id, () => api<void>("DELETE", `/recipes/${id}?jobs=cancel`)), {
    onDone: toList,
  });
  const remove = useAction(async () => {
    try {
      await deleting(id, () => api<void>("DELETE", `/recipes/${id}`));
      toList();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "jobs-unfinished") throw error;
      confirmFirst({
        title: error.message,
        text: "Without its recipe a job cannot go on. What was done stays done, and the history stays.",
        confirm: "Cancel jobs and delete",
        cancel: "Keep the recipe",
        ...{ danger: true, onConfirm: () => removeAll.mutate(undefined) },
      });
    }
  });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More" className="editor-more">
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {recipe && (
            <>
              <Menu.Item leftSection={<IconFolder size={14} aria-hidden />} onClick={open}>
                Folder and tags …
              </Menu.Item>
              <Menu.Item
                leftSection={<IconCopy size={14} aria-hidden />}
                onClick={() => duplicate.mutate(undefined)}
              >
                Duplicate the recipe
              </Menu.Item>
              <Menu.Item
                leftSection={<IconDownload size={14} aria-hidden />}
                onClick={() => downloadYaml(recipe)}
              >
                Download as YAML
              </Menu.Item>
              <Menu.Item
                leftSection={<IconDownload size={14} aria-hidden />}
                onClick={() => toWorkato.mutate(recipe)}
              >
                Download for Workato
              </Menu.Item>
            </>
          )}
          {(changed || !recipe) && (
            <Menu.Item
              leftSection={<IconRestore size={14} aria-hidden />}
              onClick={() =>
                confirmFirst({
                  title: "Throw the draft away?",
                  text: recipe
                    ? `Version ${recipe.version} stays as it is.`
                    : "The recipe was never saved: nothing of it stays.",
                  ...{ confirm: "Throw it away", danger: true, onConfirm: () => discard.mutate(undefined) },
                })
              }
            >
              Throw the draft away
            </Menu.Item>
          )}
          {recipe && (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={14} aria-hidden />}
              disabled={recipe.state === "running"}
              onClick={() =>
                confirmFirst({
                  title: `Delete “${recipe.name}”?`,
                  text: "The recipe and its versions are deleted. Its jobs stay in the history.",
                  ...{ confirm: "Delete", danger: true, onConfirm: () => remove.mutate(undefined) },
                })
              }
            >
              {recipe.state === "running" ? "Delete (stop it first)" : "Delete"}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {recipe && placing && <PlaceModal recipe={recipe} onClose={close} />}
    </>
  );
}
