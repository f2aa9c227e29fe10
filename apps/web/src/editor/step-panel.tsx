import {
  Alert,
  Anchor,
  Badge,
  Button,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
  ThemeIcon,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ActionDetail } from "../api.ts";
import { connectionsQuery } from "../queries.ts";
import { CataloguePicker } from "./catalogue-picker.tsx";
import { useFormContext } from "./editor-context.ts";
import { problemsAt } from "./field-shell.tsx";
import { KindField } from "./kind-field.tsx";
import { OperationPicker } from "./operation-picker.tsx";
import { SchemaForm } from "./schema-form.tsx";
import { isDisabled } from "./step-rows.ts";
import { stepKinds } from "./step-kind-list.ts";
import { WaitField } from "./wait-field.tsx";
import { kindOf, type Path, type StepData } from "./step-kinds.ts";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The form of a step. */
export function StepPanel({
  step,
  path,
  action,
  triggerUse,
}: {
  readonly step: StepData;
  readonly path: Path;
  readonly action: ActionDetail | undefined;
  readonly triggerUse: string;
}) {
  const { setValue, readOnly, problems } = useFormContext();
  const [picking, setPicking] = useState(false);
  const kind = kindOf(step);
  const Icon = kind.icon;
  const own = problemsAt(problems, path, true);
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" color={kind.colour} size="lg">
          <Icon size={18} aria-hidden />
        </ThemeIcon>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Title order={2} size="h4">
            {kind.key === "use" ? (action?.title ?? (text(step["use"]) || "Choose an action")) : kind.label}
          </Title>
          <Text size="sm" c="dimmed">
            {kind.key === "use" ? action?.summary : kind.summary}
          </Text>
        </div>
        {!readOnly && kind.key === "use" && (
          <Button size="compact-sm" variant="default" onClick={() => setPicking(true)}>
            Change
          </Button>
        )}
      </Group>
      {picking && (
        <CataloguePicker
          what="step"
          onClose={() => setPicking(false)}
          onChoose={(chosen) => {
            if (chosen.includes("/")) setValue([...path, "use"], chosen);
            else setValue(path, stepKinds.find(({ key }) => key === chosen)?.template ?? {});
            setPicking(false);
          }}
        />
      )}
      {own.map(({ message, hint, severity }) => (
        <Alert
          key={message}
          color={severity === "error" ? "red" : "orange"}
          variant="light"
          p="xs"
          title={message}
        >
          {hint}
        </Alert>
      ))}
      {action && <ActionFacts action={action} />}
      <SimpleGrid cols={kind.key === "use" ? 2 : 1} spacing="md">
        {kind.key === "use" && (
          <Named
            label="Name"
            hint="What people read"
            value={text(step["name"])}
            placeholder={action?.title ?? ""}
            path={[...path, "name"]}
          />
        )}
        <Named
          label="Id"
          hint="Later steps know its data by it"
          value={text(step["id"])}
          placeholder="none"
          path={[...path, "id"]}
          mono
        />
      </SimpleGrid>
      {action?.needsConnection && (
        <ConnectionSelect
          step={step}
          path={path}
          connector={action.connector}
          inherited={triggerUse.split("/")[0] === action.connector}
        />
      )}
      {kind.fields.map((field) =>
        field.type === "wait" ? (
          <WaitField key="wait" step={step} path={path} />
        ) : (
          <KindField key={field.path.join(".")} field={field} step={step} path={path} />
        ),
      )}
      {kind.branches(step).flatMap(({ condition, label, path: place }) =>
        condition
          ? [
              <KindField
                key={place.join(".")}
                field={{
                  path: condition,
                  label: `${label}: condition`,
                  hint: "Asked when none before it was true.",
                  type: "condition",
                  required: true,
                }}
                step={step}
                path={path}
              />,
            ]
          : [],
      )}
      {action?.id === "zoom/custom-action" && (
        <OperationPicker path={[...path, "input"]} input={step["input"]} />
      )}
      {action && (
        <SchemaForm
          key={`${action.id} ${path.join(".")}`}
          schema={action.inputSchema}
          path={[...path, "input"]}
          value={step["input"]}
        />
      )}
      {!readOnly && (
        <Switch
          size="sm"
          label="Switched on"
          description="A step that is off is left out when the recipe runs"
          checked={!isDisabled(step)}
          onChange={({ currentTarget }) =>
            setValue([...path, "disabled"], currentTarget.checked ? undefined : true)
          }
        />
      )}
    </Stack>
  );
}

function ActionFacts({ action: { effect, privilege, endpoint, id } }: { readonly action: ActionDetail }) {
  const colours = { read: "gray", create: "teal", update: "blue", delete: "red" };
  return (
    <Group gap="xs">
      <Badge variant="light" color={colours[effect]}>
        {effect}
      </Badge>
      <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: "anywhere" }}>
        {endpoint}
      </Text>
      {privilege && (
        <Text size="xs" c="dimmed">
          needs {privilege}
        </Text>
      )}
      <Anchor size="xs" href={`/catalogue/actions/${id}`} target="_blank">
        Reference
      </Anchor>
    </Group>
  );
}

/** A short text that is saved when the field is left. */
function Named({
  label,
  hint,
  value,
  placeholder,
  path,
  mono = false,
}: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly placeholder: string;
  readonly path: Path;
  readonly mono?: boolean;
}) {
  const { setValue, readOnly, problems } = useFormContext();
  const [problem] = problemsAt(problems, path, false);
  return (
    <TextInput
      key={value}
      label={label}
      description={hint}
      inputWrapperOrder={["label", "input", "description", "error"]}
      placeholder={placeholder}
      defaultValue={value}
      disabled={readOnly}
      error={problem && [problem.message, problem.hint].filter(Boolean).join(" ")}
      {...(mono && { classNames: { input: "mono" } })}
      onBlur={({ currentTarget }) => setValue(path, currentTarget.value.trim() || undefined)}
      onKeyDown={({ key, currentTarget }) => key === "Enter" && currentTarget.blur()}
    />
  );
}

/** The connection that a trigger or a step uses. */
export function ConnectionSelect({
  step,
  path,
  connector,
  inherited,
}: {
  readonly step: StepData;
  readonly path: Path;
  readonly connector: string;
  /** Whether it is the trigger's where none is chosen. */
  readonly inherited: boolean;
}) {
  const { setValue, readOnly, problems } = useFormContext();
  const { data } = useQuery(connectionsQuery);
  const names = (data?.items ?? []).filter((connection) => connection.connector === connector);
  const value = text(step["connection"]);
  const [problem] = problemsAt(problems, [...path, "connection"], false);
  return (
    <Select
      label="Connection"
      placeholder={inherited ? "The trigger’s" : "Choose one"}
      clearable={inherited}
      disabled={readOnly}
      error={problem && [problem.message, problem.hint].filter(Boolean).join(" ")}
      data={[
        ...names.map(({ name, state }) => ({
          value: name,
          label: state === "connected" ? name : `${name} (not connected)`,
        })),
        ...(value !== "" && !names.some(({ name }) => name === value)
          ? [{ value, label: `${value} (there is none of that name)` }]
          : []),
      ]}
      value={value || null}
      onChange={(next) => setValue([...path, "connection"], next ?? undefined)}
      nothingFoundMessage="No connection yet"
      {...(data &&
        names.length === 0 && {
          description: (
            <>
              There is none yet. <Anchor href="/connections/new">Make a connection</Anchor>
            </>
          ),
        })}
    />
  );
}
