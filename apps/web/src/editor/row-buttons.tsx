import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";

/** Takes a row out of a list of fields. */
export function TakeOutButton({
  name,
  mt,
  onClick,
}: {
  readonly name: string;
  readonly mt?: number;
  readonly onClick: () => void;
}) {
  return (
    <ActionIcon variant="subtle" color="gray" mt={mt} aria-label={`Take out ${name}`} onClick={onClick}>
      <IconTrash size={16} aria-hidden />
    </ActionIcon>
  );
}

/** Adds a row to a list of fields. */
export function AddButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconPlus size={14} aria-hidden />}
      style={{ alignSelf: "flex-start" }}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}
