/** The shapes of the catalogue: light in lists, whole for one. */
import { z } from "@hono/zod-openapi";
import { formField } from "./schemas.ts";

const effect = z.enum(["read", "create", "update", "delete"]);

/** An action in a list. */
export const catalogueAction = z
  .object({
    id: z.string(),
    title: z.string(),
    summary: z.string(),
    /** What it is about, such as Meetings. */
    group: z.string(),
    effect,
  })
  .openapi("CatalogueAction");

/** A trigger in a list. */
export const catalogueTrigger = z
  .object({ id: z.string(), title: z.string(), summary: z.string(), group: z.string() })
  .openapi("CatalogueTrigger");

/** A connector with all it can do, in short. */
export const catalogueConnector = z
  .object({
    id: z.string(),
    title: z.string(),
    summary: z.string(),
    /** The ways to connect; none for connectors that need no connection. */
    connections: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        summary: z.string(),
        type: z.enum(["browser", "credentials", "form"]),
        profileFields: z.array(formField),
      }),
    ),
    actions: z.array(catalogueAction),
    triggers: z.array(catalogueTrigger),
  })
  .openapi("CatalogueConnector");

/** An action with its forms. */
export const actionDetail = catalogueAction
  .extend({
    connector: z.string(),
    connectorTitle: z.string(),
    needsConnection: z.boolean(),
    endpoint: z.string(),
    scopes: z.array(z.string()),
    /** What the role must allow for other people's things. */
    privilege: z.string().optional(),
    inputSchema: z.record(z.string(), z.unknown()),
    outputSchema: z.record(z.string(), z.unknown()),
    /** The list that fills a field, by the field's name. */
    picks: z.record(z.string(), z.string()),
    /** A step that uses it, as YAML. */
    example: z.string(),
  })
  .openapi("ActionDetail");

/** A trigger with its form and what its events carry. */
export const triggerDetail = catalogueTrigger
  .extend({
    connector: z.string(),
    connectorTitle: z.string(),
    needsConnection: z.boolean(),
    /** The service's name of the event, where it is always the same. */
    event: z.string().optional(),
    scopes: z.array(z.string()),
    configSchema: z.record(z.string(), z.unknown()).optional(),
    payloadSchema: z.record(z.string(), z.unknown()),
    sample: z.unknown(),
    picks: z.record(z.string(), z.string()),
    example: z.string(),
  })
  .openapi("TriggerDetail");

/** An operation of a service's API. */
export const operation = z
  .object({
    name: z.string(),
    product: z.string(),
    rateLabel: z.string().optional(),
    scopes: z.array(z.string()),
    privilege: z.string().optional(),
    /** The action that does it. */
    action: z.string().optional(),
  })
  .openapi("Operation");

/** Something to choose from a list of a service. */
export const pickOption = z
  .object({ value: z.string(), label: z.string(), note: z.string().optional() })
  .openapi("PickOption");

/** A list of a service to choose from; `within` names the list to choose from first. */
export const pickOptions = z
  .object({
    title: z.string(),
    within: z.string().optional(),
    items: z.array(pickOption),
    /** Whether there are more than are shown. */
    more: z.boolean(),
    /** Why the connection cannot read the list; an id can be typed all the same. */
    problem: z.object({ message: z.string(), hint: z.string().optional() }).optional(),
  })
  .openapi("PickOptions");
