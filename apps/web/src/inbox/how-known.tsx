import { Badge, Tooltip } from "@mantine/core";

/** How an event came to be known: told and verified, or found by looking. */
export function HowKnown({ reconciled }: { readonly reconciled: boolean }) {
  return (
    <Tooltip
      label={
        reconciled
          ? "No webhook told it. It was found in what the service lists."
          : "Told by the service, with a signature that is right."
      }
    >
      <Badge size="sm" variant="light" color={reconciled ? "violet" : "teal"} tt="none">
        {reconciled ? "reconciled" : "verified"}
      </Badge>
    </Tooltip>
  );
}
