import { MultiSelect, Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type NoticeChannel, type Recipe } from "../api.ts";
import { noticeChannelsQuery } from "../queries.ts";
import { TextLink } from "../ui/links.tsx";
import { Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

type Who = "all" | "some" | "none";

/** Which places are told of a recipe; it holds at once, for whichever version runs. */
export function RecipeNotices({ recipe, readOnly }: { readonly recipe: Recipe; readonly readOnly: boolean }) {
  const channels = useQuery({ ...noticeChannelsQuery, enabled: !readOnly });
  if (readOnly) return <Text size="sm">{sentences[whoOf(recipe.noticeChannels)]}</Text>;
  return (
    <Loaded query={channels}>
      {({ items }) => <Choice key={String(recipe.noticeChannels)} recipe={recipe} channels={items} />}
    </Loaded>
  );
}

const whoOf = (chosen: readonly string[] | undefined): Who =>
  chosen === undefined ? "all" : chosen.length === 0 ? "none" : "some";

const sentences: Readonly<Record<Who, string>> = {
  all: "All places of the installation",
  some: "Only some of them",
  none: "Nobody: notices are listed in the settings alone",
};

function Choice({
  recipe,
  channels,
}: {
  readonly recipe: Recipe;
  readonly channels: readonly NoticeChannel[];
}) {
  const chosen = recipe.noticeChannels;
  const [who, setWho] = useState(whoOf(chosen));
  const save = useAction(
    (noticeChannels: readonly string[] | null) =>
      api<Recipe>("PATCH", `/recipes/${recipe.id}`, { noticeChannels }),
    { quiet: true },
  );
  const choose = (next: Who) => {
    setWho(next);
    // Which ones is still to be said.
    if (next !== "some") save.mutate(next === "all" ? null : []);
  };
  return (
    <Stack gap="sm">
      {save.error && <Failure error={save.error} />}
      <Radio.Group aria-label="Who is told" value={who} onChange={(next) => choose(next)}>
        <Stack gap={8}>
          <Radio value="all" label={sentences.all} />
          <Radio value="some" label={sentences.some} disabled={channels.length === 0} />
          <Radio value="none" label={sentences.none} />
        </Stack>
      </Radio.Group>
      {who === "some" && (
        <MultiSelect
          aria-label="Places that are told"
          placeholder={chosen?.length ? "" : "Choose one or more"}
          maw={480}
          data={channels.map(({ id, target, enabled }) => ({
            value: id,
            label: enabled ? target : `${target} (switched off)`,
          }))}
          value={[...(chosen ?? [])]}
          onChange={(next) => save.mutate(next.length === 0 ? null : next)}
        />
      )}
      <Text size="sm" c="dimmed">
        {channels.length === 0 && "There are none yet. "}Places are added, and what is told of chosen, at{" "}
        <TextLink to="/settings/$section" params={{ section: "notices" }} size="sm">
          Notices
        </TextLink>
        , by an admin.
      </Text>
    </Stack>
  );
}
