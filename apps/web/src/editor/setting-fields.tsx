import { Group, NumberInput, Select, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import type { DataNode } from "./data-nodes.ts";
import { useFormContext } from "./editor-context.ts";
import { FieldShell } from "./field-shell.tsx";
import { ExpressionInput } from "./template-input.tsx";
import { record, plainText } from "./record.ts";
import { AddButton, TakeOutButton } from "./row-buttons.tsx";

const count = (value: unknown): number | "" => (typeof value === "number" ? value : "");
const usualPer = "1m";

/** How many jobs may begin in a length of time. */
export function RateField({ value }: { readonly value: unknown }) {
  const { setValue, readOnly } = useFormContext();
  const { limit, per } = record(value);
  return (
    <FieldShell
      label="No faster than"
      hint="So many jobs may begin in so long, such as 10 in 1m, 500 in 1h or 1000 in 1d; the others wait. Empty: as fast as they come."
      path={["rate"]}
      group={false}
    >
      {({ describedBy, invalid }) => (
        <Group gap="xs">
          <NumberInput
            aria-label="Jobs that may begin"
            aria-describedby={describedBy}
            error={invalid}
            disabled={readOnly}
            w={130}
            min={1}
            max={1_000_000}
            allowDecimal={false}
            placeholder="jobs"
            value={count(limit)}
            onChange={(next) =>
              setValue(["rate"], next === "" ? undefined : { limit: Number(next), per: per ?? usualPer })
            }
          />
          <Text size="sm">in</Text>
          <TextInput
            key={plainText(per)}
            aria-label="In how long"
            aria-describedby={describedBy}
            error={invalid}
            disabled={readOnly || limit === undefined}
            w={110}
            placeholder={usualPer}
            defaultValue={typeof per === "string" ? per : ""}
            onBlur={({ currentTarget }) =>
              limit !== undefined && setValue(["rate", "per"], currentTarget.value.trim() || usualPer)
            }
          />
        </Group>
      )}
    </FieldShell>
  );
}

const usualDays = 30;

/** How long jobs are kept, or that nothing is. */
export function RetentionField({ value }: { readonly value: unknown }) {
  const { setValue, readOnly } = useFormContext();
  const { days, jobs } = record(value);
  const choice = value === undefined ? "usual" : value === "none" ? "none" : "own";
  const change = (next: { readonly days?: unknown; readonly jobs?: unknown }) => {
    const kept = Object.entries({ days, jobs, ...next }).filter(([, one]) => typeof one === "number");
    setValue(["retention"], kept.length === 0 ? undefined : Object.fromEntries(kept));
  };
  const number = (next: string | number) => (next === "" ? undefined : Number(next));
  return (
    <FieldShell
      label="How long jobs are kept"
      hint={
        choice === "none"
          ? "When a job has ended its data is deleted at once: that it ran, when and how it ended stays. Such a job cannot run again."
          : "Jobs that have not ended are always kept."
      }
      path={["retention"]}
    >
      {({ describedBy, invalid }) => (
        <Stack gap="xs">
          <Select
            aria-label="How long jobs are kept"
            aria-describedby={describedBy}
            error={invalid}
            disabled={readOnly}
            allowDeselect={false}
            maw={360}
            data={[
              { value: "usual", label: "As long as those of other recipes" },
              { value: "own", label: "As long as is said here" },
              { value: "none", label: "Keep no data of jobs" },
            ]}
            value={choice}
            onChange={(next) =>
              setValue(
                ["retention"],
                next === "none" ? "none" : next === "own" ? { days: usualDays } : undefined,
              )
            }
          />
          {choice === "own" && (
            <Group gap="xs">
              <NumberInput
                aria-label="Days that jobs are kept"
                disabled={readOnly}
                w={140}
                min={1}
                max={3_650}
                allowDecimal={false}
                suffix=" days"
                placeholder="any age"
                value={count(days)}
                onChange={(next) => change({ days: number(next) })}
              />
              <Text size="sm">and at most</Text>
              <NumberInput
                aria-label="Jobs that are kept"
                disabled={readOnly}
                w={160}
                min={1}
                allowDecimal={false}
                thousandSeparator=","
                suffix=" jobs"
                placeholder="any number"
                value={count(jobs)}
                onChange={(next) => change({ jobs: number(next) })}
              />
            </Group>
          )}
        </Stack>
      )}
    </FieldShell>
  );
}

const mostOffered = 400;

/** What the history hides. */
export function MaskField({
  value,
  nodes,
}: {
  readonly value: unknown;
  readonly nodes: readonly DataNode[];
}) {
  const { setValue, readOnly } = useFormContext();
  const offered = useMemo(() => maskable(nodes), [nodes]);
  return (
    <FieldShell
      label="Hide in the history"
      hint="Fields of trigger, or of a step by its id; * is every item. Steps still get the values; pages, the API and logs show ••• instead."
      path={["mask"]}
    >
      {({ describedBy, invalid }) => (
        <TagsInput
          aria-label="Hide in the history"
          aria-describedby={describedBy}
          error={invalid}
          disabled={readOnly}
          placeholder="trigger.object.participant.email"
          data={[...offered]}
          limit={60}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(next) => setValue(["mask"], next.length === 0 ? undefined : next)}
          acceptValueOnBlur
        />
      )}
    </FieldShell>
  );
}

