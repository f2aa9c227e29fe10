/** The webhook receiver: checks the delivery on its raw bytes, writes the event, then answers. */
import type { Connector } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Visit } from "./access/principal.ts";
import { log } from "./log.ts";

/** Far above any webhook of Zoom's; below what could fill memory. */
const maxBodyBytes = 4 * 1024 * 1024;

/** Makes the receiver's routes: `POST /{connector}/{profileId}`. */
export function createWebhooks(engine: Engine, now: () => Date): Hono<Visit> {
  const { deliveries } = engine.triggers;
  const routes = new Hono<Visit>();
  const tooLarge = (c: Context) => c.json({ error: "The body is too large." }, 413);
  const limitChunks = bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge });
  routes.use(async (c, next) => {
    // Looking at the body's stream costs more than all else here; a length that is told needs none.
    const length = c.req.header("content-length");
    if (length === undefined || c.req.header("transfer-encoding") !== undefined)
      return await limitChunks(c, next);
    return Number(length) > maxBodyBytes ? tooLarge(c) : await next();
  });

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
    // Not Response.json: only a body that is text from the start is written without a stream.
    const headers = { "content-type": "application/json" };
    return new Response(JSON.stringify(answer.body), { status, headers });
  });
  return routes;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
