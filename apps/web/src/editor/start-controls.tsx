import { ActionIcon, Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconCalendarTime, IconChevronDown, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { ApiError, api, type Recipe, type WaitingEvents } from "../api.ts";
import { queryClient } from "../queries.ts";
import { useAction } from "../ui/use-action.ts";
import { QueueHoldItem } from "./queue-hold.tsx";

// The calendar is only fetched by those who need it.
const StartSinceModal = lazy(() => import("./start-since-modal.tsx"));

interface Start {
  readonly since?: string | undefined;
  readonly events?: "take" | "leave" | undefined;
}

/** Starts a recipe: from now or since a date; asks what becomes of events that came while it was stopped. Or stops it. */
export function StartControls({
  recipe,
  size = "sm",
  beforeStart,
}: {
  readonly recipe: Pick<Recipe, "id" | "name" | "state" | "pausedAt">;
  readonly size?: "xs" | "sm";
  /** Saves what is not saved yet; false when it cannot be. */
  readonly beforeStart?: () => Promise<boolean>;
}) {
  const { id, name, state } = recipe;
  const [waiting, setWaiting] = useState<WaitingEvents>();
  const [asking, { open, close }] = useDisclosure();
  const start = useAction(
    async (how: Start) => {
      if (beforeStart && !(await beforeStart())) return undefined;
      return await api<Recipe>("POST", `/recipes/${id}/start`, {
        ...(how.since && { since: how.since }),
        ...(how.events && { events: how.events }),
      });
    },
    {
      quiet: true,
      onDone: (done) => {
        if (!done) return;
        setWaiting(undefined);
        close();
        notifications.show({
          color: "teal",
          title: `“${name}” is running.`,
          message: "Its jobs are shown under Jobs as they happen.",
        });
      },
    },
  );
  const askWaiting = async () => setWaiting(await api<WaitingEvents>("GET", `/recipes/${id}/waiting-events`));
  const begin = (how: Start) =>
    start.mutate(how, {
      onError: (error) => {
        if (error instanceof ApiError && error.code === "events-waiting") {
          void askWaiting();
          return;
        }
        notifications.show({
          ...{ color: "red", title: error.message, autoClose: 10_000 },
          message:
            error instanceof ApiError
              ? [error.hint, error.problems[0]?.message].filter(Boolean).join(" ")
              : "",
        });
      },
    });
  const stop = useAction(() => api<Recipe>("POST", `/recipes/${id}/stop`), {
    onDone: () => void queryClient.invalidateQueries({ queryKey: ["recipes"] }),
  });
  if (state === "running")
    return (
      <Button.Group>
        <Button
          size={size}
          variant="default"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          loading={stop.isPending}
          onClick={() => stop.mutate(undefined)}
          aria-label={`Stop ${name}`}
        >
          Stop
        </Button>
        <SplitMenu size={size} variant="default" label={`Queue of ${name}`}>
          <QueueHoldItem recipe={recipe} />
        </SplitMenu>
      </Button.Group>
    );
  return (
    <>
      <Button.Group>
        <Button
          size={size}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          loading={start.isPending}
          onClick={() => begin({})}
          aria-label={`Start ${name}`}
        >
          Start
        </Button>
        <SplitMenu size={size} variant="filled" label={`Options of starting ${name}`}>
          <Menu.Item leftSection={<IconCalendarTime size={14} aria-hidden />} onClick={open}>
            Start since a date …
          </Menu.Item>
          <QueueHoldItem recipe={recipe} />
        </SplitMenu>
      </Button.Group>
      {asking && (
        <Suspense>
          <StartSinceModal
            id={id}
            name={name}
            busy={start.isPending}
            onClose={close}
            onStart={(since) => begin({ since })}
          />
        </Suspense>
      )}
      <Modal
        opened={waiting !== undefined}
        onClose={() => setWaiting(undefined)}
        title="Events came while it was stopped"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm">
          {waiting?.count}
          {waiting?.more && " or more"} {waiting?.count === 1 ? "event" : "events"} would have started this
          recipe. Take them now, or leave them and begin with what happens next?
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" loading={start.isPending} onClick={() => begin({ events: "leave" })}>
            Leave them
          </Button>
          <Button loading={start.isPending} onClick={() => begin({ events: "take" })}>
            Take {waiting?.count === 1 ? "it" : "them"}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

/** What more can be done, beside the button that does the usual. */
function SplitMenu({
  size,
  variant,
  label,
  children,
}: {
  readonly size: "xs" | "sm";
  readonly variant: "default" | "filled";
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          size={size === "xs" ? 30 : 36}
          variant={variant}
          aria-label={label}
          className="split-more"
        >
          <IconChevronDown size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
