import { Loader, MultiSelect, type OptionsFilter, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type PickOptions } from "../api.ts";
import { useFormContext } from "./editor-context.ts";
import { isTemplate } from "./templates.ts";

const settleMs = 200;
const noSiblings: Readonly<Record<string, unknown>> = {};
/** The server has searched already. */
const asFound: OptionsFilter = ({ options }) => options;

/** The options of a list at the service, read through the connection. */
function usePickList(
  list: string,
  options: { search: string; within?: string | undefined; values: readonly string[] },
) {
  const { connection = "" } = useFormContext();
  const [search] = useDebouncedValue(options.search, settleMs);
  const parameters = new URLSearchParams({ search, values: options.values.join(",") });
  if (options.within !== undefined) parameters.set("within", options.within);
  return useQuery({
    queryKey: ["pick-list", connection, list, parameters.toString()],
    queryFn: () =>
      api<PickOptions>(
        "GET",
        `/connections/by-name/${encodeURIComponent(connection)}/pick-lists/${list}?${parameters.toString()}`,
      ),
    enabled: connection !== "",
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** A field whose value is chosen from a list at the service; a value that is not in it can be typed. */
export function PickField({
  label,
  list,
  value,
  many,
  onChange,
  describedBy,
  invalid,
  siblings = noSiblings,
}: {
  readonly label: string;
  readonly list: string;
  readonly value: unknown;
  readonly many: boolean;
  readonly onChange: (value: unknown) => void;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly siblings?: Readonly<Record<string, unknown>> | undefined;
}) {
  const { readOnly, picks } = useFormContext();
  const [search, setSearch] = useState("");
  /** What was chosen from the list that this one is within, where no field beside it says so. */
  const [outer, setOuter] = useState<string>();
  const values = (value === undefined || value === null ? [] : [value].flat())
    .map(String)
    .filter((one) => !one.includes("{{"));
  const first = usePickList(list, { search: "", values: [] });
  const withinList = first.data?.within;
  const beside =
    withinList === undefined
      ? undefined
      : Object.entries(siblings).find(
          ([name, given]) => picks[name] === withinList && typeof given === "string" && !isTemplate(given),
        )?.[1];
  const within = typeof beside === "string" ? beside : outer;
  // A chosen option's label stands in the field: nobody searches for it.
  const [chosenLabel, setChosenLabel] = useState("");
  const query = usePickList(list, { search: search === chosenLabel ? "" : search, within, values });
  const known = (query.data?.items ?? []).map((item) => ({
    value: item.value,
    label: item.label,
    note: item.note,
  }));
  const missing = values.filter((one) => !known.some((option) => option.value === one));
  const typed = search === chosenLabel ? "" : search.trim();
  const data = [
    // What is chosen may be among what was found too.
    ...known
      .filter((option, index) => known.findIndex(({ value: same }) => same === option.value) === index)
      .map((option) => ({
        value: option.value,
        label: option.note ? `${option.label} (${option.note})` : option.label,
      })),
    ...missing.map((one) => ({ value: one, label: one })),
    ...(typed !== "" && !query.isFetching && known.length === 0 && !missing.includes(typed)
      ? [{ value: typed, label: `Use “${typed}” as it is` }]
      : []),
  ];
  const label0 = many ? "" : (data.find((option) => option.value === values[0])?.label ?? "");
  if (label0 !== chosenLabel) setChosenLabel(label0);
  const problem = query.error ?? first.error ?? query.data?.problem ?? first.data?.problem;
  const common = {
    ...{
      "aria-label": label,
      "aria-describedby": describedBy,
      error: invalid,
      disabled: readOnly,
      searchable: true as const,
    },
    ...{
      data,
      searchValue: search,
      onSearchChange: setSearch,
      filter: asFound,
    },
    nothingFoundMessage: query.isFetching ? "Asking Zoom …" : "Nothing found. Type an id to use it as it is.",
    rightSection: query.isFetching ? <Loader size={14} /> : undefined,
    maxDropdownHeight: 300,
  };
  return (
    <Stack gap={6}>
      {withinList !== undefined && beside === undefined && (
        <PickField
          label={`${label}: whose`}
          list={withinList}
          value={outer}
          many={false}
          onChange={(next) => setOuter(typeof next === "string" ? next : undefined)}
          describedBy={undefined}
          invalid={false}
        />
      )}
      {many ? (
        <MultiSelect
          {...common}
          placeholder={values.length > 0 ? "" : "Search"}
          value={values}
          onChange={(next) => onChange(next.length === 0 ? undefined : next.length === 1 ? next[0] : next)}
        />
      ) : (
        <Select
          {...common}
          clearable
          placeholder={
            withinList !== undefined && within === undefined ? "First choose whose, or type an id" : "Search"
          }
          value={values[0] ?? null}
          onChange={(next) => onChange(next ?? undefined)}
        />
      )}
      {problem && (
        <Text size="xs" c="orange" role="status">
          {["The list cannot be read:", problem.message, hintOf(problem), "An id can be typed."]
            .filter(Boolean)
            .join(" ")}
        </Text>
      )}
      {query.data?.more && (
        <Text size="xs" c="dimmed">
          Only the first are shown. Type to find more.
        </Text>
      )}
    </Stack>
  );
}

function hintOf(problem: object): string | undefined {
  return "hint" in problem && typeof problem.hint === "string" ? problem.hint : undefined;
}
