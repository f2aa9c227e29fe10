/** Connectors, actions and triggers as the catalogue shows them. */
import {
  type AnyAction,
  type AnyTrigger,
  carriedBy,
  type Connector,
  inputJsonSchema,
  outputJsonSchema,
} from "@greenroom/connector-kit";
import { z } from "@hono/zod-openapi";
import { stringify } from "yaml";
import type * as schemas from "./catalogue-schemas.ts";

type Shown<Schema extends z.ZodType> = z.output<Schema>;

/** `cloud_recording:read:x` is about Cloud recording. */
function groupOf(connector: Connector, scopes: readonly string[]): string {
  const [about = ""] = (scopes[0] ?? "").split(":");
  if (about === "") return connector.title;
  const words = about.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An action in a list. */
export function catalogueActionAnswer(
  connector: Connector,
  name: string,
  { title, summary, effect, scopes }: AnyAction,
): Shown<typeof schemas.catalogueAction> {
  return { id: `${connector.id}/${name}`, title, summary, effect, group: groupOf(connector, scopes) };
}

/** A trigger in a list. */
export function catalogueTriggerAnswer(
  connector: Connector,
  name: string,
  { title, summary, scopes }: AnyTrigger,
): Shown<typeof schemas.catalogueTrigger> {
  return { id: `${connector.id}/${name}`, title, summary, group: groupOf(connector, scopes) };
}

/** A connector in short. */
export function catalogueConnectorAnswer(connector: Connector): Shown<typeof schemas.catalogueConnector> {
  const { id, title, summary, connections = [], actions, triggers } = connector;
  return {
    ...{ id, title, summary },
    connections: connections.map((kind) => ({
      ...{ id: kind.id, title: kind.title, summary: kind.summary, type: kind.type },
      profileFields: kind.profileFields.map(({ options, ...field }) => ({
        ...field,
        ...(options && { options: options.map((option) => ({ ...option })) }),
      })),
    })),
    actions: Object.entries(actions).map(([name, action]) => catalogueActionAnswer(connector, name, action)),
    triggers: Object.entries(triggers).map(([name, trigger]) =>
      catalogueTriggerAnswer(connector, name, trigger),
    ),
  };
}

/** An action whole. */
export function actionDetailAnswer(
  connector: Connector,
  name: string,
  action: AnyAction,
): Shown<typeof schemas.actionDetail> {
  const inputSchema = plain(inputJsonSchema(action));
  const privilege = connector.known?.privilegeOf(action.endpoint);
  return {
    ...catalogueActionAnswer(connector, name, action),
    ...{ connector: connector.id, connectorTitle: connector.title, endpoint: action.endpoint },
    needsConnection: connector.connections !== undefined && connector.connectionOptional !== true,
    scopes: [...action.scopes],
    ...(privilege !== undefined && { privilege }),
    ...{ inputSchema, outputSchema: plain(outputJsonSchema(action)) },
    picks: { ...connector.pickLists?.fields },
    example: stringify([{ id: idFor(name), use: `${connector.id}/${name}`, ...exampleInput(inputSchema) }]),
  };
}

/** A trigger whole. */
export function triggerDetailAnswer(
  connector: Connector,
  name: string,
  trigger: AnyTrigger,
  input: unknown,
): Shown<typeof schemas.triggerDetail> {
  const { event, config } = trigger;
  const { payload, sample } = carriedBy(trigger, input);
  const schemaOf = (schema: z.ZodType, io: "input" | "output") =>
    plain(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
  return {
    ...catalogueTriggerAnswer(connector, name, trigger),
    ...{ connector: connector.id, connectorTitle: connector.title, scopes: [...trigger.scopes] },
    needsConnection: connector.connections !== undefined,
    ...(typeof event === "string" && { event }),
    ...(config && { configSchema: schemaOf(config as z.ZodType, "input") }),
    ...{ payloadSchema: schemaOf(payload, "output"), sample },
    picks: { ...connector.pickLists?.fields },
    example: stringify({
      trigger: {
        use: `${connector.id}/${name}`,
        ...(connector.connections && { connection: connector.id }),
      },
    }),
  };
}

const plain = (schema: object): Record<string, unknown> => ({ ...schema });

/** `create-meeting` gives `meeting`. */
function idFor(name: string): string {
  const words = name.split("-");
  return (words.length > 1 ? words.slice(1) : words)
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}

/** The fields that must be filled in, each from where it would come. */
function exampleInput(schema: Record<string, unknown>): object {
  const required = Array.isArray(schema["required"]) ? (schema["required"] as string[]) : [];
  if (required.length === 0) return {};
  const from: Readonly<Record<string, string>> = {
    ...{ userId: "{{ trigger.object.host_id }}", meetingId: "{{ trigger.object.id }}" },
    webinarId: "{{ trigger.object.id }}",
  };
  return { input: Object.fromEntries(required.map((field) => [field, from[field] ?? "…"])) };
}
