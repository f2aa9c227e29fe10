import { Alert, Badge, Button, Center, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError } from "../api.ts";
import { Page } from "./page.tsx";

/** Draws what a query found; while it loads, its shape; when it fails, why and what to do. */
export function Loaded<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <Stack role="status" aria-busy="true" aria-label="Loading">
      <Skeleton h={48} />
      <Skeleton h={48} />
      <Skeleton h={48} />
    </Stack>
  );
}

/** Says what went wrong and what to do. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const hint = error instanceof ApiError ? error.hint : undefined;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={error.message}
      role="alert"
    >
      {hint && <Text size="sm">{hint}</Text>}
      {retry && (
        <Button mt="sm" size="xs" variant="light" color="red" onClick={retry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/** Says that it worked. */
export function Success({ children }: { children: ReactNode }) {
  return (
    <Alert color="teal" variant="light" icon={<IconCircleCheck aria-hidden />} role="status" mb="md">
      {children}
    </Alert>
  );
}

/** An empty list: what would be here, and how it gets here. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Center mih={180}>
      <Stack align="center" gap="xs" maw={440}>
        <Text fw={600}>{title}</Text>
        <Text c="dimmed" size="sm" ta="center" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  );
}

/** For addresses that lead nowhere. */
export function NotFound() {
  return (
    <Page title="There is no such page">
      <Button component={Link} to="/recipes">
        Go to the recipes
      </Button>
    </Page>
  );
}

const colours: Readonly<Record<string, string>> = {
  ...{
    succeeded: "teal",
    connected: "teal",
    running: "blue",
    queued: "gray",
    ready: "blue",
    stopped: "gray",
    disconnected: "gray",
  },
  ...{ failed: "red", waiting: "orange", "needs-attention": "orange", cancelled: "gray" },
};

/** A state in its colour and its word. */
export function StateBadge({ state }: { state: string }) {
  return (
    <Badge
      color={colours[state] ?? "gray"}
      variant="light"
      style={{ flexShrink: 0, minWidth: "max-content" }}
    >
      {state.replace("-", " ")}
    </Badge>
  );
}
