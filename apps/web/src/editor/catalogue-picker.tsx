import { Badge, Combobox, Group, Modal, ScrollArea, Text, useCombobox } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { CatalogueConnector } from "../api.ts";
import { catalogueQuery } from "../queries.ts";
import { Loaded } from "../ui/states.tsx";
import { stepKinds } from "./step-kind-list.ts";

/** Something to choose. */
interface Choice {
  readonly value: string;
  readonly label: string;
  readonly summary: string;
  readonly group: string;
  readonly badge?: string | undefined;
}

const mostShown = 60;

/** Chooses a step to add, or a trigger: from all connectors, by any of its words. */
export function CataloguePicker({
  what,
  onClose,
  onChoose,
}: {
  readonly what: "step" | "trigger";
  readonly onClose: () => void;
  /** With an action's or trigger's id, or the key of another kind of step. */
  readonly onChoose: (value: string) => void;
}) {
  const query = useQuery(catalogueQuery);
  return (
    <Modal
      opened
      onClose={onClose}
      title={what === "step" ? "Add a step" : "Choose what starts the recipe"}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Loaded query={query}>
        {({ items }) => (
          <Choices
            choices={what === "step" ? stepChoices(items) : triggerChoices(items)}
            onChoose={onChoose}
          />
        )}
      </Loaded>
    </Modal>
  );
}

function Choices({
  choices,
  onChoose,
}: {
  readonly choices: readonly Choice[];
  readonly onChoose: (value: string) => void;
}) {
  const combobox = useCombobox({ opened: true });
  const [search, setSearch] = useState("");
  const found = useMemo(() => ranked(choices, search), [choices, search]);
  const groups = [...Map.groupBy(found.slice(0, mostShown), ({ group }) => group)];
  return (
    <Combobox store={combobox} onOptionSubmit={onChoose} withinPortal={false}>
      <Combobox.Search
        aria-label="Search actions"
        placeholder="Search, such as create meeting"
        leftSection={<IconSearch size={16} aria-hidden />}
        data-autofocus
        value={search}
        onChange={({ currentTarget }) => {
          setSearch(currentTarget.value);
          combobox.updateSelectedOptionIndex();
          combobox.selectFirstOption();
        }}
      />
      <Combobox.Options aria-label="What can be chosen" pt="xs">
        <ScrollArea.Autosize mah="55vh" type="auto">
          {groups.map(([group, options]) => (
            <Combobox.Group label={group} key={group}>
              {options.map(({ value, label, summary, badge }) => (
                <Combobox.Option value={value} key={value}>
                  <Group justify="space-between" wrap="nowrap" gap="xs">
                    <div style={{ minWidth: 0 }}>
                      <Text size="sm" fw={500}>
                        {label}
                      </Text>
                      <Text size="xs" c="dimmed" lineClamp={2}>
                        {summary}
                      </Text>
                    </div>
                    {badge && (
                      <Badge size="xs" variant="light" color="gray" style={{ flexShrink: 0 }}>
                        {badge}
                      </Badge>
                    )}
                  </Group>
                </Combobox.Option>
              ))}
            </Combobox.Group>
          ))}
          {found.length === 0 && (
            <Combobox.Empty>Nothing matches. The custom action calls any operation of Zoom.</Combobox.Empty>
          )}
          {found.length > mostShown && (
            <Text size="xs" c="dimmed" p="xs">
              {found.length - mostShown} more: type to find them.
            </Text>
          )}
        </ScrollArea.Autosize>
      </Combobox.Options>
    </Combobox>
  );
}

/** Those that hold all the words; those whose names begin with them first. */
function ranked(choices: readonly Choice[], search: string): readonly Choice[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return choices;
  const score = ({ label, summary, group, value }: Choice) => {
    const [name, whole] = [label.toLowerCase(), `${label} ${summary} ${group} ${value}`.toLowerCase()];
    if (!words.every((word) => whole.includes(word))) return -1;
    if (name.startsWith(words.join(" "))) return 3;
    return words.every((word) => name.includes(word)) ? 2 : 1;
  };
  return choices
    .map((choice) => ({ choice, score: score(choice) }))
    .filter(({ score: points }) => points >= 0)
    .toSorted(
      (a, b) => b.score - a.score || (b.score === 3 ? a.choice.label.length - b.choice.label.length : 0),
    )
    .map(({ choice }) => choice);
}

function stepChoices(connectors: readonly CatalogueConnector[]): readonly Choice[] {
  const control = stepKinds
    .filter(({ key }) => key !== "use")
    .map(({ key, label, summary }) => ({ value: key, label, summary, group: "Flow" }));
  const actions = connectors.flatMap(({ title, actions: all }) =>
    all.map(({ id, title: label, summary, effect, group }) => ({
      ...{ value: id, label, summary, badge: effect },
      group: group === title ? title : `${title} · ${group}`,
    })),
  );
  return [...control, ...actions];
}

function triggerChoices(connectors: readonly CatalogueConnector[]): readonly Choice[] {
  return connectors.flatMap(({ title, triggers }) =>
    triggers.map(({ id, title: label, summary, group }) => ({
      ...{ value: id, label, summary },
      group: group === title ? title : `${title} · ${group}`,
    })),
  );
}
