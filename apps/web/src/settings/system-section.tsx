import { Alert, Badge, Card, DataList, Group, SimpleGrid, Stack, Table, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { systemQuery } from "../queries.ts";
import { Loaded } from "../ui/states.tsx";
import { Ago, Time } from "../ui/time.tsx";

const everyMs = 5_000;

/** What runs: workers, queues, the database, versions. */
export default function SystemSection() {
  const query = useQuery({ ...systemQuery, refetchInterval: everyMs });
  return (
    <Loaded query={query}>
      {({ version, node, startedAt, publicUrl, workers, differences, queue, database, settings }) => (
        <Stack>
          {differences.map(({ name, values }) => (
            <Alert key={name} color="yellow" title={`The processes were started with different ${name}`}>
              {values.map(({ value, processes }) => (
                <div key={value}>
                  {value === "" ? "nothing" : value}: {processes.join(", ")}
                </div>
              ))}
              Set it alike for all, and start them again: which of them runs a job is chance.
            </Alert>
          ))}
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Card withBorder>
              <Title order={2} size="h5" mb="sm">
                Server
              </Title>
              <DataList labelWidth="130px">
                <Fact label="Greenroom">{version}</Fact>
                <Fact label="Node">{node}</Fact>
                <Fact label="Started">
                  <Time at={startedAt} />
                </Fact>
                <Fact label="Address">{publicUrl}</Fact>
                <Fact label="Single sign-on">{settings.singleSignOn ? "on" : "off: set OIDC_ISSUER"}</Fact>
                <Fact label="Mail">{settings.mail ? "on" : "off: set SMTP_URL"}</Fact>
              </DataList>
            </Card>
            <Card withBorder>
              <Title order={2} size="h5" mb="sm">
                Database and queue
              </Title>
              <DataList labelWidth="130px">
                <Fact label="PostgreSQL">
                  {database.version} {database.embedded && "(embedded)"}
                </Fact>
                <Fact label="Size">{bytes(database.bytes)}</Fact>
                {Object.keys(queue).length === 0 && <Fact label="Jobs">none wait or run</Fact>}
                {Object.entries(queue).map(([state, count]) => (
                  <Fact key={state} label={`Jobs ${state}`}>
                    {count.toLocaleString()}
                  </Fact>
                ))}
              </DataList>
            </Card>
          </SimpleGrid>
          <Card withBorder>
            <Title order={2} size="h5" mb="sm">
              Workers
            </Title>
            <Table.ScrollContainer minWidth={0}>
              <Table className="stacks">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Host</Table.Th>
                    <Table.Th>Process</Table.Th>
                    <Table.Th>State</Table.Th>
                    <Table.Th>Jobs under way</Table.Th>
                    <Table.Th>Last heard of</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {workers.map((worker) => (
                    <Table.Tr key={worker.id}>
                      <Table.Td>{worker.host}</Table.Td>
                      <Table.Td data-label="Process">{worker.pid}</Table.Td>
                      <Table.Td>
                        <Badge variant="light" color={worker.alive ? "teal" : "red"}>
                          {worker.alive ? "alive" : "silent"}
                        </Badge>
                      </Table.Td>
                      <Table.Td data-label="Jobs">{worker.runningJobs}</Table.Td>
                      <Table.Td>
                        <Ago at={worker.heartbeatAt} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Card>
          <Card withBorder>
            <Title order={2} size="h5" mb="sm">
              Tables
            </Title>
            <Table>
              <Table.Tbody>
                {database.tables.map(({ name, bytes: size, rows }) => (
                  <Table.Tr key={name}>
                    <Table.Td>{name}</Table.Td>
                    <Table.Td ta="right">{rows.toLocaleString()} rows</Table.Td>
                    <Table.Td ta="right">{bytes(size)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Card>
        </Stack>
      )}
    </Loaded>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{label}</DataList.ItemLabel>
      <DataList.ItemValue>
        <Group gap="xs">{children}</Group>
      </DataList.ItemValue>
    </DataList.Item>
  );
}

function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
