/** What operators' machines ask: whether the process lives, whether it is of use, and its numbers. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "@greenroom/connector-kit";
import type { Engine } from "@greenroom/engine";
import { Hono } from "hono";
import type { ClientAddresses } from "../access/client-address.ts";
import type { Visit } from "../access/principal.ts";
import type { Metrics } from "./metrics.ts";

/** What the routes need. */
export interface OperatorContext {
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly clients: ClientAddresses;
  /** Whoever has it may read the metrics; without one, only this machine may. */
  readonly metricsToken: Secret | undefined;
  readonly isStopping: () => boolean;
}

const readyWithinMs = 2_000;

/** Makes `/healthz`, `/readyz` and `/metrics`. */
export function createOperatorRoutes({
  engine,
  metrics,
  clients,
  metricsToken,
  isStopping,
}: OperatorContext) {
  const routes = new Hono<Visit>();
  routes.get("/healthz", (c) => c.json({ status: "ok" }));
  routes.get("/readyz", async (c) => {
    if (isStopping()) return c.json({ status: "stopping" }, 503);
    const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), readyWithinMs).unref());
    const database = await Promise.race([engine.access.people.count().catch(() => "away"), late]);
    return typeof database === "number"
      ? c.json({ status: "ready" })
      : c.json({ status: "not ready", why: "The database does not answer." }, 503);
  });
  routes.get("/metrics", async (c) => {
    const given = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    if (metricsToken ? !equal(given, metricsToken.reveal()) : !clients.isLocal(c)) {
      const hint = metricsToken
        ? "Send METRICS_TOKEN as a bearer token."
        : "Ask from this machine, or set METRICS_TOKEN and send it as a bearer token.";
      return c.json({ error: { code: "not-allowed", message: "The metrics are guarded.", hint } }, 401);
    }
    return c.body(await metrics.read(engine), 200, { "content-type": metrics.contentType });
  });
  return routes;
}

function equal(given: string, own: string): boolean {
  const [a, b] = [given, own].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
