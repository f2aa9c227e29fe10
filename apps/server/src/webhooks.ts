/** The webhook receiver: checks the delivery on its raw bytes, writes the event, then answers. */
import type { Connector } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Visit } from "./access/principal.ts";
import { log } from "./log.ts";

/** Far above any webhook of Zoom's; below what could fill memory. */
const maxBodyBytes = 4 * 1024 * 1024;

/** Makes the receiver's routes: `POST /{connector}/{profileId}`. */
export function createWebhooks(engine: Engine, now: () => Date): Hono<Visit> {
  const { deliveries } = engine.triggers;
  const routes = new Hono<Visit>();
  routes.use(
    bodyLimit({ maxSize: maxBodyBytes, onError: (c) => c.json({ error: "The body is too large." }, 413) }),
  );

  routes.post("/:connector/:profileId", async (c) => {
    const { connector: connectorId, profileId } = c.req.param();
    const connector: Connector | undefined = engine.connectors.get(connectorId);
    const app = isUuid(profileId) ? await engine.profiles.values(profileId) : undefined;
    if (!connector?.webhook || app?.connector.id !== connectorId)
      return c.json({ error: "There is no receiver at this address." }, 404);

    const body = new Uint8Array(await c.req.arrayBuffer());
    const answer = connector.webhook({ profile: app.profile, headers: c.req.raw.headers, body, now: now() });
    const { status, refused: reason } = answer;
    if (reason !== undefined) {
      deliveries.refused(profileId, { status, reason, bytes: body.byteLength });
      log.warn({ connector: connectorId, profileId, reason }, "a webhook was refused");
    }
    for (const event of answer.events)
      deliveries.received(profileId, await engine.receive({ profileId, connector: connectorId, event }));
    if (answer.deauthorized) {
      const { accountId, userId } = answer.deauthorized;
      await engine.connections.deauthorized(profileId, accountId, userId);
    }
    return Response.json(answer.body, { status });
  });
  return routes;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
