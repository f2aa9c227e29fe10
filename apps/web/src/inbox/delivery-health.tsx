import { Badge, Card, DataList, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, type DeliveryHealth } from "../api.ts";
import { Empty, Loaded } from "../ui/states.tsx";
import { Ago } from "../ui/time.tsx";

const everyMs = 10_000;
const badShare = 0.02;

/** How deliveries fare, by app profile and by recipe with an address of its own. */
export function DeliveryHealthCards() {
  const query = useQuery({
    queryKey: ["events", "health"],
    queryFn: () => api<{ items: readonly DeliveryHealth[] }>("GET", "/inbox/health"),
    refetchInterval: everyMs,
  });
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No deliveries yet">
            Enter the event notification endpoint URL of a connection at Zoom, and press Validate there.
          </Empty>
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {items.map(
              ({
                receiverId,
                name,
                socket,
                received,
                duplicates,
                refused,
                lastReceivedAt,
                lastRefusedAt,
              }) => {
                const bad = refused > 0 && refused / (received + refused) > badShare;
                return (
                  <Card withBorder key={receiverId}>
                    <Group justify="space-between" mb="sm">
                      <Title order={2} size="h5">
                        {name}
                      </Title>
                      <Badge color={bad ? "orange" : "teal"} variant="light">
                        {bad ? "many refused" : "healthy"}
                      </Badge>
                    </Group>
                    <DataList labelWidth="140px">
                      {socket && (
                        <Fact label="Socket">{socket.open ? "open" : (socket.error ?? "closed")}</Fact>
                      )}
                      <Fact label="Received">{received.toLocaleString()}</Fact>
                      <Fact label="Told twice">{duplicates.toLocaleString()}</Fact>
                      <Fact label="Refused">{refused.toLocaleString()}</Fact>
                      <Fact label="Last received">
                        {lastReceivedAt ? <Ago at={lastReceivedAt} /> : "never"}
                      </Fact>
                      {lastRefusedAt && (
                        <Fact label="Last refused">
                          <Ago at={lastRefusedAt} />
                        </Fact>
                      )}
                    </DataList>
                    {bad && (
                      <Text size="sm" mt="sm">
                        See under Refused why. The secret token of the app profile must be the one of Zoom’s
                        app.
                      </Text>
                    )}
                  </Card>
                );
              },
            )}
          </SimpleGrid>
        )
      }
    </Loaded>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{label}</DataList.ItemLabel>
      <DataList.ItemValue>{children}</DataList.ItemValue>
    </DataList.Item>
  );
}
