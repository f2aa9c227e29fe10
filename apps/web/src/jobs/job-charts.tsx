import "@mantine/charts/styles.css";
import { AreaChart, BarChart } from "@mantine/charts";
import { Badge, Card, Group, Stack, Table, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type JobStats } from "../api.ts";
import { TextLink } from "../ui/links.tsx";
import { Empty, Loaded } from "../ui/states.tsx";
import { duration } from "../ui/time.tsx";

const spans: Readonly<
  Record<string, { readonly ms: number; readonly parts: number; readonly format: Intl.DateTimeFormatOptions }>
> = {
  hour: { ms: 3_600_000, parts: 30, format: { hour: "numeric", minute: "2-digit" } },
  day: { ms: 86_400_000, parts: 48, format: { hour: "numeric", minute: "2-digit" } },
  week: { ms: 604_800_000, parts: 56, format: { weekday: "short", hour: "numeric" } },
  month: { ms: 2_592_000_000, parts: 60, format: { month: "short", day: "numeric" } },
};
const everyMs = 15_000;
/** The server has counted the jobs of every ten minutes. */
const countedMs = 600_000;

/** Jobs, errors and durations over time and by recipe. */
export default function JobCharts({
  recipeId,
  span,
}: {
  readonly recipeId: string | undefined;
  readonly span: string;
}) {
  const { ms = 86_400_000, parts = 48, format = {} } = spans[span] ?? {};
  const query = useQuery({
    queryKey: ["job-stats", recipeId, span],
    queryFn: () => {
      // Where the server has what it counted: then it need not look at jobs.
      const each = ms / parts >= countedMs ? countedMs : 1;
      const since = Math.ceil((Date.now() - ms) / each) * each;
      const search = new URLSearchParams({
        since: new Date(since).toISOString(),
        until: new Date(since + ms).toISOString(),
        spans: String(parts),
      });
      if (recipeId) search.set("recipeId", recipeId);
      return api<JobStats>("GET", `/jobs/stats?${search.toString()}`);
    },
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });
  const time = new Intl.DateTimeFormat(undefined, format);
  return (
    <Loaded query={query}>
      {({ spans: over, recipes }) => {
        const total = over.reduce((sum, one) => sum + one.succeeded + one.failed + one.other, 0);
        if (total === 0)
          return <Empty title="No jobs in this time">Choose a longer time, or another recipe.</Empty>;
        const data = over.map(({ from, succeeded, failed, other, medianMs, p95Ms }) => ({
          ...{ time: time.format(new Date(from)), Succeeded: succeeded, Failed: failed, Other: other },
          ...{ Half: medianMs ?? null, "19 of 20": p95Ms ?? null },
        }));
        return (
          <Stack>
            <Card withBorder>
              <Title order={2} size="h5" mb="sm">
                Jobs and errors
              </Title>
              <BarChart
                h={240}
                data={data}
                dataKey="time"
                type="stacked"
                withLegend
                series={[
                  { name: "Succeeded", color: "teal.6" },
                  { name: "Failed", color: "red.6" },
                  { name: "Other", color: "gray.5" },
                ]}
                yAxisProps={{ allowDecimals: false }}
                aria-label="Jobs over time"
              />
            </Card>
            <Card withBorder>
              <Title order={2} size="h5" mb="sm">
                How long they took
              </Title>
              <AreaChart
                h={220}
                data={data}
                dataKey="time"
                withLegend
                connectNulls
                curveType="monotone"
                valueFormatter={duration}
                series={[
                  { name: "19 of 20", color: "indigo.4", label: "19 of 20 took less" },
                  { name: "Half", color: "teal.6", label: "Half took less" },
                ]}
                aria-label="Durations over time"
              />
            </Card>
            <Card withBorder padding={0}>
              <Table.ScrollContainer minWidth={560}>
                <Table verticalSpacing="xs" horizontalSpacing="md">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Recipe</Table.Th>
                      <Table.Th ta="right">Jobs</Table.Th>
                      <Table.Th ta="right">Failed</Table.Th>
                      <Table.Th ta="right">Half took less than</Table.Th>
                      <Table.Th ta="right">19 of 20</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {recipes.map((one) => (
                      <Table.Tr key={one.recipeId}>
                        <Table.Td>
                          <TextLink size="sm" to="/jobs" search={{ recipeId: one.recipeId }}>
                            {one.name}
                          </TextLink>
                        </Table.Td>
                        <Table.Td ta="right">
                          {(one.succeeded + one.failed + one.other).toLocaleString()}
                        </Table.Td>
                        <Table.Td ta="right">
                          {one.failed === 0 ? (
                            <Text size="sm" c="dimmed">
                              none
                            </Text>
                          ) : (
                            <Group gap={6} justify="flex-end">
                              {one.failed.toLocaleString()}
                              <Badge size="xs" color="red" variant="light">
                                {Math.round((one.failed / (one.succeeded + one.failed + one.other)) * 100)} %
                              </Badge>
                            </Group>
                          )}
                        </Table.Td>
                        <Table.Td ta="right">
                          {one.medianMs === undefined ? "" : duration(one.medianMs)}
                        </Table.Td>
                        <Table.Td ta="right">{one.p95Ms === undefined ? "" : duration(one.p95Ms)}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Card>
          </Stack>
        );
      }}
    </Loaded>
  );
}
