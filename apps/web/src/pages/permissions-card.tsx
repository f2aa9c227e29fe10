import {
  Alert,
  Anchor,
  Button,
  Card,
  Code,
  Group,
  List,
  SegmentedControl,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Connection, type PermissionReport, type PermissionsSetUp } from "../api.ts";
import { Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

type Whole = "recipes" | "everything";
type Finding = PermissionReport["missing"][number];

/** What the connection may do at its service, against what recipes use it for. It asks the service: so only when told to. */
export function PermissionsCard({ connection: { id, name } }: { connection: Connection }) {
  const [whole, setWhole] = useState<Whole>("recipes");
  const check = useMutation({
    mutationFn: () => api<PermissionReport>("GET", `/connections/${id}/doctor?for=${whole}`),
  });
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Permissions
        </Title>
        <Group gap="xs">
          <SegmentedControl
            aria-label="What to look at"
            size="xs"
            value={whole}
            onChange={(value) => {
              setWhole(value === "everything" ? "everything" : "recipes");
              check.reset();
            }}
            data={[
              { value: "recipes", label: "For its recipes" },
              { value: "everything", label: "For everything" },
            ]}
          />
          <Button size="xs" variant="default" onClick={() => check.mutate()} loading={check.isPending}>
            Check permissions
          </Button>
        </Group>
      </Group>
      {check.error && <Failure error={check.error} />}
      {check.data ? (
        <Report id={id} name={name} whole={whole} report={check.data} onSetUp={() => check.mutate()} />
      ) : (
        <Text size="sm" c="dimmed">
          Compares what the app and the role may do with what is needed, and says what will be refused.
        </Text>
      )}
    </Card>
  );
}

function Report({
  id,
  name,
  whole,
  report: { missing, excess, unknown, leastScopes, leastPrivileges, setUp },
  onSetUp,
}: {
  id: string;
  name: string;
  whole: Whole;
  report: PermissionReport;
  onSetUp: () => void;
}) {
  return (
    <Stack gap="sm">
      {missing.length === 0 && unknown.length === 0 && <Text size="sm">Nothing is missing.</Text>}
      {unknown.map((why) => (
        <Alert key={why} color="yellow">
          {why}
        </Alert>
      ))}
      {missing.map((finding) => (
        <Alert key={finding.title} color="red" title={`Missing ${finding.kind}: ${finding.title}`}>
          <FindingText finding={finding} />
        </Alert>
      ))}
      {missing.some(({ kind }) => kind === "privilege") && (
        <SetUp id={id} name={name} whole={whole} setUp={setUp} onDone={onSetUp} />
      )}
      {leastPrivileges.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            The least role
          </Text>
          <Text size="sm">{leastPrivileges.map(({ title }) => title).join(", ")}</Text>
        </div>
      )}
      <div>
        <Text size="sm" fw={600}>
          The least scopes
        </Text>
        <Codes names={leastScopes.granular} />
        <Text size="sm" c="dimmed">
          in an app with classic scopes
        </Text>
        <Codes names={leastScopes.classic} />
      </div>
      {excess.length > 0 && (
        <details>
          <summary>{excess.length} granted that nothing here needs</summary>
          <List size="sm">
            {excess.map(({ kind, title }) => (
              <List.Item key={`${kind} ${title}`}>
                {kind} <Code>{title}</Code>
              </List.Item>
            ))}
          </List>
        </details>
      )}
    </Stack>
  );
}

function FindingText({ finding: { blocks, mend } }: { finding: Finding }) {
  return (
    <Stack gap={4}>
      {blocks.map(({ operation, title, usedBy }) => (
        <Text size="sm" key={operation}>
          {title} (<Code>{operation}</Code>) will be refused, in {usedBy.join(", ")}.
        </Text>
      ))}
      <Text size="sm">
        To mend it: {mend.clicks.join(" → ")}.{" "}
        {mend.url !== undefined && (
          <Anchor href={mend.url} target="_blank" rel="noreferrer">
            Open the page
          </Anchor>
        )}
      </Text>
    </Stack>
  );
}

function SetUp({
  id,
  name,
  whole,
  setUp,
  onDone,
}: {
  id: string;
  name: string;
  whole: Whole;
  setUp: PermissionReport["setUp"];
  onDone: () => void;
}) {
  const roleName = `Greenroom ${name}`;
  const run = useAction(
    () => api<PermissionsSetUp>("POST", `/connections/${id}/doctor/set-up`, { for: whole, roleName }),
    {
      onDone({ email }) {
        notifications.show({
          title: "The role is set up.",
          message: `${email} has the role “${roleName}” now.`,
        });
        onDone();
      },
    },
  );
  if (!setUp.possible) return <Text size="sm">It cannot be set up from here: {setUp.reason}</Text>;
  return (
    <Group gap="xs">
      <Button size="xs" onClick={() => run.mutate(undefined)} loading={run.isPending}>
        Set up the role
      </Button>
      <Text size="sm">
        Makes the role “{roleName}” with the least privileges and gives it to the connected user in place of
        its own.
      </Text>
    </Group>
  );
}

function Codes({ names }: { names: readonly string[] }) {
  return (
    <Group gap={4}>
      {names.map((one) => (
        <Code key={one}>{one}</Code>
      ))}
    </Group>
  );
}
