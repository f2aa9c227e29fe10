/** The routes of the catalogue: what connectors can do, and what their services are known to have. */
import { type Connector, ConnectorError } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { actionDetailAnswer, catalogueConnectorAnswer, triggerDetailAnswer } from "./catalogue-answers.ts";
import * as schemas from "./catalogue-schemas.ts";
import { json, list, newRoutes, refused } from "./route-parts.ts";

const useParams = { params: z.object({ connector: z.string(), name: z.string() }) };
const most = 100;

/** Makes the routes of `/catalogue`. */
export function createCatalogueRoutes({ connectors }: Engine) {
  function connectorOf(id: string): Connector {
    const connector = connectors.get(id);
    if (!connector) throw notThere(`connector “${id}”`);
    return connector;
  }
  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/catalogue" },
        responses: { 200: json(list(schemas.catalogueConnector), "What can be used, in short") },
      }),
      (c) => c.json({ items: [...connectors.values()].map(catalogueConnectorAnswer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/catalogue/actions/{connector}/{name}", request: useParams },
        responses: { 200: json(schemas.actionDetail, "An action with its forms"), ...refused },
      }),
      (c) => {
        const { connector: id, name } = c.req.valid("param");
        const connector = connectorOf(id);
        const action = Object.hasOwn(connector.actions, name) ? connector.actions[name] : undefined;
        if (!action) throw notThere(`action “${id}/${name}”`);
        return c.json(actionDetailAnswer(connector, name, action), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/catalogue/triggers/{connector}/{name}" },
        /** Of a trigger that listens to an event named in its settings: what that event carries. */
        request: { ...useParams, query: z.object({ event: z.string().max(200).optional() }) },
        responses: { 200: json(schemas.triggerDetail, "A trigger with what it carries"), ...refused },
      }),
      (c) => {
        const { connector: id, name } = c.req.valid("param");
        const connector = connectorOf(id);
        const trigger = Object.hasOwn(connector.triggers, name) ? connector.triggers[name] : undefined;
        if (!trigger) throw notThere(`trigger “${id}/${name}”`);
        return c.json(triggerDetailAnswer(connector, name, trigger, c.req.valid("query")), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/catalogue/operations" },
        request: {
          query: z.object({ connector: z.string().default("zoom"), search: z.string().max(200).default("") }),
        },
        responses: {
          200: json(
            z.object({ items: z.array(schemas.operation), total: z.number() }),
            `Operations of the service's API that hold all the words; the first ${most}`,
          ),
          ...refused,
        },
      }),
      (c) => {
        const { connector: id, search } = c.req.valid("query");
        const connector = connectorOf(id);
        const actionOf = new Map(
          Object.entries(connector.actions).map(([name, { endpoint }]) => [endpoint, `${id}/${name}`]),
        );
        const words = search.toLowerCase().split(/\s+/).filter(Boolean);
        const found = (connector.known?.operations() ?? []).filter(({ name, product, scopes }) => {
          const text = [name, product, ...scopes.granular, ...scopes.classic].join(" ").toLowerCase();
          return words.every((word) => text.includes(word));
        });
        const items = found.slice(0, most).map(({ name, product, label, scopes }) => {
          const action = actionOf.get(name as `GET /${string}`);
          const privilege = connector.known?.privilegeOf(name);
          return {
            ...{ name, product, scopes: [...scopes.granular, ...scopes.classic] },
            ...(label !== undefined && { rateLabel: label }),
            ...(action !== undefined && { action }),
            ...(privilege !== undefined && { privilege }),
          };
        });
        return c.json({ items, total: found.length }, 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/catalogue/events" },
        request: { query: z.object({ connector: z.string().default("zoom") }) },
        responses: {
          200: json(z.object({ items: z.array(z.string()) }), "The service's events"),
          ...refused,
        },
      }),
      (c) => c.json({ items: [...(connectorOf(c.req.valid("query").connector).known?.events() ?? [])] }, 200),
    );
}

function notThere(what: string): ConnectorError {
  return new ConnectorError("not-found", "not-found", `There is no ${what}.`, {
    hint: "GET /api/catalogue lists what there is.",
  });
}
