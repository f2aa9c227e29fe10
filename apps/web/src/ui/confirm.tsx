import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import type { ReactNode } from "react";

/** Asks before something is done that cannot be taken back, or that others notice. */
export function confirmFirst({
  title,
  text,
  confirm,
  cancel = "Cancel",
  danger = false,
  onConfirm,
}: {
  readonly title: string;
  readonly text: ReactNode;
  /** The verb on the button. */
  readonly confirm: string;
  readonly cancel?: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
}): void {
  modals.openConfirmModal({
    title,
    children: (
      <Text size="sm" component="div">
        {text}
      </Text>
    ),
    labels: { confirm, cancel },
    confirmProps: danger ? { color: "red" } : {},
    closeButtonProps: { "aria-label": "Close" },
    onConfirm,
  });
}
