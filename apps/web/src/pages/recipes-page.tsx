import { Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Recipe } from "../api.ts";
import { recipesQuery } from "../queries.ts";
import { ButtonLink, TextLink } from "../ui/links.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Loaded, StateBadge } from "../ui/states.tsx";
import { StartControls } from "../editor/start-controls.tsx";

/** All recipes. */
export function RecipesPage() {
  const query = useQuery(recipesQuery);
  return (
    <Page title="Recipes" actions={<ButtonLink to="/recipes/new">New recipe</ButtonLink>}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No recipes yet">A recipe says what to do when something happens in Zoom.</Empty>
          ) : (
            <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
              {items.map((recipe) => (
                <RecipeCard key={recipe.id} recipe={recipe} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function RecipeCard({ recipe }: { recipe: Recipe }) {
  const { succeeded, failed, running } = recipe.jobs;
  return (
    <Card component="li" withBorder padding="md">
      <Group justify="space-between" align="flex-start">
        <div style={{ flex: "1 1 240px" }}>
          <Group gap="xs">
            <TextLink to="/recipes/$id" params={{ id: recipe.id }} fw={600}>
              {recipe.name}
            </TextLink>
            <StateBadge state={recipe.state} />
          </Group>
          <Text size="sm" c="dimmed">
            {recipe.description ?? recipe.trigger}
          </Text>
          {recipe.stoppedReason && (
            <Text size="sm" c="orange">
              {recipe.stoppedReason}
            </Text>
          )}
          <TextLink to="/jobs" search={{ recipeId: recipe.id }} size="sm">
            {succeeded} succeeded, {failed} failed, {running} running
          </TextLink>
        </div>
        <StartControls recipe={recipe} size="xs" />
      </Group>
    </Card>
  );
}
