import "@mantine/dates/styles.css";
import { Button, Group, Modal, Stack } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { useState } from "react";

/** Asks since when a recipe is started. */
export default function StartSinceModal({
  name,
  busy,
  onClose,
  onStart,
}: {
  readonly name: string;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onStart: (since: string) => void;
}) {
  const [today] = useState(() => new Date());
  const [since, setSince] = useState<string | null>(null);
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
          description="Events that happened since then start jobs too, as far as the inbox kept them or Zoom can list them."
          placeholder="Choose a day and a time"
          value={since}
          onChange={setSince}
          maxDate={today}
          popoverProps={{ zIndex: 1_000 }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={since === null}
            loading={busy}
            onClick={() => since && onStart(new Date(since).toISOString())}
          >
            Start
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
