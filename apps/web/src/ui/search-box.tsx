import "@mantine/spotlight/styles.css";
import { Spotlight, spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { catalogueQuery, connectionsQuery, recipesQuery } from "../queries.ts";

const pages = [
  ["Recipes", "/recipes"],
  ["New recipe", "/recipes/new"],
  ["Jobs", "/jobs"],
  ["Failed jobs", "/jobs?state=failed"],
  ["Charts of jobs", "/jobs?view=charts"],
  ["Inbox", "/inbox"],
  ["Refused deliveries", "/inbox?view=refused"],
  ["Connections", "/connections"],
  ["New connection", "/connections/new"],
  ["Catalogue", "/catalogue"],
  ["All of Zoom’s operations", "/catalogue?view=operations"],
  ["People and roles", "/settings/people"],
  ["API keys", "/settings/keys"],
  ["Audit log", "/settings/audit"],
  ["System", "/settings/system"],
] as const;
const mostOfCatalogue = 12;

/** Finds pages, recipes, connections, triggers and actions, from anywhere. */
export default function SearchBox({ asked }: { readonly asked: number }) {
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const recipes = useQuery(recipesQuery);
  const connections = useQuery(connectionsQuery);
  const catalogue = useQuery(catalogueQuery);
  useEffect(() => {
    // Opened anew each time that it is asked for.
    if (asked >= 0) spotlight.open();
  }, [asked]);
  const go = (href: string) => void navigate({ href });
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const groups: SpotlightActionGroupData[] = [
    {
      group: "Recipes",
      actions: (recipes.data?.items ?? [])
        .filter(({ name, description = "" }) => matches(`${name} ${description}`))
        .slice(0, 8)
        .map(({ id, name, state }) => ({
          id,
          label: name,
          description: state,
          onClick: () => go(`/recipes/${id}`),
        })),
    },
    {
      group: "Connections",
      actions: (connections.data?.items ?? [])
        .filter(({ name }) => matches(name))
        .map(({ id, name, state }) => ({
          id,
          label: name,
          description: state,
          onClick: () => go(`/connections/${id}`),
        })),
    },
    {
      group: "Pages",
      actions: pages
        .filter(([label]) => matches(label))
        .map(([label, to]) => ({ id: to, label, onClick: () => go(to) })),
    },
    {
      group: "Catalogue",
      actions:
        words.length === 0
          ? []
          : (catalogue.data?.items ?? [])
              .flatMap(({ title, actions, triggers }) => [
                ...triggers.map((one) => ({ ...one, connector: title, kind: "triggers" })),
                ...actions.map((one) => ({ ...one, connector: title, kind: "actions" })),
              ])
              .filter((one) => matches(`${one.title} ${one.summary} ${one.connector}`))
              .slice(0, mostOfCatalogue)
              .map((one) => ({
                id: `${one.kind} ${one.id}`,
                label: one.title,
                description: `${one.connector}: ${one.summary}`,
                onClick: () => go(`/catalogue/${one.kind}/${one.id}`),
              })),
    },
  ];
  return (
    <Spotlight
      actions={groups.filter(({ actions }) => actions.length > 0)}
      // Filtered already.
      filter={(_, actions) => actions}
      query={query}
      onQueryChange={setQuery}
      scrollable
      maxHeight={480}
      shortcut={null}
      nothingFound="Nothing found"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: "Search recipes, connections, pages, actions",
        "aria-label": "Search",
      }}
    />
  );
}
