import { Accordion, Button, Card, Code, Group, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { api, type Recipe } from "../api.ts";
import { recipeQuery, versionsQuery } from "../queries.ts";
import { ButtonLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Failure, Loaded, StateBadge } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { useAction } from "../ui/use-action.ts";
import { StartStop } from "./recipes-page.tsx";

const RecipeEditor = lazy(() => import("../ui/recipe-editor.tsx"));
const route = getRouteApi("/recipes/$id");

/** One recipe: its steps, its text, its versions. */
export function RecipePage() {
  const { id } = route.useParams();
  const query = useQuery(recipeQuery(id));
  return (
    <Loaded query={query}>
      {(recipe) => (
        <Page
          title={recipe.name}
          actions={
            <>
              <StateBadge state={recipe.state} />
              <ButtonLink to="/jobs" search={{ recipeId: id }} variant="default" size="xs">
                Jobs
              </ButtonLink>
              <StartStop recipe={recipe} />
              {recipe.state === "stopped" && <Delete recipe={recipe} />}
            </>
          }
        >
          {recipe.description && <Text mb="sm">{recipe.description}</Text>}
          {recipe.stoppedReason && (
            <Text mb="sm" c="orange">
              {recipe.stoppedReason}
            </Text>
          )}
          <Tabs defaultValue="steps">
            <Tabs.List>
              <Tabs.Tab value="steps">Steps</Tabs.Tab>
              <Tabs.Tab value="yaml">YAML</Tabs.Tab>
              <Tabs.Tab value="versions">Versions</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="steps" pt="md">
              <Card withBorder mb="xs" padding="sm">
                <Text size="sm">
                  <strong>When</strong> <Code>{recipe.trigger}</Code> happens
                  {recipe.connections.length > 0 && <> at {recipe.connections.join(", ")}</>}
                </Text>
              </Card>
              <Outline steps={recipe.outline as readonly OutlineStep[]} />
            </Tabs.Panel>
            <Tabs.Panel value="yaml" pt="md">
              <Editor key={recipe.version} recipe={recipe} />
            </Tabs.Panel>
            <Tabs.Panel value="versions" pt="md">
              <Versions id={id} />
            </Tabs.Panel>
          </Tabs>
        </Page>
      )}
    </Loaded>
  );
}

interface OutlineStep {
  readonly id?: string;
  readonly title: string;
  readonly use?: string;
  readonly branches: readonly { readonly name: string; readonly steps: readonly OutlineStep[] }[];
}

function Outline({ steps }: { steps: readonly OutlineStep[] }) {
  return (
    <Stack gap="xs" component="ol" p={0} m={0} style={{ listStyle: "none" }}>
      {steps.map((step, index) => (
        // The steps of one version never change places.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={`${index}${step.title}`}>
          <Card withBorder padding="sm">
            <Group gap="xs">
              <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
                {step.title}
              </Text>
              {step.use && <Code>{step.use}</Code>}
              {step.id && (
                <Text size="xs" c="dimmed">
                  as {step.id}
                </Text>
              )}
            </Group>
            {step.branches.map((branch) => (
              <Stack
                key={branch.name}
                gap={4}
                mt="xs"
                pl="md"
                style={{ borderLeft: "2px solid var(--mantine-color-default-border)" }}
              >
                <Text size="xs" c="dimmed">
                  {branch.name}
                </Text>
                <Outline steps={branch.steps} />
              </Stack>
            ))}
          </Card>
        </li>
      ))}
    </Stack>
  );
}

function Editor({ recipe }: { recipe: Recipe }) {
  const [source, setSource] = useState(recipe.source);
  const save = useAction(() => api<Recipe>("PUT", `/recipes/${recipe.id}`, { source }), { quiet: true });
  const changed = source !== recipe.source;
  return (
    <Stack>
      {save.error && <Failure error={save.error} />}
      <Suspense fallback={<Skeleton h={320} />}>
        <RecipeEditor value={source} onChange={setSource} />
      </Suspense>
      <Group>
        <Button onClick={() => save.mutate(undefined)} loading={save.isPending} disabled={!changed}>
          Save as version {recipe.version + 1}
        </Button>
        {changed && (
          <Button variant="default" onClick={() => setSource(recipe.source)}>
            Undo all changes
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Versions({ id }: { id: string }) {
  const query = useQuery(versionsQuery(id));
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Accordion variant="separated">
          {items.map((version) => (
            <Accordion.Item key={version.number} value={String(version.number)}>
              <Accordion.Control>
                Version {version.number}, <Time at={version.createdAt} />
              </Accordion.Control>
              <Accordion.Panel>
                <pre className="json">{version.source}</pre>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </Loaded>
  );
}

function Delete({ recipe }: { recipe: Recipe }) {
  const navigate = useNavigate();
  const remove = useAction(() => api<void>("DELETE", `/recipes/${recipe.id}`), {
    onDone: () => void navigate({ to: "/recipes" }),
  });
  return (
    <Button
      size="xs"
      color="red"
      variant="subtle"
      loading={remove.isPending}
      onClick={() =>
        window.confirm(`Delete “${recipe.name}” and its versions? Its jobs stay in the history.`) &&
        remove.mutate(undefined)
      }
    >
      Delete
    </Button>
  );
}
