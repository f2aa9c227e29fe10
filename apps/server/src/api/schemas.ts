/**
 * The shapes of the HTTP API, once: validation, the OpenAPI description and the web app's types are made from them.
 * Times are ISO 8601 in UTC. Zoom's data inside (`payload`, `input`, `output`) keeps Zoom's names.
 */
import { z } from "@hono/zod-openapi";
import { givenId, id, jobState, json, time } from "./schema-parts.ts";

export { jobState };
export * from "./job-schemas.ts";
export * from "./recipe-schemas.ts";
export * from "./keeping-schemas.ts";
export { lookupRow, lookupTable, property } from "./data-schemas.ts";

/** What every refusal answers. */
export const problem = z
  .object({
    error: z.object({
      /** Stable, for programs: `invalid-input`, `not-found`, `conflict`, `connector-error`, `unavailable`, `bug`. */
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    }),
  })
  .openapi("Problem");

/** One thing wrong with a recipe's text, with its place. */
export const recipeProblem = z
  .object({
    path: z.string(),
    line: z.number().optional(),
    column: z.number().optional(),
    message: z.string(),
    expected: z.string().optional(),
    hint: z.string().optional(),
    severity: z.enum(["error", "warning"]),
  })
  .openapi("RecipeProblem");

/** A field of a form that the UI draws. */
export const formField = z
  .object({
    name: z.string(),
    label: z.string(),
    hint: z.string(),
    type: z.enum(["text", "lines", "secret", "select", "url"]),
    required: z.boolean(),
    default: z.string().optional(),
    /** Of a `select`; one that fills in other fields needs them not shown. */
    options: z
      .array(
        z.object({
          value: z.string(),
          label: z.string(),
          fills: z.record(z.string(), z.string()).optional(),
        }),
      )
      .optional(),
  })
  .openapi("FormField");

/** What a connector can do. */
export const connector = z
  .object({
    id,
    title: z.string(),
    summary: z.string(),
    /** The ways to connect, the usual one first; none for connectors that need no connection. */
    connections: z.array(
      z.object({
        id,
        title: z.string(),
        summary: z.string(),
        /** Whether a person allows it in a browser, an OAuth app's own credentials suffice, or the form is all. */
        type: z.enum(["browser", "credentials", "form"]),
        profileFields: z.array(formField),
      }),
    ),
    /** Whether its actions work without a connection too. */
    connectionOptional: z.boolean(),
    actions: z.array(
      z.object({
        id,
        title: z.string(),
        summary: z.string(),
        endpoint: z.string(),
        scopes: z.array(z.string()),
        effect: z.enum(["read", "create", "update", "delete"]),
        inputSchema: json,
        outputSchema: json,
      }),
    ),
    triggers: z.array(
      z.object({ id, title: z.string(), summary: z.string(), scopes: z.array(z.string()), sample: json }),
    ),
  })
  .openapi("Connector");

/** An OAuth app at the service: what connections authorise through. Secrets never come back out. */
export const appProfile = z
  .object({
    id,
    connector: z.string(),
    kind: z.string(),
    name: z.string(),
    fields: z.record(z.string(), z.string()),
    /** Which secret fields hold a value. */
    secretsSet: z.array(z.string()),
    /** What to enter at the service's app page. */
    redirectUrl: z.string(),
    webhookUrl: z.string(),
    createdAt: time,
  })
  .openapi("AppProfile");

/** The body that makes an app profile. */
export const newAppProfile = z
  .object({
    connector: z.string(),
    /** The way to connect it is for; without one, the connector's usual one. */
    kind: z.string().optional(),
    name: z.string().min(1).max(80),
    fields: z.record(z.string(), z.string()),
  })
  .strict()
  .openapi("NewAppProfile");

/** The body that changes an app profile: fields merge; an empty secret keeps the one that is set. */
export const appProfileChange = z
  .object({ name: z.string().min(1).max(80).optional(), fields: z.record(z.string(), z.string()).optional() })
  .strict()
  .openapi("AppProfileChange");

