import { Button, Code, CopyButton, Group, Text } from "@mantine/core";

/** Something to copy elsewhere. */
export function CopyLine({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <Group justify="space-between" gap="xs">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        <Code style={{ overflowWrap: "anywhere" }}>{value}</Code>
      </div>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="light" onClick={copy} aria-label={`Copy ${label}`}>
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
