import { Anchor, Card, List, Stepper, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, type AppProfile, type Connection, type DeliveryHealth } from "../api.ts";
import { CopyLine } from "../ui/copy-line.tsx";
import { Ago } from "../ui/time.tsx";

const everyMs = 4_000;

/** What is to be done at Zoom for a connection, step by step, with what to copy; each is checked as it is done. */
export function ServiceSteps({
  connection,
  profile,
}: {
  readonly connection: Connection;
  readonly profile: AppProfile;
}) {
  const { data } = useQuery({
    queryKey: ["events", "health"],
    queryFn: () => api<{ items: readonly DeliveryHealth[] }>("GET", "/inbox/health"),
    refetchInterval: everyMs,
  });
  const health = data?.items.find(({ receiverId }) => receiverId === profile.id);
  const connected = connection.state === "connected";
  const heard = (health?.received ?? 0) > 0;
  const active = connected ? (heard ? 4 : 3) : 1;
  return (
    <Card withBorder component="section" aria-label="What to do at Zoom">
      <Title order={2} size="h4" mb="md">
        What to do at Zoom
      </Title>
      <Stepper active={active} orientation="vertical" size="sm" allowNextStepsSelect={false}>
        <Stepper.Step
          label="Make an app"
          description={`Done: “${profile.name}”, its credentials are kept here, sealed.`}
        >
          {null}
        </Stepper.Step>
        <Stepper.Step
          label="Enter the redirect URL and the scopes"
          description={connected ? "Done: Zoom sent you back here." : "Checked when you connect."}
        >
          <Text size="sm" mb="xs">
            In the{" "}
            <Anchor href="https://marketplace.zoom.us/user/build" target="_blank" rel="noreferrer">
              App Marketplace
            </Anchor>
            , at Manage, your app:
          </Text>
          <List size="sm" mb="xs">
            <List.Item>
              Basic Information → OAuth Redirect URL, and OAuth Allow List: the address below.
            </List.Item>
            <List.Item>
              Scopes → Add Scopes: those your recipes need. Without any yet, user:read:user:admin is enough to
              connect; Permissions names each that is missing.
            </List.Item>
          </List>
          <CopyLine label="Redirect URL" value={profile.redirectUrl} />
        </Stepper.Step>
        <Stepper.Step
          label="Connect"
          description={connected ? "Done." : "Press Connect above: Zoom asks who you are and what you allow."}
        />
        <Stepper.Step
          label="Subscribe to events"
          description={
            heard && health?.lastReceivedAt ? (
              <>
                Done: Zoom last reached us <Ago at={health.lastReceivedAt} />.
              </>
            ) : health && health.refused > 0 ? (
              "Something came and was refused: the secret token here and at Zoom differ. The inbox says why."
            ) : (
              "Nothing has come yet. Needed by recipes that start at something in Zoom."
            )
          }
        >
          <Text size="sm" mb="xs">
            In your app: Features → Access → Event Subscription → Add. Enter the address, press Validate,
            choose the events, save.
          </Text>
          <CopyLine label="Event notification endpoint URL" value={profile.webhookUrl} />
        </Stepper.Step>
      </Stepper>
    </Card>
  );
}
