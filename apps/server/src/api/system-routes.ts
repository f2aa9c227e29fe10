/** What runs, for the system page. */
import type { Access } from "@greenroom/engine";
import { createRoute } from "@hono/zod-openapi";
import * as schemas from "./access-schemas.ts";
import { json, newRoutes, refused } from "./route-parts.ts";

/** What the server knows of itself. */
export interface SystemFacts {
  readonly version: string;
  readonly publicUrl: string;
  readonly startedAt: Date;
  readonly embeddedDatabase: boolean;
  readonly settings: {
    readonly singleSignOn: boolean;
    readonly mail: boolean;
    readonly trustedProxies: boolean;
  };
}

/** Makes the route `/system`. */
export function createSystemRoutes(access: Access, facts: SystemFacts) {
  return newRoutes().openapi(
    createRoute({
      ...{
        method: "get",
        path: "/system",
        responses: { 200: json(schemas.system, "What runs"), ...refused },
      },
    }),
    async (c) => {
      const { workers, differences, queue, database } = await access.system();
      const { version, publicUrl, startedAt, embeddedDatabase, settings } = facts;
      return c.json(
        {
          ...{ version, publicUrl, node: process.version, startedAt: startedAt.toISOString() },
          workers: workers.map((worker) => ({
            ...worker,
            startedAt: worker.startedAt.toISOString(),
            heartbeatAt: worker.heartbeatAt.toISOString(),
          })),
          differences: differences.map(({ name, values }) => ({
            name,
            values: values.map(({ value, processes }) => ({ value, processes: [...processes] })),
          })),
          queue: { ...queue },
          database: {
            ...{ version: database.version, bytes: database.bytes, embedded: embeddedDatabase },
            tables: database.tables.map((table) => ({ ...table })),
          },
          settings: { ...settings },
        },
        200,
      );
    },
  );
}
