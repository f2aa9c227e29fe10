import { Card, Group, SimpleGrid, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { Connection } from "../api.ts";
import { AppsView } from "../connections/apps-view.tsx";
import { connectionsQuery } from "../queries.ts";
import { useMay } from "../settings/use-may.ts";
import { ButtonLink, TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Failure, Loaded, StateBadge } from "../ui/states.tsx";

const route = getRouteApi("/connections");

/** All connections, and the OAuth apps that they authorise through. */
export function ConnectionsPage() {
  const query = useQuery(connectionsQuery);
  const { error, view = "connections" } = route.useSearch();
  const navigate = useNavigate({ from: "/connections" });
  const builder = useMay("builder");
  return (
    <Page
      title="Connections"
      actions={builder && <ButtonLink to="/connections/new">New connection</ButtonLink>}
    >
      {error && <Failure error={new Error(error)} />}
      <Tabs
        value={view}
        onChange={(next) =>
          void navigate({ search: { view: next === "apps" ? "apps" : undefined }, replace: true })
        }
        keepMounted={false}
      >
        {builder && (
          <Tabs.List mb="md">
            <Tabs.Tab value="connections">Connections</Tabs.Tab>
            <Tabs.Tab value="apps">OAuth apps</Tabs.Tab>
          </Tabs.List>
        )}
        <Tabs.Panel value="connections">
          <Loaded query={query}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title="No connections yet">
                  A connection is a Zoom account that recipes may use. Create one, then choose Connect.
                </Empty>
              ) : (
                <SimpleGrid
                  component="ul"
                  cols={{ base: 1, md: 2 }}
                  p={0}
                  m={0}
                  style={{ listStyle: "none" }}
                >
                  {items.map((connection) => (
                    <ConnectionCard key={connection.id} connection={connection} />
                  ))}
                </SimpleGrid>
              )
            }
          </Loaded>
        </Tabs.Panel>
        <Tabs.Panel value="apps">
          <AppsView />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function ConnectionCard({ connection }: { readonly connection: Connection }) {
  const { id, name, identity, reason, state, recipes, connector } = connection;
  const running = recipes.filter((recipe) => recipe.state === "running").length;
  return (
    <Card component="li" withBorder padding="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <TextLink to="/connections/$id" params={{ id }} fw={600}>
            {name}
          </TextLink>
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {identity
              ? [
                  identity.email && identity.email !== identity.displayName
                    ? `${identity.displayName} (${identity.email})`
                    : identity.displayName,
                  identity.accountName ?? identity.accountId,
                ]
                  .filter(Boolean)
                  .join(", ")
              : (reason ?? "Not connected yet.")}
          </Text>
          {reason && identity && (
            <Text size="sm" c="orange">
              {reason}
            </Text>
          )}
          <Text size="sm" c="dimmed">
            {connector} · {recipesOf(recipes.length, running)}
          </Text>
        </div>
        <StateBadge state={state} />
      </Group>
    </Card>
  );
}

function recipesOf(count: number, running: number): string {
  if (count === 0) return "used by no recipe";
  return `used by ${count} ${count === 1 ? "recipe" : "recipes"}, ${running} running`;
}
