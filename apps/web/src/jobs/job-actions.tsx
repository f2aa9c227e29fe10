import { Button, Group, Menu, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconPlayerStop, IconRepeat } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { parse, stringify } from "yaml";
import { api, type JobStep, type JobWithSteps } from "../api.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

/** How a job is run again. */
export interface Rerun {
  readonly from: "start" | "failed-step";
  readonly version: "same" | "newest";
  readonly input?: unknown;
}

/** What can be done with a job. */
export function JobActions({
  job,
  failed,
}: {
  readonly job: JobWithSteps;
  readonly failed: JobStep | undefined;
}) {
  const navigate = useNavigate();
  const [editing, { open, close }] = useDisclosure();
  const rerun = useAction((how: Rerun) => api<JobWithSteps>("POST", `/jobs/${job.id}/rerun`, how), {
    onDone: ({ id }) => {
      notifications.show({ color: "teal", message: "It runs again, as a job of its own." });
      void navigate({ to: "/jobs/$id", params: { id } });
    },
  });
  const cancel = useAction(() => api<JobWithSteps>("POST", `/jobs/${job.id}/cancel`));
  if (!job.finishedAt)
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={16} aria-hidden />}
        loading={cancel.isPending}
        onClick={() =>
          confirmFirst({
            title: "Cancel the job?",
            text: "The step under way may still be done. What was done stays done. Jobs that it called are cancelled too.",
            ...{
              confirm: "Cancel the job",
              cancel: "Let it run",
              danger: true,
              onConfirm: () => cancel.mutate(undefined),
            },
          })
        }
      >
        Cancel
      </Button>
    );
  return (
    <>
      {failed && (
        <Button
          leftSection={<IconRepeat size={16} aria-hidden />}
          loading={rerun.isPending}
          onClick={() => rerun.mutate({ from: "failed-step", version: "newest" })}
        >
          Rerun from the failed step
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            {failed ? "Other ways" : "Rerun"}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {failed && (
            <>
              <Menu.Label>From the failed step; what was done is kept</Menu.Label>
              <Menu.Item onClick={() => rerun.mutate({ from: "failed-step", version: "newest" })}>
                With the newest version
              </Menu.Item>
              <Menu.Item onClick={() => rerun.mutate({ from: "failed-step", version: "same" })}>
                With version {job.version}
              </Menu.Item>
              <Menu.Item onClick={open}>With its input changed …</Menu.Item>
              <Menu.Divider />
            </>
          )}
          <Menu.Label>From the start; everything is done again</Menu.Label>
          <Menu.Item onClick={() => rerun.mutate({ from: "start", version: "newest" })}>
            With the newest version
          </Menu.Item>
          <Menu.Item onClick={() => rerun.mutate({ from: "start", version: "same" })}>
            With version {job.version}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {editing && failed && (
        <EditedRerun
          step={failed}
          busy={rerun.isPending}
          error={rerun.error}
          onClose={close}
          onRun={(input) => rerun.mutate({ from: "failed-step", version: "same", input })}
        />
      )}
    </>
  );
}

/** Changes the input of the step that failed, before the job goes on from it. */
function EditedRerun({
  step,
  busy,
  error,
  onClose,
  onRun,
}: {
  readonly step: JobStep;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onClose: () => void;
  readonly onRun: (input: unknown) => void;
}) {
  const [text, setText] = useState(() => stringify(step.input));
  const [wrong, setWrong] = useState<string>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Rerun from “${step.title}” with its input changed`}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          The recipe stays as it is: this counts for this one job.
        </Text>
        {error && <Failure error={error} />}
        <Textarea
          label="Input, as YAML"
          autosize
          minRows={6}
          maxRows={20}
          value={text}
          error={wrong}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          classNames={{ input: "mono" }}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={busy}
            onClick={() => {
              try {
                setWrong(undefined);
                onRun(parse(text));
              } catch (reason) {
                setWrong(reason instanceof Error ? reason.message.split("\n")[0] : "It is not YAML.");
              }
            }}
          >
            Rerun
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
