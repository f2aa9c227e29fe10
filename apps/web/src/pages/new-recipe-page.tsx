import {
  Badge,
  Button,
  Card,
  FileButton,
  Group,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type RecipeDraft } from "../api.ts";
import { Page } from "../ui/page.tsx";
import { useMayAnywhere } from "../settings/use-may.ts";
import { Empty, Failure } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import { recipeStarters } from "../editor/recipe-starters.ts";
import { WorkatoImport } from "../editor/workato-import.tsx";

const empty = 'name: New recipe\ntrigger:\n  use: ""\nsteps: []\n';

/** Begins a recipe: empty, from an example, or from YAML. */
export function NewRecipePage() {
  const navigate = useNavigate();
  const [pasted, setPasted] = useState("");
  const begin = useAction(
    ({ source }: { source: string; step?: string }) => api<RecipeDraft>("POST", "/drafts", { source }),
    { quiet: true },
  );
  const start = (source: string, step?: string) =>
    begin.mutate(
      { source },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: "/recipes/$id", params: { id }, search: step === undefined ? {} : { step } }),
      },
    );
  if (!useMayAnywhere("builder"))
    return (
      <Page title="New recipe">
        <Empty title="Recipes are made by builders">Ask an admin for the role builder.</Empty>
      </Page>
    );
  return (
    <Page title="New recipe">
      <Stack gap="lg">
        {begin.error && <Failure error={begin.error} />}
        <Card withBorder padding="lg">
          <Group justify="space-between">
            <div>
              <Title order={2} size="h4">
                Start empty
              </Title>
              <Text size="sm" c="dimmed">
                Choose what starts it, then add steps.
              </Text>
            </div>
            <Button loading={begin.isPending} onClick={() => start(empty, "trigger")}>
              Start empty
            </Button>
          </Group>
        </Card>
        <div>
          <Title order={2} size="h4" mb="xs">
            Start from an example
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {recipeStarters.map(({ title, summary, uses, source }) => (
              <Card withBorder padding="md" key={title}>
                <Stack gap="xs" h="100%">
                  <Text fw={600}>{title}</Text>
                  <Text size="sm" c="dimmed" style={{ flex: 1 }}>
                    {summary}
                  </Text>
                  <Group gap={4}>
                    {uses.map((use) => (
                      <Badge key={use} size="xs" variant="light" color="gray" tt="none">
                        {use}
                      </Badge>
                    ))}
                  </Group>
                  <Button
                    variant="light"
                    size="xs"
                    loading={begin.isPending}
                    onClick={() => start(source)}
                    aria-label={`Use it: ${title}`}
                  >
                    Use it
                  </Button>
                </Stack>
              </Card>
            ))}
          </SimpleGrid>
        </div>
        <Card withBorder padding="lg">
          <Title order={2} size="h4" mb="xs">
            Start from YAML
          </Title>
          <Textarea
            label="Recipe in YAML or JSON"
            autosize
            minRows={4}
            maxRows={16}
            value={pasted}
            onChange={({ currentTarget }) => setPasted(currentTarget.value)}
            classNames={{ input: "mono" }}
          />
          <Group mt="sm" gap="xs">
            <Button
              variant="default"
              disabled={pasted.trim() === ""}
              loading={begin.isPending}
              onClick={() => start(pasted)}
            >
              Open it
            </Button>
            <FileButton
              accept=".yaml,.yml,.json"
              onChange={(file) => file && void file.text().then((text) => setPasted(text))}
            >
              {(props) => (
                <Button {...props} variant="subtle">
                  Choose a file
                </Button>
              )}
            </FileButton>
          </Group>
        </Card>
        <WorkatoImport busy={begin.isPending} onUse={start} />
      </Stack>
    </Page>
  );
}
