import { Alert, Card, Group, Progress, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ConnectionStatus } from "../api.ts";
import { connectionStatusQuery } from "../queries.ts";
import { Fact } from "../ui/fact.tsx";
import { Ago, Time } from "../ui/time.tsx";

/** A connection's token, as far as it may be shown, and what is left of its account's limits. */
export function ConnectionStatusCards({ id }: { readonly id: string }) {
  const { data } = useQuery(connectionStatusQuery(id));
  return (
    <>
      {data?.token && <TokenCard token={data.token} />}
      {data?.limits && <LimitsCard limits={data.limits} />}
    </>
  );
}

function TokenCard({
  token: { connectedAt, refreshedAt, refreshAt, expiresAt, refreshBegunAt },
}: {
  readonly token: NonNullable<ConnectionStatus["token"]>;
}) {
  return (
    <Card withBorder component="section" aria-label="Token">
      <Title order={2} size="h4" mb="xs">
        Token
      </Title>
      {refreshBegunAt && (
        <Alert color="orange" variant="light" mb="sm" title="A refresh has not been answered yet">
          <Text size="sm">
            It began <Ago at={refreshBegunAt} />. If its answer was lost, the next refresh tells; then choose
            Reconnect.
          </Text>
        </Alert>
      )}
      <Table variant="vertical" layout="fixed" className="facts">
        <Table.Tbody>
          {connectedAt && (
            <Fact name="Allowed">
              <Time at={connectedAt} /> (<Ago at={connectedAt} />)
            </Fact>
          )}
          <Fact name="Newest token">
            <Time at={refreshedAt} /> (<Ago at={refreshedAt} />)
          </Fact>
          <Fact name="Refreshed next">
            <Time at={refreshAt} /> (<Ago at={refreshAt} />
            ), by itself
          </Fact>
          <Fact name="Good until">
            <Time at={expiresAt} /> (<Ago at={expiresAt} />)
          </Fact>
        </Table.Tbody>
      </Table>
    </Card>
  );
}

const manyPercent = 80;

function LimitsCard({
  limits: { basis, items },
}: {
  readonly limits: NonNullable<ConnectionStatus["limits"]>;
}) {
  const number = new Intl.NumberFormat();
  return (
    <Card withBorder component="section" aria-label="Limits">
      <Title order={2} size="h4">
        Limits
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {basis}
      </Text>
      <Stack gap="sm">
        {items.map(({ title, most, used, waiting, until }) => {
          const percent = (used / most) * 100;
          return (
            <div key={title}>
              <Group justify="space-between" gap="xs" mb={4}>
                <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                  {title}
                </Text>
                <Text size="sm" c="dimmed">
                  {until ? (
                    <>
                      {number.format(Math.max(0, most - used))} of {number.format(most)} left, anew{" "}
                      <Ago at={until} />
                    </>
                  ) : (
                    <>
                      {number.format(used)} of {number.format(most)} now
                      {waiting > 0 && `, ${number.format(waiting)} wait`}
                    </>
                  )}
                </Text>
              </Group>
              <Progress
                value={percent}
                color={percent >= 100 ? "red" : percent >= manyPercent ? "orange" : "teal"}
                aria-label={title}
                size="sm"
              />
            </div>
          );
        })}
      </Stack>
    </Card>
  );
}
