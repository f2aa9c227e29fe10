import { Button, Card, Code, Group, List, Modal, Stack, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { api, type Connection } from "../api.ts";
import { connectionQuery, deleting, profilesQuery } from "../queries.ts";
import { ConcurrencyField } from "../connections/concurrency-field.tsx";
import { ConnectionStatusCards } from "../connections/connection-status.tsx";
import { LastCalls } from "../connections/last-calls.tsx";
import { ServiceSteps } from "../connections/zoom-side-steps.tsx";
import { PermissionsCard } from "./permissions-card.tsx";
import { confirmFirst } from "../ui/confirm.tsx";
import { Fact } from "../ui/fact.tsx";
import { TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { useMay } from "../settings/use-may.ts";
import { Failure, Loaded, StateBadge, Success } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";

const route = getRouteApi("/connections/$id");

/** One connection: who it is, what uses it, connect and disconnect. */
export function ConnectionPage() {
  const { id } = route.useParams();
  const { connected, error } = route.useSearch();
  const builder = useMay("builder");
  const query = useQuery(connectionQuery(id));
  return (
    <Loaded query={query}>
      {(connection) => (
        <Page title={connection.name} actions={builder && <Actions connection={connection} />}>
          {error && <Failure error={new Error(error)} />}
          {connected && connection.state === "connected" && (
            <Success>Connected. Recipes can use “{connection.name}” now.</Success>
          )}
          <Stack mt="md">
            <Facts connection={connection} builder={builder} />
            <Recipes connection={connection} />
            <LastCalls id={connection.id} />
            {connection.state === "connected" && builder && <PermissionsCard connection={connection} />}
            {connection.identity && <ConnectionStatusCards id={connection.id} />}
            <AtService connection={connection} />
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}

/** What is to be done at the service, for those connections that a person allows there. */
function AtService({ connection }: { connection: Connection }) {
  const builder = useMay("builder");
  const { data } = useQuery({ ...profilesQuery, enabled: builder });
  const profile = data?.items.find(({ id }) => id === connection.profileId);
  return (
    profile && connection.connector === "zoom" && <ServiceSteps connection={connection} profile={profile} />
  );
}

function Actions({ connection }: { connection: Connection }) {
  const { id, state, identity } = connection;
  const navigate = useNavigate();
  const [asking, { open, close }] = useDisclosure();
  const connect = useAction(
    () => api<{ authorizationUrl?: string }>("POST", `/connections/${id}/authorize`),
    {
      onDone: ({ authorizationUrl }) => {
        // Without an address nobody need be asked: it is connected.
        if (authorizationUrl !== undefined) window.location.assign(authorizationUrl);
      },
    },
  );
  const test = useAction(() => api<Connection>("POST", `/connections/${id}/test`), {});
  const disconnect = useAction(() => api<Connection>("POST", `/connections/${id}/disconnect`), {
    onDone: close,
  });
  const remove = useAction(() => deleting(id, () => api<void>("DELETE", `/connections/${id}`)), {
    onDone: () => void navigate({ to: "/connections" }),
  });
  const running = connection.recipes.filter((recipe) => recipe.state === "running");
  return (
    <>
      <Button
        onClick={() => connect.mutate(undefined)}
        loading={connect.isPending}
        variant={state === "connected" ? "light" : "filled"}
      >
        {state === "connected" ? "Reconnect" : "Connect"}
      </Button>
      {state === "connected" && (
        <Button variant="default" onClick={() => test.mutate(undefined)} loading={test.isPending}>
          Test
        </Button>
      )}
      {identity ? (
        <Button color="red" variant="light" onClick={open}>
          Disconnect
        </Button>
      ) : (
        <Button
          color="red"
          variant="subtle"
          onClick={() =>
            confirmFirst({
              ...{ title: `Delete “${connection.name}”?`, confirm: "Delete", danger: true },
              text:
                connection.recipes.length === 0 ? (
                  "No recipe uses it. Its OAuth app stays."
                ) : (
                  <>
                    These recipes name it, and cannot run until there is another one of that name:
                    <List size="sm">
                      {connection.recipes.map((recipe) => (
                        <List.Item key={recipe.id}>{recipe.name}</List.Item>
                      ))}
                    </List>
                  </>
                ),
              onConfirm: () => remove.mutate(undefined),
            })
          }
          loading={remove.isPending}
        >
          Delete
        </Button>
      )}
      <Modal
        opened={asking}
        onClose={close}
        title={`Disconnect “${connection.name}”?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm">
          {connection.connector === "zoom"
            ? "Its token is revoked at Zoom, which removes the app there."
            : "Nothing uses it until it is connected again."}
        </Text>
        {running.length > 0 && (
          <>
            <Text size="sm" mt="sm">
              These recipes stop:
            </Text>
            <List size="sm">
              {running.map((recipe) => (
                <List.Item key={recipe.id}>{recipe.name}</List.Item>
              ))}
            </List>
          </>
        )}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button color="red" onClick={() => disconnect.mutate(undefined)} loading={disconnect.isPending}>
            Disconnect
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function Facts({ connection, builder }: { connection: Connection; builder: boolean }) {
  const { identity, state, reason, connectedAt, testedAt, scopes, profileName } = connection;
  return (
    <Card withBorder>
      <Table variant="vertical" layout="fixed" className="facts">
        <Table.Tbody>
          <Fact name="State">
            <Group gap="xs">
              <StateBadge state={state} />
              {reason && <Text size="sm">{reason}</Text>}
            </Group>
          </Fact>
          {identity && (
            <>
              <Fact name="Person">
                {identity.displayName}
                {identity.email && identity.email !== identity.displayName && ` (${identity.email})`}
              </Fact>
              <Fact name="Account">
                {[identity.accountName, identity.accountId].filter(Boolean).join(", ")}
              </Fact>
              {identity.roleName && <Fact name="Role">{identity.roleName}</Fact>}
            </>
          )}
          {connectedAt && (
            <Fact name="Connected">
              <Time at={connectedAt} />
            </Fact>
          )}
          {testedAt && (
            <Fact name="Tested">
              <Time at={testedAt} />
            </Fact>
          )}
          <Fact name="OAuth app">{profileName}</Fact>
          <Fact name="Steps at once">
            {builder ? (
              <ConcurrencyField key={connection.concurrency} connection={connection} />
            ) : (
              (connection.concurrency ?? "any number")
            )}
          </Fact>
          {scopes.length > 0 && (
            <Fact name="Scopes">
              <Group gap={4}>
                {scopes.map((scope) => (
                  <Code key={scope}>{scope}</Code>
                ))}
              </Group>
            </Fact>
          )}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

const fewRecipes = 20;

function Recipes({ connection }: { connection: Connection }) {
  const [all, { open }] = useDisclosure();
  // Those that run come first: they are what stops without it.
  const recipes = connection.recipes.toSorted(
    (a, b) => Number(b.state === "running") - Number(a.state === "running"),
  );
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="xs">
        Recipes that use it
      </Title>
      {connection.recipes.length === 0 ? (
        <Text size="sm" c="dimmed">
          None yet. A recipe names it as <Code>connection: {connection.name}</Code>.
        </Text>
      ) : (
        recipes.slice(0, all ? recipes.length : fewRecipes).map((recipe) => (
          <Group key={recipe.id} justify="space-between">
            <TextLink to="/recipes/$id" params={{ id: recipe.id }}>
              {recipe.name}
            </TextLink>
            <StateBadge state={recipe.state} />
          </Group>
        ))
      )}
      {!all && recipes.length > fewRecipes && (
        <Button variant="subtle" size="xs" onClick={open}>
          Show all {recipes.length.toLocaleString()}
        </Button>
      )}
    </Card>
  );
}
