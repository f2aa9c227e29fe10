import { Button, Card, Group, Modal, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, type AppProfile, type Connection, type FormField } from "../api.ts";
import { catalogueQuery, connectionsQuery, profilesQuery } from "../queries.ts";
import { useMay } from "../settings/use-may.ts";
import { confirmFirst } from "../ui/confirm.tsx";
import { CopyLine } from "../ui/copy-line.tsx";
import { Empty, Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";
import { ProfileInput } from "./profile-input.tsx";
import { FormButtons } from "../ui/form-buttons.tsx";

/** The OAuth apps and credentials that connections authorise through. */
export function AppsView() {
  const query = useQuery(profilesQuery);
  const connections = useQuery(connectionsQuery);
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No OAuth apps yet">One is entered with the first connection.</Empty>
        ) : (
          <Stack>
            {items.map((profile) => (
              <ProfileCard
                key={profile.id}
                profile={profile}
                users={(connections.data?.items ?? []).filter(({ profileId }) => profileId === profile.id)}
              />
            ))}
          </Stack>
        )
      }
    </Loaded>
  );
}

function ProfileCard({
  profile,
  users,
}: {
  readonly profile: AppProfile;
  readonly users: readonly Connection[];
}) {
  const [editing, setEditing] = useState(false);
  const builder = useMay("builder");
  const remove = useAction(() => api<void>("DELETE", `/app-profiles/${profile.id}`));
  return (
    <Card withBorder>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h5">
            {profile.name}
          </Title>
          <Text size="sm" c="dimmed">
            {profile.kind} · used by{" "}
            {users.length === 0 ? "no connection" : users.map(({ name }) => name).join(", ")}
          </Text>
        </div>
        {builder && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              onClick={() => setEditing(true)}
              aria-label={`Change ${profile.name}`}
            >
              Change
            </Button>
            <Button
              size="xs"
              variant="subtle"
              color="red"
              disabled={users.length > 0}
              loading={remove.isPending}
              aria-label={`Delete ${profile.name}`}
              onClick={() =>
                confirmFirst({
                  title: `Delete “${profile.name}”?`,
                  text: "Its credentials are forgotten here. The app at the service stays.",
                  ...{ confirm: "Delete", danger: true, onConfirm: () => remove.mutate(undefined) },
                })
              }
            >
              Delete
            </Button>
          </Group>
        )}
      </Group>
      <Stack gap="xs" mt="sm">
        <CopyLine label="Redirect URL" value={profile.redirectUrl} />
        <CopyLine label="Event notification endpoint URL" value={profile.webhookUrl} />
      </Stack>
      {editing && <EditModal profile={profile} onClose={() => setEditing(false)} />}
    </Card>
  );
}

const noFields: readonly FormField[] = [];

function EditModal({ profile, onClose }: { readonly profile: AppProfile; readonly onClose: () => void }) {
  const catalogue = useQuery(catalogueQuery);
  const kinds = catalogue.data?.items.find(({ id }) => id === profile.connector)?.connections;
  const fields = kinds?.find(({ id }) => id === profile.kind)?.profileFields ?? noFields;
  const [name, setName] = useState(profile.name);
  const [values, setValues] = useState<Readonly<Record<string, string>>>(profile.fields);
  const save = useAction(
    () => {
      // An empty secret is one that is kept.
      const given = Object.entries(values).filter(
        ([field, value]) => value !== "" || !profile.secretsSet.includes(field),
      );
      return api<AppProfile>("PATCH", `/app-profiles/${profile.id}`, {
        name,
        fields: Object.fromEntries(given),
      });
    },
    { quiet: true, onDone: onClose },
  );
  const refused = save.error instanceof ApiError ? save.error.fields : {};
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Change “${profile.name}”`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <Stack>
          {save.error && <Failure error={save.error} />}
          <TextInput
            label="Name"
            required
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={refused["name"]}
          />
          {fields.map((field) => (
            <ProfileInput
              key={field.name}
              field={field}
              value={values[field.name] ?? (field.type === "secret" ? "" : (field.default ?? ""))}
              onChange={(value) => setValues({ ...values, [field.name]: value })}
              error={refused[`fields.${field.name}`]}
              kept={profile.secretsSet.includes(field.name)}
            />
          ))}
          <FormButtons busy={save.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
