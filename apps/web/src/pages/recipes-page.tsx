import { Badge, Box, Button, Group, NavLink, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback, useInViewport } from "@mantine/hooks";
import { IconFolder, IconFolders, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { memo, startTransition, useEffect, useState } from "react";
import { api, type Recipe, type RecentJobs } from "../api.ts";
import { StartControls } from "../editor/start-controls.tsx";
import { catalogueQuery, newDraftsQuery, recentJobsQuery, recipeLabelsQuery } from "../queries.ts";
import { useMay } from "../settings/use-may.ts";
import { ButtonLink, TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { RecentJobsPicture } from "../ui/recent-jobs-picture.tsx";
import { TourInvitation } from "../ui/tour-invitation.tsx";
import { Empty, Loaded, StateBadge } from "../ui/states.tsx";
import { Ago } from "../ui/time.tsx";

const route = getRouteApi("/recipes");
const settleMs = 200;

/** All recipes, by folder, tag, state and words. */
export function RecipesPage() {
  const filter = route.useSearch();
  const navigate = useNavigate({ from: "/recipes" });
  const parameters = new URLSearchParams(
    Object.entries(filter).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const query = useQuery({
    queryKey: ["recipes", "list", parameters.toString()],
    queryFn: () => api<{ items: readonly Recipe[] }>("GET", `/recipes?${parameters.toString()}`),
    placeholderData: keepPreviousData,
  });
  const labels = useQuery(recipeLabelsQuery);
  const recent = useQuery(recentJobsQuery);
  const builder = useMay("builder");
  const drafts = useQuery({ ...newDraftsQuery, enabled: builder });
  const catalogue = useQuery(catalogueQuery);
  const show = (change: Partial<typeof filter>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const find = useDebouncedCallback((value: string) => show({ search: value || undefined }), settleMs);
  const titles = new Map(
    (catalogue.data?.items ?? []).flatMap(({ triggers }) =>
      triggers.map(({ id, title }) => [id, title] as const),
    ),
  );
  const jobsOf = new Map((recent.data?.items ?? []).map(({ recipeId, jobs }) => [recipeId, jobs]));
  const folders = (labels.data?.folders ?? []).filter(({ name }) => name !== "");
  const tags = labels.data?.tags ?? [];
  const filtered = parameters.size > 0;
  const isNew = builder && !filtered && recent.data?.items.length === 0;
  return (
    <Page title="Recipes" actions={builder && <ButtonLink to="/recipes/new">New recipe</ButtonLink>}>
      {isNew && <TourInvitation />}
      {(drafts.data?.items ?? []).length > 0 && (
        <Group gap="xs" mb="md">
          <Text size="sm" c="dimmed">
            Not saved yet:
          </Text>
          {drafts.data?.items.map(({ id, source, savedAt }) => (
            <TextLink key={id} to="/recipes/$id" params={{ id }} size="sm">
              {/^name:\s*(.+)$/m.exec(source)?.[1] ?? "a draft"} (<Ago at={savedAt} />)
            </TextLink>
          ))}
        </Group>
      )}
      <Group mb="md" gap="sm" align="flex-end">
        <TextInput
          label="Search"
          placeholder="A name, a trigger, a word"
          leftSection={<IconSearch size={16} aria-hidden />}
          defaultValue={filter.search ?? ""}
          onChange={({ currentTarget }) => find(currentTarget.value)}
          style={{ flex: "1 1 200px" }}
          maw={360}
        />
        <Select
          label="State"
          placeholder="All states"
          clearable
          data={["running", "stopped"]}
          value={filter.state ?? null}
          onChange={(state) => show({ state: state ?? undefined })}
          w={150}
        />
        {tags.length > 0 && (
          <Select
            label="Tag"
            placeholder="All tags"
            clearable
            data={tags.map(({ name }) => name)}
            value={filter.tag ?? null}
            onChange={(tag) => show({ tag: tag ?? undefined })}
            w={160}
          />
        )}
      </Group>
      <div className={folders.length > 0 ? "with-folders" : undefined}>
        {folders.length > 0 && (
          <Box component="nav" aria-label="Folders">
            <NavLink
              label="All folders"
              leftSection={<IconFolders size={16} aria-hidden />}
              active={filter.folder === undefined}
              onClick={() => show({ folder: undefined })}
              component="button"
            />
            {folders.map(({ name, recipes }) => (
              <NavLink
                key={name}
                component="button"
                label={name.split("/").at(-1)}
                pl={12 + (name.split("/").length - 1) * 16}
                leftSection={<IconFolder size={16} aria-hidden />}
                rightSection={
                  <Text size="xs" c="dimmed">
                    {recipes}
                  </Text>
                }
                active={filter.folder === name}
                onClick={() => show({ folder: name })}
              />
            ))}
          </Box>
        )}
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={filtered ? "No recipes match" : "No recipes yet"}>
                {filtered ? (
                  <Button
                    variant="default"
                    size="xs"
                    onClick={() => void navigate({ search: {}, replace: true })}
                  >
                    Clear the filters
                  </Button>
                ) : (
                  <Stack align="center" gap="xs">
                    A recipe says what to do when something happens in Zoom.
                    {builder && <ButtonLink to="/recipes/new">Make the first one</ButtonLink>}
                  </Stack>
                )}
              </Empty>
            ) : (
              <Table.ScrollContainer minWidth={0}>
                <Table verticalSpacing="sm" highlightOnHover className="stacks recipes">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Recipe</Table.Th>
                      <Table.Th>State</Table.Th>
                      <Table.Th>Last jobs</Table.Th>
                      <Table.Th />
                    </Table.Tr>
                  </Table.Thead>
                  <RecipeRows key={parameters.toString()} {...{ items, titles, jobsOf }} />
                </Table>
              </Table.ScrollContainer>
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}

/** So many are drawn, and as many again when the end of them is seen: a thousand at once take seconds. */
const drawnAtOnce = 50;
const noJobs: RecentJobs["jobs"] = [];

function RecipeRows({
  items,
  titles,
  jobsOf,
}: {
  readonly items: readonly Recipe[];
  readonly titles: ReadonlyMap<string, string>;
  readonly jobsOf: ReadonlyMap<string, RecentJobs["jobs"]>;
}) {
  const [drawn, setDrawn] = useState(drawnAtOnce);
  const { ref, inViewport } = useInViewport();
  useEffect(() => {
    if (inViewport) startTransition(() => setDrawn((count) => count + drawnAtOnce));
  }, [inViewport]);
  return (
    <Table.Tbody>
      {items.slice(0, drawn).map((recipe) => (
        <RecipeRow
          key={recipe.id}
          recipe={recipe}
          trigger={titles.get(recipe.trigger)}
          jobs={jobsOf.get(recipe.id) ?? noJobs}
        />
      ))}
      {items.length > drawn && (
        // Another one each time: whether the next one is seen is then asked anew.
        <Table.Tr key={drawn} ref={ref}>
          <Table.Td colSpan={4}>
            <Button variant="subtle" size="xs" onClick={() => setDrawn(drawn + drawnAtOnce)}>
              Show more of the {items.length.toLocaleString()} recipes
            </Button>
          </Table.Td>
        </Table.Tr>
      )}
    </Table.Tbody>
  );
}

const RecipeRow = memo(function RecipeRow({
  recipe,
  trigger,
  jobs,
}: {
  readonly recipe: Recipe;
  readonly trigger: string | undefined;
  readonly jobs: RecentJobs["jobs"];
}) {
  const operator = useMay("operator", recipe.folder);
  const { succeeded, failed, running } = recipe.jobs;
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink to="/recipes/$id" params={{ id: recipe.id }} fw={600}>
          {recipe.name}
        </TextLink>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {recipe.description ?? trigger ?? recipe.trigger}
        </Text>
        <Group gap={4} mt={2}>
          {recipe.folder && (
            <Badge size="xs" variant="light" color="gray" tt="none">
              {recipe.folder}
            </Badge>
          )}
          {recipe.tags.map((tag) => (
            <Badge key={tag} size="xs" variant="outline" color="gray" tt="none">
              {tag}
            </Badge>
          ))}
          {recipe.draft && (
            <Badge size="xs" variant="light" color="blue" tt="none">
              unsaved changes
            </Badge>
          )}
        </Group>
        {recipe.pausedAt && (
          <Text size="sm" c="orange">
            Its queue is held up.
          </Text>
        )}
        {recipe.stoppedReason && recipe.state === "stopped" && (
          <Text size="sm" c="orange">
            {recipe.stoppedReason}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <StateBadge state={recipe.state} />
      </Table.Td>
      <Table.Td>
        <RecentJobsPicture jobs={jobs} />
        <TextLink to="/jobs" search={{ recipeId: recipe.id }} size="xs">
          {succeeded} succeeded, {failed} failed, {running} running
        </TextLink>
      </Table.Td>
      <Table.Td>{operator && <StartControls recipe={recipe} size="xs" />}</Table.Td>
    </Table.Tr>
  );
});
