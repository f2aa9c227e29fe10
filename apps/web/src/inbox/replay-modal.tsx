import { Alert, Badge, Button, Checkbox, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Replayed, type Taker } from "../api.ts";
import { recipesQuery, takersQuery } from "../queries.ts";
import { TextLink } from "../ui/links.tsx";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

const whyNot = {
  elsewhere: "It listens to another account or address; it is run all the same.",
  condition: "Its condition does not hold for this event; it is run all the same.",
};

/** Gives events to recipes again, and shows the jobs that it started. */
export function ReplayModal({
  eventIds,
  onClose,
}: {
  readonly eventIds: readonly string[];
  readonly onClose: () => void;
}) {
  const replay = useAction(
    (recipeIds: readonly string[] | undefined) =>
      api<Replayed>("POST", "/events/replay", { eventIds, ...(recipeIds && { recipeIds }) }),
    { quiet: true },
  );
  const [only = ""] = eventIds;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={eventIds.length === 1 ? "Replay the event" : `Replay ${eventIds.length} events`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        {replay.error && <Failure error={replay.error} />}
        {replay.data ? (
          <Outcome replayed={replay.data} onClose={onClose} />
        ) : eventIds.length === 1 ? (
          <OneEvent eventId={only} busy={replay.isPending} onReplay={replay.mutate} onClose={onClose} />
        ) : (
          <>
            <Text size="sm">
              Each event is given to every running recipe that it would start, by the newest version and from
              the first step. What those steps do is done again.
            </Text>
            <Buttons
              busy={replay.isPending}
              label={`Replay ${eventIds.length} events`}
              onClose={onClose}
              onReplay={() => replay.mutate(undefined)}
            />
          </>
        )}
      </Stack>
    </Modal>
  );
}

function OneEvent({
  eventId,
  busy,
  onReplay,
  onClose,
}: {
  readonly eventId: string;
  readonly busy: boolean;
  readonly onReplay: (recipeIds: readonly string[]) => void;
  readonly onClose: () => void;
}) {
  const query = useQuery(takersQuery(eventId));
  const [changed, setChanged] = useState<readonly string[]>();
  return (
    <Loaded query={query}>
      {({ items }) => {
        const chosen = changed ?? items.filter(isUsual).map(({ recipeId }) => recipeId);
        if (items.length === 0)
          return (
            <Empty title="No recipe listens to such events">
              Make a recipe whose trigger is this event, then replay it here.{" "}
              <TextLink to="/recipes/new">New recipe</TextLink>
            </Empty>
          );
        return (
          <Stack>
            <Text size="sm" c="dimmed">
              Each chosen recipe runs once more for this event, by its newest version and from the first step.
              What its steps do is done again.
            </Text>
            <Checkbox.Group label="Recipes" value={[...chosen]} onChange={setChanged}>
              <Stack gap="xs" mt="xs">
                {items.map(({ recipeId, name, state, not }) => (
                  <Checkbox
                    key={recipeId}
                    value={recipeId}
                    label={name}
                    description={[state === "stopped" && "It is stopped.", not && whyNot[not]]
                      .filter(Boolean)
                      .join(" ")}
                  />
                ))}
              </Stack>
            </Checkbox.Group>
            <Buttons
              busy={busy}
              disabled={chosen.length === 0}
              label={chosen.length > 1 ? `Replay to ${chosen.length} recipes` : "Replay"}
              onClose={onClose}
              onReplay={() => onReplay(chosen)}
            />
          </Stack>
        );
      }}
    </Loaded>
  );
}

const isUsual = ({ state, not }: Taker) => state === "running" && not === undefined;

function Buttons({
  busy,
  disabled = false,
  label,
  onReplay,
  onClose,
}: {
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly label: string;
  readonly onReplay: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button loading={busy} disabled={disabled} onClick={onReplay}>
        {label}
      </Button>
    </Group>
  );
}

const mostShown = 10;

function Outcome({
  replayed: { done, refused },
  onClose,
}: {
  readonly replayed: Replayed;
  readonly onClose: () => void;
}) {
  const recipes = useQuery(recipesQuery);
  const nameOf = (id: string) => recipes.data?.items.find((recipe) => recipe.id === id)?.name ?? "recipe";
  const reasons = [...Map.groupBy(refused, ({ message }) => message)];
  return (
    <>
      {done.length > 0 && (
        <Alert
          color="teal"
          variant="light"
          role="status"
          title={done.length === 1 ? "1 job began" : `${done.length} jobs began`}
        >
          <List size="sm">
            {done.slice(0, mostShown).map(({ jobId, recipeId }) => (
              <List.Item key={jobId}>
                <TextLink to="/jobs/$id" params={{ id: jobId }}>
                  Job of {nameOf(recipeId)}
                </TextLink>
              </List.Item>
            ))}
          </List>
          {done.length > mostShown && (
            <TextLink to="/jobs" size="sm">
              All jobs
            </TextLink>
          )}
        </Alert>
      )}
      {reasons.map(([message, same]) => (
        <Alert key={message} color="orange" variant="light" role="status" title={message}>
          {same.length > 1 && (
            <Badge variant="light" color="orange" tt="none">
              {same.length} times
            </Badge>
          )}
        </Alert>
      ))}
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </>
  );
}
