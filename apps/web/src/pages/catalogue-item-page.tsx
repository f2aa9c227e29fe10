import { Badge, Card, Code, CopyButton, Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { humanise, type JsonSchema, resolved, typeWord } from "../editor/json-schema.ts";
import { actionQuery, triggerQuery } from "../queries.ts";
import { JsonTree } from "../ui/json-tree.tsx";
import { TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Loaded } from "../ui/states.tsx";

const route = getRouteApi("/catalogue/$kind/$connector/$name");

/** One action or trigger: what it does, its fields, what it needs of the service, an example. */
export function CatalogueItemPage() {
  const { kind, connector, name } = route.useParams();
  const use = `${connector}/${name}`;
  return kind === "triggers" ? <TriggerItem use={use} /> : <ActionItem use={use} />;
}

function ActionItem({ use }: { readonly use: string }) {
  const query = useQuery(actionQuery(use));
  return (
    <Page
      title={query.data?.title ?? use}
      actions={<TextLink to="/catalogue">All of the catalogue</TextLink>}
    >
      <Loaded query={query}>
        {({
          summary,
          effect,
          endpoint,
          scopes,
          privilege,
          inputSchema,
          outputSchema,
          example,
          connectorTitle,
        }) => (
          <Stack>
            <Text>{summary}</Text>
            <Group gap="xs">
              <Badge variant="light">{connectorTitle}</Badge>
              <Badge variant="light" color="gray">
                {effect}
              </Badge>
              <Code>{use}</Code>
              <Code>{endpoint}</Code>
            </Group>
            <Needs scopes={scopes} privilege={privilege} />
            <Fields title="Input" schema={inputSchema} />
            <Fields title="Output" schema={outputSchema} />
            <Example text={example} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function TriggerItem({ use }: { readonly use: string }) {
  const query = useQuery(triggerQuery(use));
  return (
    <Page
      title={query.data?.title ?? use}
      actions={<TextLink to="/catalogue">All of the catalogue</TextLink>}
    >
      <Loaded query={query}>
        {({ summary, scopes, configSchema, payloadSchema, sample, example, connectorTitle, event }) => (
          <Stack>
            <Text>{summary}</Text>
            <Group gap="xs">
              <Badge variant="light">{connectorTitle}</Badge>
              <Code>{use}</Code>
              {event && <Code>{event}</Code>}
            </Group>
            <Needs scopes={scopes} privilege={undefined} />
            {configSchema && <Fields title="Settings" schema={configSchema} />}
            <Fields title="What its events carry" schema={payloadSchema} />
            <Card withBorder>
              <JsonTree label="Example of an event" value={sample} />
            </Card>
            <Example text={example} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Needs({
  scopes,
  privilege,
}: {
  readonly scopes: readonly string[];
  readonly privilege: string | undefined;
}) {
  if (scopes.length === 0 && privilege === undefined) return null;
  return (
    <Card withBorder>
      <Title order={2} size="h5" mb="xs">
        What it needs at Zoom
      </Title>
      {scopes.length > 0 && (
        <>
          <Text size="sm">Any one of these scopes, the least first:</Text>
          <Group gap={4} mt={4}>
            {scopes.map((scope) => (
              <Code key={scope}>{scope}</Code>
            ))}
          </Group>
        </>
      )}
      {privilege && (
        <Text size="sm" mt="xs">
          For other people’s things the role needs <strong>{privilege}</strong>.
        </Text>
      )}
    </Card>
  );
}

function Fields({ title, schema }: { readonly title: string; readonly schema: JsonSchema }) {
  const rows = rowsOf(schema, schema, 0, "");
  return (
    <Card withBorder padding={0}>
      <Title order={2} size="h5" p="md" pb="xs">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" pb="md">
          Nothing.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={0} mah={480}>
          <Table verticalSpacing={6} horizontalSpacing="md" className="stacks fields">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Field</Table.Th>
                <Table.Th>Type</Table.Th>
                <Table.Th>What</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ path, name, depth, type, about, required }) => (
                <Table.Tr key={path}>
                  <Table.Td style={{ "--depth": depth }}>
                    <Text size="sm" className="mono" component="span">
                      {name}
                    </Text>
                    {required && (
                      <Text span c="red" size="sm" aria-label="must be filled in">
                        {" "}
                        *
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" c="dimmed">
                      {type}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm">{about}</Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

interface FieldRow {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly type: string;
  readonly about: string;
  readonly required: boolean;
}

const deepest = 2;

function rowsOf(given: JsonSchema, root: JsonSchema, depth: number, above: string): readonly FieldRow[] {
  const schema = resolved(given, root);
  const { properties = {}, required = [] } =
    schema.type === "array" && schema.items ? resolved(schema.items, root) : schema;
  return Object.entries(properties).flatMap(([name, field]) => {
    const known = resolved(field, root);
    const path = `${above}/${name}`;
    const row = {
      ...{ path, name, depth, type: typeWord(field, root), required: required.includes(name) },
      about: known.description ?? (known.enum ? known.enum.map(String).join(", ") : humanise(name)),
    };
    return [row, ...(depth < deepest ? rowsOf(known, root, depth + 1, path) : [])];
  });
}

function Example({ text }: { readonly text: string }) {
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          In a recipe
        </Title>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="subtle" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block>{text}</Code>
    </Card>
  );
}
