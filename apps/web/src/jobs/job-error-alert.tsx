import { Alert, Group, List, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { JobError } from "../api.ts";

/** What failed, why, and what to do. */
export function JobErrorAlert({
  error,
  children,
}: {
  readonly error: JobError;
  readonly children?: ReactNode;
}) {
  return (
    <Alert color="red" variant="light" title={error.message}>
      {error.fields && (
        <List size="sm">
          {error.fields.map(({ field, message }) => (
            <List.Item key={field}>
              <code>{field}</code>: {message}
            </List.Item>
          ))}
        </List>
      )}
      {error.hint && <Text size="sm">{error.hint}</Text>}
      <Text size="xs" c="dimmed">
        {error.kind}, {error.code}
      </Text>
      {children && (
        <Group gap="xs" mt="xs">
          {children}
        </Group>
      )}
    </Alert>
  );
}
