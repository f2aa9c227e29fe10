import { Box, Button, CopyButton, Group, ScrollArea, Text } from "@mantine/core";

/** Data to read and copy. */
export function JsonView({ label, value }: { label: string; value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "null";
  return (
    <Box mt="xs">
      <Group justify="space-between" gap="xs">
        <Text size="xs" fw={600} c="dimmed">
          {label}
        </Text>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={copy}
              aria-label={`Copy ${label.toLowerCase()}`}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
      <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0, "aria-label": label, role: "region" }}>
        <pre className="json">{text}</pre>
      </ScrollArea.Autosize>
    </Box>
  );
}
