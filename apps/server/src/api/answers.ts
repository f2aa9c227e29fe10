/** The engine's records as the API shows them: times as text, absent values left out. */
import type {
  AppProfileSummary,
  ConnectionSummary,
  EventDetail,
  EventSummary,
  RecipeSummary,
} from "@greenroom/engine";
import type { Connector, PermissionReport } from "@greenroom/connector-kit";
import { z } from "zod";
import { type Shown, some, text } from "./answer-parts.ts";
import type * as schemas from "./schemas.ts";

export * from "./recipe-answers.ts";

/** An app profile, with the addresses to enter at the service. */
export function appProfileAnswer(
  profile: AppProfileSummary,
  publicUrl: string,
): Shown<typeof schemas.appProfile> {
  const { id, connector, kind, name, fields, secretsSet, createdAt } = profile;
  return {
    ...{
      id,
      connector,
      kind,
      name,
      fields: { ...fields },
      secretsSet: [...secretsSet],
      createdAt: text(createdAt),
    },
    ...{ redirectUrl: `${publicUrl}/oauth/callback`, webhookUrl: `${publicUrl}/webhooks/${connector}/${id}` },
  };
}

/** A connection with its profile's name and the recipes that name it. */
export function connectionAnswer(
  connection: ConnectionSummary,
  profiles: readonly AppProfileSummary[],
  recipes: readonly RecipeSummary[],
): Shown<typeof schemas.connection> {
  const { id, name, connector, profileId, state, reason, identity, scopes, createdAt, connectedAt } =
    connection;
  const app = profiles.find((profile) => profile.id === profileId);
  return {
    ...{ id, name, connector, profileId, state, scopes: [...scopes], createdAt: text(createdAt) },
    ...{ profileName: app?.name ?? "", kind: app?.kind ?? "" },
    ...some({ reason, connectedAt: connectedAt && text(connectedAt) }),
    ...some({ testedAt: connection.testedAt && text(connection.testedAt) }),
    ...some({ concurrency: connection.concurrency }),
    ...(identity && { identity: { ...identity } }),
    recipes: recipes
      .filter(({ connections }) => connections.includes(name))
      .map((recipe) => ({ id: recipe.id, name: recipe.name, state: recipe.state })),
  };
}

/** What a connection may do. */
export function permissionAnswer(report: PermissionReport): Shown<typeof schemas.permissionReport> {
  const findings = (list: PermissionReport["missing"]) =>
    list.map(({ kind, names, title, blocks, mend: { clicks, url } }) => ({
      ...{ kind, names: [...names], title },
      blocks: blocks.map((block) => ({ ...block, usedBy: [...block.usedBy] })),
      mend: { clicks: [...clicks], ...some({ url }) },
    }));
  const { leastScopes, leastPrivileges, missing, excess, unknown, setUp } = report;
  return {
    leastScopes: { classic: [...leastScopes.classic], granular: [...leastScopes.granular] },
    leastPrivileges: leastPrivileges.map((privilege) => ({ ...privilege })),
    ...{ missing: findings(missing), excess: findings(excess), unknown: [...unknown], setUp },
  };
}

/** An event in a list. */
export function eventAnswer(event: EventSummary): Shown<typeof schemas.event> {
  const { id, name, connector, profileId, accountId, occurredAt, receivedAt, reconciled, jobs } = event;
  return {
    id,
    name,
    connector,
    profileId,
    accountId,
    occurredAt: text(occurredAt),
    receivedAt: text(receivedAt),
    reconciled,
    jobs: [...jobs],
  };
}

/** An event whole. */
export function eventDetailAnswer(event: EventDetail): Shown<typeof schemas.eventWithPayload> {
  return {
    ...eventAnswer(event),
    payload: event.payload,
    dedupeKey: event.dedupeKey,
    dataKept: event.dataKept,
  };
}

/** What a connector can do. */
export function connectorAnswer({
  id,
  title,
  summary,
  connections = [],
  connectionOptional = false,
  actions,
  triggers,
}: Connector): Shown<typeof schemas.connector> {
  return {
    ...{ id, title, summary, connectionOptional },
    connections: connections.map(({ id: kind, title: kindTitle, summary: about, type, profileFields }) => ({
      ...{ id: kind, title: kindTitle, summary: about, type },
      profileFields: profileFields.map(({ options, ...field }) => ({
        ...field,
        ...(options && { options: options.map((option) => ({ ...option })) }),
      })),
    })),
    actions: Object.entries(actions).map(([actionId, action]) => ({
      ...{ id: `${id}/${actionId}`, title: action.title, summary: action.summary, endpoint: action.endpoint },
      ...{ scopes: [...action.scopes], effect: action.effect },
      inputSchema: z.toJSONSchema(action.input, { io: "input", unrepresentable: "any" }),
      outputSchema: z.toJSONSchema(action.output, { io: "output", unrepresentable: "any" }),
    })),
    triggers: Object.entries(triggers).map(([triggerId, trigger]) => ({
      ...{
        id: `${id}/${triggerId}`,
        title: trigger.title,
        summary: trigger.summary,
        scopes: [...trigger.scopes],
        sample: trigger.sample,
      },
    })),
  };
}
