import { Button, Group } from "@mantine/core";

/** What ends a form in a dialog: to leave it, or to send it. */
export function FormButtons({
  send = "Save",
  busy,
  onCancel,
}: {
  /** The verb on the button that sends. */
  readonly send?: string;
  readonly busy: boolean;
  readonly onCancel: () => void;
}) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={busy}>
        {send}
      </Button>
    </Group>
  );
}
