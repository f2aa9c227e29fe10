import { Button, Card, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  ApiError,
  api,
  type AppProfile,
  type CatalogueConnector,
  type Connection,
  type FormField,
} from "../api.ts";
import { catalogueQuery, profilesQuery } from "../queries.ts";
import { ProfileInput } from "../connections/profile-input.tsx";
import { Page } from "../ui/page.tsx";
import { Failure, Loaded } from "../ui/states.tsx";
import { useAction } from "../ui/use-action.ts";

/** Makes a connection; and the OAuth app it authorises through, where there is none. */
export function NewConnectionPage() {
  const connectors = useQuery(catalogueQuery);
  const profiles = useQuery(profilesQuery);
  return (
    <Page title="New connection">
      <Loaded query={connectors}>
        {({ items }) => (
          <Loaded query={profiles}>
            {(apps) => (
              <ConnectionForm
                connectors={items.filter(({ connections }) => connections.length > 0)}
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
const noFields: Record<string, string> = {};

function ConnectionForm({
  connectors,
  profiles,
}: {
  connectors: readonly CatalogueConnector[];
  profiles: readonly AppProfile[];
}) {
  const navigate = useNavigate();
  const [first] = connectors;
  const form = useForm({
    initialValues: {
      name: "",
      connector: first?.id ?? "",
      kind: first?.connections[0]?.id ?? "",
      profileId: profileFor(profiles, first?.id, first?.connections[0]?.id),
      appName: "",
      fields: noFields,
    },
    validate: {
      name: (name) => (name.trim() ? null : "Give the connection a name, such as zoom"),
      appName: (name, { profileId }) => (profileId !== newApp || name.trim() ? null : "Give the app a name"),
    },
  });
  const { connector: connectorId, kind: kindId, profileId, fields } = form.values;
  const connector = connectors.find(({ id }) => id === connectorId);
  const kind = connector?.connections.find(({ id }) => id === kindId);
  const isForm = kind?.type === "form";
  const valueOf = ({ name, default: value = "" }: FormField) => fields[name] ?? value;
  /** What a choice fills in need not be shown. */
  const filled = new Set(
    (kind?.profileFields ?? []).flatMap((field) =>
      Object.keys(field.options?.find(({ value }) => value === valueOf(field))?.fills ?? {}),
    ),
  );
  const shown = (kind?.profileFields ?? []).filter(({ name }) => !filled.has(name));
  const choose = (nextConnector: CatalogueConnector | undefined, nextKind: string | undefined) => {
    form.setValues({
      ...{ connector: nextConnector?.id ?? "", kind: nextKind ?? "", fields: {} },
      profileId: profileFor(profiles, nextConnector?.id, nextKind),
    });
  };
  const create = useAction(
    async (values: typeof form.values) => {
      const profile =
        values.profileId === newApp
          ? await api<AppProfile>("POST", "/app-profiles", {
              connector: values.connector,
              kind: values.kind,
              name: values.appName,
              fields: Object.fromEntries(shown.map((field) => [field.name, valueOf(field)])),
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
          description="Recipes use it by this name, such as zoom"
          withAsterisk
          {...form.getInputProps("name")}
          error={form.errors["name"] ?? refused["name"]}
        />
        <Select
          label="Connector"
          data={connectors.map(({ id, title }) => ({ value: id, label: title }))}
          allowDeselect={false}
          {...form.getInputProps("connector")}
          onChange={(id) => {
            const next = connectors.find((one) => one.id === id);
            choose(next, next?.connections[0]?.id);
          }}
        />
        <Select
          label="How to connect"
          description={kind?.summary}
          data={(connector?.connections ?? []).map(({ id, title }) => ({ value: id, label: title }))}
          allowDeselect={false}
          {...form.getInputProps("kind")}
          onChange={(id) => choose(connector, id ?? undefined)}
        />
        <Select
          label={isForm ? "Credentials" : "OAuth app"}
          description={
            isForm ? "What the connection signs in with" : "What the connection authorises through"
          }
          data={[
            ...profiles
              .filter((profile) => profile.connector === connectorId && profile.kind === kindId)
              .map(({ id, name }) => ({ value: id, label: name })),
            { value: newApp, label: isForm ? "Enter others" : "Enter another app" },
          ]}
          allowDeselect={false}
          {...form.getInputProps("profileId")}
        />
        {profileId === newApp && (
          <Card withBorder>
            <Stack>
              {!isForm && (
                <Text size="sm">
                  Create the app in the {connector?.title} App Marketplace
                  {kind?.type === "browser" && (
                    <>
                      , with the redirect URL <code>{`${window.location.origin}/oauth/callback`}</code>
                    </>
                  )}
                  , and copy its credentials here. The event address to subscribe is shown once the connection
                  is saved.
                </Text>
              )}
              <TextInput
                label={isForm ? "Name of the credentials" : "App name"}
                withAsterisk
                {...form.getInputProps("appName")}
                error={form.errors["appName"] ?? refused["name"]}
              />
              {shown.map((field) => (
                <ProfileInput
                  key={field.name}
                  field={field}
                  value={valueOf(field)}
                  onChange={(value) => form.setFieldValue(`fields.${field.name}`, value)}
                  error={refused[`fields.${field.name}`]}
                />
              ))}
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

/** The app that a new connection of this kind would use. */
function profileFor(
  profiles: readonly AppProfile[],
  connector: string | undefined,
  kind: string | undefined,
): string {
  return profiles.find((profile) => profile.connector === connector && profile.kind === kind)?.id ?? newApp;
}
