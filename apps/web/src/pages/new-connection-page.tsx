import { Button, Card, PasswordInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ApiError, api, type AppProfile, type Connection, type Connector } from "../api.ts";
import { connectorsQuery, profilesQuery } from "../queries.ts";
import { Page } from "../ui/page.tsx";
import { Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

/** Makes a connection; and the OAuth app it authorises through, where there is none. */
export function NewConnectionPage() {
  const connectors = useQuery(connectorsQuery);
  const profiles = useQuery(profilesQuery);
  return (
    <Page title="New connection">
      <Loaded query={connectors}>
        {({ items }) => (
          <Loaded query={profiles}>
            {(apps) => (
              <ConnectionForm
                connectors={items.filter(({ connection }) => connection)}
                profiles={apps.items}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

const newApp = "new";

function ConnectionForm({
  connectors,
  profiles,
}: {
  connectors: readonly Connector[];
  profiles: readonly AppProfile[];
}) {
  const navigate = useNavigate();
  const [first] = connectors;
  const form = useForm({
    initialValues: {
      name: "",
      connector: first?.id ?? "",
      profileId: profiles.find(({ connector }) => connector === first?.id)?.id ?? newApp,
      appName: "",
      fields: Object.fromEntries(
        (first?.connection?.profileFields ?? []).map(({ name, default: value }) => [name, value ?? ""]),
      ),
    },
    validate: {
      name: (name) => (name.trim() ? null : "Give the connection a name, such as zoom"),
      appName: (name, { profileId }) => (profileId !== newApp || name.trim() ? null : "Give the app a name"),
    },
  });
  const { connector: connectorId, profileId } = form.values;
  const connector = connectors.find(({ id }) => id === connectorId);
  const create = useAction(
    async (values: typeof form.values) => {
      const profile =
        values.profileId === newApp
          ? await api<AppProfile>("POST", "/app-profiles", {
              connector: values.connector,
              name: values.appName,
              fields: values.fields,
            })
          : undefined;
      if (profile) form.setFieldValue("profileId", profile.id);
      return await api<Connection>("POST", "/connections", {
        name: values.name,
        connector: values.connector,
        profileId: profile?.id ?? values.profileId,
      });
    },
    { quiet: true, onDone: ({ id }) => void navigate({ to: "/connections/$id", params: { id } }) },
  );
  const refused = create.error instanceof ApiError ? create.error.fields : {};

  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack maw={560}>
        {create.error && <Failure error={create.error} />}
        <TextInput
          label="Connection name"
          description="Recipes name it"
          withAsterisk
          {...form.getInputProps("name")}
          error={form.errors["name"] ?? refused["name"]}
        />
        <Select
          label="Connector"
          data={connectors.map(({ id, title }) => ({ value: id, label: title }))}
          allowDeselect={false}
          {...form.getInputProps("connector")}
        />
        <Select
          label="OAuth app"
          description="What the connection authorises through"
          data={[
            ...profiles
              .filter((profile) => profile.connector === connectorId)
              .map(({ id, name }) => ({ value: id, label: name })),
            { value: newApp, label: "Enter another app" },
          ]}
          allowDeselect={false}
          {...form.getInputProps("profileId")}
        />
        {profileId === newApp && (
          <Card withBorder>
            <Stack>
              <Text size="sm">
                Create a General app in the {connector?.title} App Marketplace (admin-managed), with the
                redirect URL <code>{`${window.location.origin}/oauth/callback`}</code>, and copy its
                credentials here. The event address to subscribe is shown once the connection is saved.
              </Text>
              <TextInput
                label="App name"
                withAsterisk
                {...form.getInputProps("appName")}
                error={form.errors["appName"] ?? refused["name"]}
              />
              {connector?.connection?.profileFields.map((field) => {
                const Input = field.secret ? PasswordInput : TextInput;
                return (
                  <Input
                    key={field.name}
                    label={field.label}
                    description={field.hint}
                    required={field.required}
                    autoComplete="off"
                    {...form.getInputProps(`fields.${field.name}`)}
                    error={refused[`fields.${field.name}`]}
                  />
                );
              })}
            </Stack>
          </Card>
        )}
        <Button type="submit" loading={create.isPending} style={{ alignSelf: "flex-start" }}>
          Save connection
        </Button>
      </Stack>
    </form>
  );
}
