import { Alert, Button, Group, Menu, Text } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { api, type Recipe } from "../api.ts";
import { useMay } from "../settings/use-may.ts";
import { Ago } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";

type Held = Pick<Recipe, "id" | "name" | "pausedAt">;

function useQueue({ id }: Pick<Held, "id">) {
  return useAction((verb: "pause" | "resume") => api<void>("POST", `/recipes/${id}/queue/${verb}`));
}

/** Says that a recipe's queue is held up, and lets it go on. */
export function QueueHold({ recipe }: { readonly recipe: Held & Pick<Recipe, "folder"> }) {
  const mayResume = useMay("operator", recipe.folder);
  const queue = useQueue(recipe);
  if (!recipe.pausedAt) return null;
  return (
    <Alert color="orange" variant="light" p="xs" title="Its queue is held up">
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          Since <Ago at={recipe.pausedAt} /> no further job begins; those under way go on, and new ones wait
          in line.
        </Text>
        {mayResume && (
          <Button
            size="xs"
            variant="default"
            loading={queue.isPending}
            onClick={() => queue.mutate("resume")}
          >
            Let it go on
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Holds a recipe's queue up, or lets it go on, from a menu. */
export function QueueHoldItem({ recipe }: { readonly recipe: Held }) {
  const queue = useQueue(recipe);
  return recipe.pausedAt ? (
    <Menu.Item leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => queue.mutate("resume")}>
      Let its queue go on
    </Menu.Item>
  ) : (
    <Menu.Item leftSection={<IconPlayerPause size={14} aria-hidden />} onClick={() => queue.mutate("pause")}>
      Hold its queue up
    </Menu.Item>
  );
}
