import {
  Anchor,
  Badge,
  Card,
  Code,
  Group,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { CatalogueConnector } from "../api.ts";
import { catalogueQuery, operationsQuery } from "../queries.ts";
import { TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Loaded } from "../ui/states.tsx";

const route = getRouteApi("/catalogue");
const settleMs = 200;

/** What recipes can use: connectors with their triggers and actions; and all operations of Zoom’s API. */
export function CataloguePage() {
  const { search = "", view = "connectors" } = route.useSearch();
  const navigate = useNavigate({ from: "/catalogue" });
  const show = (change: { search?: string | undefined; view?: "operations" | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const find = useDebouncedCallback((value: string) => show({ search: value || undefined }), settleMs);
  const query = useQuery(catalogueQuery);
  return (
    <Page title="Catalogue">
      <Group mb="lg" align="flex-end">
        <TextInput
          label="Search"
          placeholder={view === "operations" ? "Such as recordings delete" : "Such as registrant"}
          leftSection={<IconSearch size={16} aria-hidden />}
          defaultValue={search}
          onChange={({ currentTarget }) => find(currentTarget.value)}
          style={{ flex: "1 1 260px" }}
          maw={480}
        />
        <SegmentedControl
          aria-label="What to search"
          value={view}
          onChange={(next) => show({ view: next === "operations" ? "operations" : undefined })}
          data={[
            { value: "connectors", label: "Triggers and actions" },
            { value: "operations", label: "All operations" },
          ]}
        />
      </Group>
      {view === "operations" ? (
        <Operations search={search} />
      ) : (
        <Loaded query={query}>{({ items }) => <Connectors items={items} search={search} />}</Loaded>
      )}
    </Page>
  );
}

function Connectors({
  items,
  search,
}: {
  readonly items: readonly CatalogueConnector[];
  readonly search: string;
}) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (texts: readonly string[]) => {
    const text = texts.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const found = items
    .map((connector) => ({
      connector,
      triggers: connector.triggers.filter(({ title, summary, group, id }) =>
        matches([title, summary, group, id]),
      ),
      actions: connector.actions.filter(({ title, summary, group, id }) =>
        matches([title, summary, group, id]),
      ),
    }))
    .filter(({ triggers, actions }) => triggers.length + actions.length > 0);
  if (found.length === 0)
    return (
      <Empty title={`Nothing matches “${search}”`}>
        Look among all of Zoom’s operations: the custom action calls any of them.
      </Empty>
    );
  return (
    <Stack gap="xl">
      {found.map(({ connector, triggers, actions }) => (
        <section key={connector.id} aria-label={connector.title}>
          <Group gap="xs" mb={4}>
            <Title order={2} size="h3">
              {connector.title}
            </Title>
            <Text size="sm" c="dimmed">
              {[counted(triggers.length, "trigger"), counted(actions.length, "action")]
                .filter(Boolean)
                .join(", ")}
            </Text>
          </Group>
          <Text size="sm" c="dimmed" mb="sm">
            {connector.summary}
          </Text>
          {triggers.length > 0 && (
            <List title="Triggers" items={triggers.map((one) => ({ ...one, kind: "triggers" as const }))} />
          )}
          {actions.length > 0 && (
            <List title="Actions" items={actions.map((one) => ({ ...one, kind: "actions" as const }))} />
          )}
        </section>
      ))}
    </Stack>
  );
}

function List({
  title,
  items,
}: {
  readonly title: string;
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    readonly group: string;
    readonly effect?: string;
    readonly kind: "actions" | "triggers";
  }[];
}) {
  const groups = [...Map.groupBy(items, ({ group }) => group)];
  return (
    <Stack gap="sm" mb="md">
      {groups.map(([group, list]) => (
        <div key={group}>
          <Title order={3} size="h6" c="dimmed" mb={6}>
            {title} · {group}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="xs" className="catalogue-list">
            {list.map(({ id, title: name, summary, effect, kind }) => (
              <Card key={id} withBorder padding="sm">
                <Group justify="space-between" wrap="nowrap" gap="xs">
                  <TextLink
                    to="/catalogue/$kind/$connector/$name"
                    params={{ kind, connector: id.split("/")[0] ?? "", name: id.split("/")[1] ?? "" }}
                    fw={600}
                    size="sm"
                  >
                    {name}
                  </TextLink>
                  {effect && (
                    <Badge size="xs" variant="light" color="gray" style={{ flexShrink: 0 }}>
                      {effect}
                    </Badge>
                  )}
                </Group>
                <Text size="xs" c="dimmed" lineClamp={2}>
                  {summary}
                </Text>
              </Card>
            ))}
          </SimpleGrid>
        </div>
      ))}
    </Stack>
  );
}

function Operations({ search }: { readonly search: string }) {
  const query = useQuery(operationsQuery(search));
  return (
    <Loaded query={query}>
      {({ items, total }) =>
        items.length === 0 ? (
          <Empty title={`No operation matches “${search}”`}>Try fewer words, such as the noun alone.</Empty>
        ) : (
          <Stack>
            <Text size="sm" c="dimmed" role="status">
              {total.toLocaleString()} operations
              {total > items.length && `; the first ${items.length} are shown`}. What has no action of its own
              is called by the <Anchor href="/catalogue/actions/zoom/custom-action">custom action</Anchor>.
            </Text>
            <Table.ScrollContainer minWidth={640}>
              <Table verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Operation</Table.Th>
                    <Table.Th>Action</Table.Th>
                    <Table.Th>Rate label</Table.Th>
                    <Table.Th>Least scope</Table.Th>
                    <Table.Th>Privilege</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map(({ name, product, rateLabel, scopes, privilege, action }) => (
                    <Table.Tr key={name}>
                      <Table.Td>
                        <Code style={{ overflowWrap: "anywhere" }}>{name}</Code>
                        <Text size="xs" c="dimmed">
                          {product}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        {action ? (
                          <TextLink
                            to="/catalogue/$kind/$connector/$name"
                            params={{
                              kind: "actions",
                              connector: action.split("/")[0] ?? "",
                              name: action.split("/")[1] ?? "",
                            }}
                            size="sm"
                          >
                            {action.split("/")[1]}
                          </TextLink>
                        ) : (
                          <Text size="sm" c="dimmed">
                            custom action
                          </Text>
                        )}
                      </Table.Td>
                      <Table.Td>{rateLabel ?? ""}</Table.Td>
                      <Table.Td>
                        <Text size="xs" className="mono">
                          {scopes[0] ?? ""}
                        </Text>
                      </Table.Td>
                      <Table.Td>{privilege ?? ""}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Stack>
        )
      }
    </Loaded>
  );
}

/** `3 triggers`; nothing of none. */
const counted = (count: number, noun: string) =>
  count === 0 ? "" : `${count} ${noun}${count === 1 ? "" : "s"}`;
