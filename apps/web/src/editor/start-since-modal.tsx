import "@mantine/dates/styles.css";
import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type StartPast } from "../api.ts";

/** Asks since when a recipe is started. */
export default function StartSinceModal({
  id,
  name,
  busy,
  onClose,
  onStart,
}: {
  readonly id: string;
  readonly name: string;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onStart: (since: string) => void;
}) {
  const [today] = useState(() => new Date());
  const [since, setSince] = useState<string | null>(null);
  const date = since === null ? undefined : new Date(since).toISOString();
  const past = useQuery({
    queryKey: ["recipes", id, "past", date],
    queryFn: () => api<StartPast>("GET", `/recipes/${id}/past${date ? `?since=${date}` : ""}`),
    placeholderData: (before) => before,
  });
  const note = past.data?.note;
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Start “${name}” since a date`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        <DateTimePicker
          label="Since"
          description="Events that happened since then start jobs too, as far as the inbox kept them or the service can list them."
          placeholder="Choose a day and a time"
          value={since}
          onChange={setSince}
          maxDate={today}
          popoverProps={{ zIndex: 1_000 }}
        />
        {note !== undefined && (
          <Alert color="orange" variant="light" title="Not all of the past can be read">
            {note}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={date === undefined}
            loading={busy}
            onClick={() => date !== undefined && onStart(date)}
          >
            Start
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
