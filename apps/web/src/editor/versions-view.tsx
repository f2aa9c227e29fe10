import { Badge, Button, Group, Select, Skeleton, Stack, Table, Text } from "@mantine/core";
import { confirmFirst } from "../ui/confirm.tsx";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api, type Recipe } from "../api.ts";
import { versionsQuery } from "../queries.ts";
import { Loaded } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";

const TextDiff = lazy(() => import("./text-diff.tsx"));

/** The versions of a recipe: who saved what, what changed between two, and going back to one. */
export function VersionsView({
  recipe,
  draft,
  readOnly,
  onRestored,
}: {
  readonly recipe: Recipe;
  /** What is written and not saved as a version. */
  readonly draft: string | undefined;
  readonly readOnly: boolean;
  readonly onRestored: (recipe: Recipe) => void;
}) {
  const query = useQuery(versionsQuery(recipe.id));
  const [pair, setPair] = useState<{ readonly from: string; readonly to: string }>();
  const restore = useAction(
    (number: number) => api<Recipe>("POST", `/recipes/${recipe.id}/versions/${number}/restore`),
    {
      onDone: onRestored,
    },
  );
  return (
    <Loaded query={query}>
      {({ items }) => {
        const newest = String(items[0]?.number ?? 1);
        const usual =
          draft === undefined
            ? { from: String(items[1]?.number ?? newest), to: newest }
            : { from: newest, to: "draft" };
        const { from, to } = pair ?? usual;
        const textOf = (name: string) =>
          name === "draft"
            ? (draft ?? "")
            : (items.find(({ number }) => String(number) === name)?.source ?? "");
        const names = [
          ...(draft === undefined ? [] : [{ value: "draft", label: "What is written now" }]),
          ...items.map(({ number }) => ({ value: String(number), label: `Version ${number}` })),
        ];
        return (
          <Stack>
            <Table.ScrollContainer minWidth={0}>
              <Table verticalSpacing="xs" className="stacks">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Version</Table.Th>
                    <Table.Th>Saved</Table.Th>
                    <Table.Th>What changed</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map(({ number, createdAt, author, comment }) => (
                    <Table.Tr key={number}>
                      <Table.Td>
                        <Group gap={6} wrap="nowrap">
                          {number}
                          {number === recipe.version && (
                            <Badge size="xs" variant="light">
                              newest
                            </Badge>
                          )}
                        </Group>
                      </Table.Td>
                      <Table.Td>
                        <Time at={createdAt} />
                        {author && (
                          <Text size="xs" c="dimmed">
                            {author}
                          </Text>
                        )}
                      </Table.Td>
                      <Table.Td>{comment ?? <Text c="dimmed">—</Text>}</Table.Td>
                      <Table.Td>
                        <Group gap="xs" justify="flex-end" wrap="nowrap">
                          <Button
                            size="compact-xs"
                            variant="default"
                            onClick={() =>
                              setPair({ from: String(Math.max(1, number - 1)), to: String(number) })
                            }
                            aria-label={`Changes of version ${number}`}
                          >
                            Changes
                          </Button>
                          {!readOnly && number !== recipe.version && (
                            <Button
                              size="compact-xs"
                              variant="subtle"
                              loading={restore.isPending}
                              aria-label={`Restore version ${number}`}
                              onClick={() =>
                                confirmFirst({
                                  title: `Restore version ${number}?`,
                                  text: `Its text is saved as version ${recipe.version + 1}. Jobs that run stay on theirs.`,
                                  confirm: "Restore",
                                  onConfirm: () => restore.mutate(number),
                                })
                              }
                            >
                              Restore
                            </Button>
                          )}
                        </Group>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            <Group gap="sm" align="flex-end">
              <Select
                label="Compare"
                data={names}
                value={from}
                allowDeselect={false}
                onChange={(next) => setPair({ from: next ?? from, to })}
                w={190}
              />
              <Select
                label="with"
                data={names}
                value={to}
                allowDeselect={false}
                onChange={(next) => setPair({ from, to: next ?? to })}
                w={190}
              />
            </Group>
            {textOf(from) === textOf(to) ? (
              <Text size="sm" c="dimmed">
                The two are the same.
              </Text>
            ) : (
              <Suspense fallback={<Skeleton h={320} />}>
                <TextDiff before={textOf(from)} after={textOf(to)} label="Changes" />
              </Suspense>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}
