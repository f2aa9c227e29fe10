import { Badge, Button, Card, Code, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Approval } from "../api.ts";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { Ago } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";

const lists = [
  { value: "pending", label: "Waiting" },
  { value: "", label: "All" },
];
const colours: Readonly<Record<Approval["state"], string>> = {
  ...{ pending: "yellow", running: "blue", done: "teal", failed: "red", declined: "gray" },
};

const effectColours: Readonly<Record<NonNullable<Approval["effect"]>, string>> = {
  ...{ create: "teal", update: "orange", delete: "red" },
};

/** What assistants want to change, and people decide about. */
export default function ApprovalsSection() {
  const [state, setState] = useState("pending");
  const query = useQuery({
    queryKey: ["approvals", state],
    queryFn: () =>
      api<{ items: readonly Approval[] }>("GET", `/approvals?limit=100${state && `&state=${state}`}`),
    refetchInterval: 10_000,
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          What API keys that need it want to create, update or delete. Nothing is done before a person allows
          it.
        </Text>
        <SegmentedControl data={lists} value={state} onChange={setState} aria-label="Which" />
      </Group>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={state ? "Nothing waits for you" : "Nothing was asked for yet"} />
          ) : (
            items.map((approval) => <ApprovalCard key={approval.id} approval={approval} />)
          )
        }
      </Loaded>
    </Stack>
  );
}

function ApprovalCard({ approval }: { approval: Approval }) {
  const { id, keyName, use, effect, connection, input, state, output, error, decidedBy, createdAt } =
    approval;
  const decide = useAction((decision: "approve" | "decline") => api("POST", `/approvals/${id}/${decision}`));
  return (
    <Card withBorder component="article" aria-label={`${use} by ${keyName}`}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={600}>
            <Code>{use}</Code>
            {connection !== undefined && ` through ${connection}`}
          </Text>
          <Group gap="xs">
            {effect !== undefined && (
              <Badge color={effectColours[effect]} variant="outline">
                {effect}
              </Badge>
            )}
            <Badge color={colours[state]} variant="light">
              {state}
            </Badge>
          </Group>
        </Group>
        <Text size="sm" c="dimmed">
          Asked by the key “{keyName}” <Ago at={createdAt} />
          {decidedBy !== undefined && `; decided by ${decidedBy}`}
        </Text>
        <Code block tabIndex={0} aria-label="Input">
          {JSON.stringify(input, undefined, 2)}
        </Code>
        {error && <Failure error={new Error([error.message, error.hint].filter(Boolean).join(" "))} />}
        {output !== undefined && (
          <details>
            <summary>What it gave</summary>
            <Code block tabIndex={0} aria-label="Output">
              {JSON.stringify(output, undefined, 2)}
            </Code>
          </details>
        )}
        {state === "pending" && (
          <Group gap="xs">
            <Button size="xs" loading={decide.isPending} onClick={() => decide.mutate("approve")}>
              Allow and do it
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={decide.isPending}
              onClick={() => decide.mutate("decline")}
            >
              Decline
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
