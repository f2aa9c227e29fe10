import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";

/** The data to choose from, where there is no room for it beside the form. */
export function DataDrawer({
  opened,
  onClose,
  children,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="md"
      title="Insert data"
      closeButtonProps={{ "aria-label": "Close" }}
      // The form may be in a drawer itself.
      zIndex={400}
    >
      {children}
    </Drawer>
  );
}