/** The paths of nodes as masks write them: `people.participants.*.user_email`. */
function maskable(nodes: readonly DataNode[]): readonly string[] {
  const found = new Set<string>();
  const add = (list: readonly DataNode[]) => {
    for (const { path, children } of list) {
      const mask = path.replaceAll(/\[\d*\]/g, ".*");
      if (/^[a-zA-Z_]\w*(\.(\w+|\*))+$/.test(mask) && !/^(?:event|job|properties)\b/.test(mask))
        found.add(mask);
      if (found.size < mostOffered) add(children);
    }
  };
  add(nodes);
  return [...found];
}

/** Values of the event that jobs are found by. */
export function SearchableField({ value }: { readonly value: unknown }) {
  const { setValue, readOnly } = useFormContext();
  const [rows, setRows] = useState(() => rowsOf(value));
  // Undone, or changed in the YAML: what is shown is what is written.
  const [seen, setSeen] = useState(value);
  if (JSON.stringify(seen) !== JSON.stringify(value)) {
    setSeen(value);
    if (JSON.stringify(named(rows)) !== JSON.stringify(value)) setRows(rowsOf(value));
  }
  const save = (next: typeof rows) => {
    setRows(next);
    setValue(["searchable"], named(next));
  };
  return (
    <FieldShell
      label="Values by name"
      hint="Such as host: trigger.object.host_id. The list of jobs finds them as host:VALUE."
      path={["searchable"]}
    >
      {() => (
        <Stack gap="xs">
          {rows.map(([name, expression], index) => (
            // A row has no other name than its place: its name is being typed.
            // oxlint-disable-next-line react/no-array-index-key
            <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
              <TextInput
                key={name}
                aria-label={`Name ${index + 1}`}
                placeholder="name"
                w={130}
                disabled={readOnly}
                defaultValue={name}
                onBlur={({ currentTarget }) =>
                  currentTarget.value !== name &&
                  save(rows.with(index, [currentTarget.value.trim(), expression]))
                }
              />
              <div style={{ flex: 1, minWidth: 0 }}>
                <ExpressionInput
                  label={`Expression of ${name || `name ${index + 1}`}`}
                  value={expression}
                  onChange={(text) => save(rows.with(index, [name, text]))}
                />
              </div>
              {!readOnly && (
                <TakeOutButton
                  name={name || `name ${index + 1}`}
                  mt={4}
                  onClick={() => save(rows.toSpliced(index, 1))}
                />
              )}
            </Group>
          ))}
          {!readOnly && <AddButton label="Add a value" onClick={() => setRows([...rows, ["", ""]])} />}
        </Stack>
      )}
    </FieldShell>
  );
}

type Row = readonly [name: string, expression: string];

function rowsOf(value: unknown): readonly Row[] {
  return Object.entries(record(value)).map(([name, one]) => [
    name,
    typeof one === "string" ? one : String(one),
  ]);
}

function named(rows: readonly Row[]): Readonly<Record<string, string>> | undefined {
  const whole = rows.filter(([name, expression]) => name !== "" && expression.trim() !== "");
  return whole.length === 0 ? undefined : Object.fromEntries(whole);
}