/** Who a connection is at its service. */
export const identity = z
  .object({
    accountId: z.string(),
    accountName: z.string().optional(),
    userId: z.string(),
    email: z.string(),
    displayName: z.string(),
    roleName: z.string().optional(),
  })
  .openapi("Identity");

/** One authorised account of a connector. */
export const connection = z
  .object({
    id,
    name: z.string(),
    connector: z.string(),
    profileId: id,
    profileName: z.string(),
    kind: z.string(),
    state: z.enum(["disconnected", "connected", "needs-attention"]),
    /** Why it is not connected, as a sentence. */
    reason: z.string().optional(),
    identity: identity.optional(),
    scopes: z.array(z.string()),
    /** The recipes that name it. */
    recipes: z.array(z.object({ id, name: z.string(), state: z.enum(["stopped", "running"]) })),
    createdAt: time,
    connectedAt: time.optional(),
    /** When we last asked the service who we are there. */
    testedAt: time.optional(),
    /** How many steps of jobs may use it at once; without it, any number. */
    concurrency: z.int().optional(),
  })
  .openapi("Connection");

const finding = z.object({
  kind: z.enum(["scope", "privilege", "connection-kind"]),
  names: z.array(z.string()),
  title: z.string(),
  /** What will be refused without it. */
  blocks: z.array(z.object({ operation: z.string(), title: z.string(), usedBy: z.array(z.string()) })),
  mend: z.object({ clicks: z.array(z.string()), url: z.string().optional() }),
});

/** What a connection may do, against what it is used for. */
export const permissionReport = z
  .object({
    leastScopes: z.object({ classic: z.array(z.string()), granular: z.array(z.string()) }),
    leastPrivileges: z.array(z.object({ name: z.string(), title: z.string() })),
    missing: z.array(finding),
    excess: z.array(finding),
    unknown: z.array(z.string()),
    setUp: z.object({ possible: z.boolean(), reason: z.string() }),
  })
  .openapi("PermissionReport");

/** The body that has the role set up. */
export const permissionSetUp = z
  .object({
    for: z.enum(["recipes", "everything"]).default("recipes"),
    roleName: z.string().trim().min(1).max(60).default("Greenroom"),
    /** Who gets the role, by e-mail address; by default the connected user. */
    apiUser: z.email().optional(),
  })
  .strict()
  .openapi("PermissionSetUp");

/** What was set up. */
export const permissionsSetUp = z
  .object({ roleName: z.string(), email: z.string(), privileges: z.array(z.string()) })
  .openapi("PermissionsSetUp");

/** The body that changes a connection. */
export const connectionChange = z
  .object({
    /** How many steps of jobs may use it at once, over all recipes and workers; null for any number. */
    concurrency: z.int().min(1).max(10_000).nullable(),
  })
  .strict()
  .openapi("ConnectionChange");

/** The body that makes a connection. */
export const newConnection = z
  .object({ name: z.string().trim().min(1).max(80), connector: z.string(), profileId: givenId })
  .strict()
  .openapi("NewConnection");

/** Something that happened, as the inbox keeps it. */
export const event = z
  .object({
    id,
    name: z.string(),
    connector: z.string(),
    profileId: id,
    accountId: z.string(),
    occurredAt: time,
    receivedAt: time,
    /** Found by looking at the service, as no webhook had told it. */
    reconciled: z.boolean(),
    /** The jobs it started. */
    jobs: z.array(z.object({ id, recipeId: id, recipeName: z.string(), state: jobState })),
  })
  .openapi("Event");

export const eventWithPayload = event
  .extend({
    payload: json,
    dedupeKey: z.string(),
    /** False when its payload was deleted. */
    dataKept: z.boolean(),
  })
  .openapi("EventWithPayload");

/** Pages of lists: pass `cursor` back as it came. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

/** What the live stream (`GET /api/stream`, server-sent events) sends as `data`. */
export const change = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("job"), id, recipeId: id, state: jobState }),
    z.object({ type: z.literal("event"), id, name: z.string() }),
    z.object({ type: z.literal("recipe"), id }),
    z.object({ type: z.literal("connection"), id }),
  ])
  .openapi("Change");

export * from "./access-schemas.ts";
