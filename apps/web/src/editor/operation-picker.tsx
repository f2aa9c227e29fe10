import { Group, type OptionsFilter, Select, type SelectProps, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { operationsQuery } from "../queries.ts";
import { useFormContext } from "./editor-context.ts";
import { isRecord } from "./record.ts";
import type { Path } from "./step-kinds.ts";

const settleMs = 200;
/** The server has searched already. */
const asFound: OptionsFilter = ({ options }) => options;

/** Finds any of the service's operations by its words, and fills a custom action's method, path and parameters in. */
export function OperationPicker({ path, input }: { readonly path: Path; readonly input: unknown }) {
  const { setValue, readOnly } = useFormContext();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, settleMs);
  const query = useQuery(operationsQuery(search));
  if (readOnly) return null;
  const found = new Map((query.data?.items ?? []).map((operation) => [operation.name, operation]));
  const choose = (name: string | null) => {
    const [method, place] = name?.split(" ") ?? [];
    if (method === undefined || place === undefined) return;
    const given = isRecord(input) ? input : {};
    const before = isRecord(given["parameters"]) ? given["parameters"] : {};
    const names = [...place.matchAll(/\{(\w+)\}/g)].map(([, one = ""]) => one);
    const parameters = Object.fromEntries(names.map((one) => [one, before[one] ?? ""]));
    const { parameters: _, ...rest } = given;
    setValue(path, { ...rest, method, path: place, ...(names.length > 0 && { parameters }) });
    setTyped("");
  };
  const option: NonNullable<SelectProps["renderOption"]> = ({ option: { value } }) => {
    const operation = found.get(value);
    return (
      <Stack gap={0} style={{ minWidth: 0 }}>
        <Text size="sm" className="mono" style={{ overflowWrap: "anywhere" }}>
          {value}
        </Text>
        <Group gap="xs">
          {[operation?.product, operation?.rateLabel, operation?.scopes[0]]
            .filter((one) => one !== undefined && one !== "")
            .map((one) => (
              <Text key={one} size="xs" c="dimmed">
                {one}
              </Text>
            ))}
        </Group>
      </Stack>
    );
  };
  return (
    <Select
      label="Find an operation"
      description="By its words, such as webinar branding; with its path, rate label and least scope. It fills the form in."
      placeholder="Search all operations"
      leftSection={<IconSearch size={16} aria-hidden />}
      searchable
      data={[...found.keys()]}
      filter={asFound}
      renderOption={option}
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={choose}
      nothingFoundMessage={query.isFetching ? "Searching …" : "No operation matches. Try fewer words."}
      maxDropdownHeight={320}
    />
  );
}
