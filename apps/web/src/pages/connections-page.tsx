import { Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { connectionsQuery } from "../queries.ts";
import { ButtonLink, TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Failure, Loaded, StateBadge } from "../ui/states.tsx";

const route = getRouteApi("/connections");

/** All connections. */
export function ConnectionsPage() {
  const query = useQuery(connectionsQuery);
  const { error } = route.useSearch();
  return (
    <Page title="Connections" actions={<ButtonLink to="/connections/new">New connection</ButtonLink>}>
      {error && <Failure error={new Error(error)} />}
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No connections yet">
              A connection is a Zoom account that recipes may use. Create one, then choose Connect.
            </Empty>
          ) : (
            <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
              {items.map((connection) => (
                <Card component="li" withBorder key={connection.id} padding="md">
                  <Group justify="space-between" wrap="nowrap" align="flex-start">
                    <div>
                      <TextLink to="/connections/$id" params={{ id: connection.id }} fw={600}>
                        {connection.name}
                      </TextLink>
                      <Text size="sm" c="dimmed">
                        {connection.identity
                          ? `${connection.identity.displayName} (${connection.identity.email}), account ${connection.identity.accountName ?? connection.identity.accountId}`
                          : (connection.reason ?? "Not connected yet.")}
                      </Text>
                      <Text size="sm" c="dimmed">
                        {recipesOf(connection.recipes.length)}
                      </Text>
                    </div>
                    <StateBadge state={connection.state} />
                  </Group>
                </Card>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function recipesOf(count: number): string {
  return count === 0 ? "Used by no recipe" : `Used by ${count} ${count === 1 ? "recipe" : "recipes"}`;
}
