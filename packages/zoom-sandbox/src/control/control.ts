import type { Context } from "hono";
import { html } from "hono/html";
import { Duration } from "luxon";
import { z } from "zod";
import type { SandboxState } from "../state.ts";
import type { Apps } from "../marketplace/apps.ts";
import { page } from "../portal/layout.ts";
import { readBody } from "../read-body.ts";
import type { Sandbox, SandboxEnv } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import type { Settings } from "../settings.ts";
import type { Delivery } from "../webhooks/deliveries.ts";
import type { DeliveryRules } from "../webhooks/delivery-rules.ts";
import { events } from "../webhooks/events.ts";
import type { Dispatcher } from "../webhooks/dispatcher.ts";
import type { Faults } from "./faults.ts";
import { coverage } from "./coverage.ts";
import { FURTHEST_MS } from "../clock.ts";
import { timeOf } from "./health.ts";
import type { RequestLog } from "./request-log.ts";
import { deliveryRule, faultRule } from "./rule-bodies.ts";
import { settingsBody } from "./settings-body.ts";
import { stateBody } from "./state-body.ts";

/** What it steers. */
export interface ControlParts {
  readonly sandbox: Sandbox;
  readonly dispatcher: Dispatcher;
  readonly deliveryRules: DeliveryRules;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly settings: Settings;
  readonly apps: Apps;
  readonly reset: RunningSandbox["reset"];
  readonly snapshot: () => SandboxState;
  readonly restore: (state: SandboxState) => void;
}

const resetBody = z.strictObject({
  seed: z.string().min(1).optional(),
  company: z.union([z.enum(["small", "default", "large"]), z.strictObject({ yaml: z.string() })]).optional(),
});

const clockBody = z.strictObject({
  advance: z.string().optional(),
  set: z.iso.datetime({ offset: true, error: "must be a time such as 2026-12-01T09:00:00Z" }).optional(),
  /** 0 freezes, 1 is real time, 60 lets an hour pass in a minute. */
  speed: z.number().min(0).max(100_000).optional(),
});

const eventBody = z.strictObject({
  event: z.string(),
  payload: z.looseObject({ object: z.looseObject({}) }),
  /** Members beside `event`, such as `download_token`. */
  top: z.record(z.string(), z.unknown()).optional(),
  user_id: z.string().optional(),
});

/** The control plane under `/_sandbox`: what tests and people steer the sandbox with. It is no part of Zoom. */
export function control(parts: ControlParts): void {
  const { sandbox, dispatcher, deliveryRules, faults, requests, settings, apps, reset, snapshot, restore } =
    parts;
  const { app, clock } = sandbox;

  const now = (): object => timeOf(clock);

  app.get("/_sandbox", (c) => c.html(indexPage(sandbox)));
  app.get("/_sandbox/", (c) => c.redirect("/_sandbox"));
  app.get("/", (c) => c.redirect("/portal"));

  app.post(pathOf("reset"), async (c) => {
    await dispatcher.settled();
    const { seed, company } = await readBody(c, resetBody);
    try {
      await reset(seed, company);
    } catch (error) {
      throw zoomError(400, 300, error instanceof Error ? error.message : String(error));
    }
    return c.json({ status: "ok", ...now() });
  });

  app.get(pathOf("state"), (c) => {
    const state = snapshot();
    if (c.req.query("full") !== undefined) return c.json(state);
    const rows = Object.fromEntries(Object.entries(state.tables).map(([name, all]) => [name, all.length]));
    return c.json({ ...now(), account: state.account, seed: state.ids.seed, settings, rows });
  });
  app.put(pathOf("state"), async (c) => {
    const wanted = await readBody(c, stateBody);
    const before = snapshot();
    try {
      // What is checked is what the sandbox cannot do without; the rest of a row is the snapshot's own.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      restore(wanted as unknown as SandboxState);
    } catch (error) {
      restore(before);
      const why = error instanceof Error ? error.message : String(error);
      throw zoomError(400, 300, `tables: the rows do not fit together, and nothing was changed: ${why}`);
    }
    return c.json({ status: "ok", ...now() });
  });

  coverage(sandbox);

  app.get(pathOf("clock"), (c) => c.json(now()));
  app.post(pathOf("clock"), async (c) => {
    const { advance, set, speed } = await readBody(c, clockBody);
    // All is checked before anything moves.
    const aheadMs = advance === undefined ? 0 : Duration.fromISO(advance).toMillis();
    if (Number.isNaN(aheadMs) || aheadMs < 0)
      throw zoomError(400, 300, `advance: "${advance}" is not a duration such as PT1H or P2D.`);
    if (aheadMs > FURTHEST_MS) throw zoomError(400, 300, "advance: at most ten years (P3650D) at once.");
    const target = set === undefined ? undefined : new Date(set);
    if (target !== undefined && target.getTime() > clock.nowMs() + aheadMs + FURTHEST_MS)
      throw zoomError(
        400,
        300,
        `set: at most ten years after ${clock.now().toISOString()}, which it is now.`,
      );
    if (speed !== undefined) clock.setSpeed(speed);
    if (aheadMs > 0) await clock.advance(aheadMs);
    if (target !== undefined) await clock.set(target);
    return c.json(now());
  });

  const allSettings = (): object => ({ ...settings, plan: sandbox.account.plan });
  app.get(pathOf("settings"), (c) => c.json(allSettings()));
  app.put(pathOf("settings"), async (c) => {
    const { plan, ...given } = await readBody(c, settingsBody);
    Object.assign(settings, given);
    if (plan !== undefined) sandbox.account.plan = plan;
    return c.json(allSettings());
  });

  app.get(pathOf("faults"), (c) => c.json({ faults: faults.all() }));
  app.post(pathOf("faults"), async (c) => c.json(faults.add(await readBody(c, faultRule)), 201));
  app.delete(pathOf("faults"), (c) => {
    faults.clear();
    return c.body(null, 204);
  });

  app.get(pathOf("deliveries"), async (c) => {
    if (c.req.query("settled") !== undefined) await dispatcher.settled();
    const { event, status, app_id, request_id } = c.req.query();
    const rows = dispatcher
      .all()
      .filter(
        (row) =>
          (event === undefined || row.event === event) &&
          (status === undefined || row.status === status) &&
          (app_id === undefined || row.app_id === app_id) &&
          (request_id === undefined || row.request_id === request_id),
      );
    return c.json({ deliveries: rows.slice(-limitOf(c)).toReversed().map(shown) });
  });
  const again = async (c: Context<SandboxEnv>): Promise<Response> => {
    const id = c.req.param("id") ?? "";
    const delivery = dispatcher.find(id);
    if (delivery === undefined) throw zoomError(404, 404, `There is no delivery ${id}.`);
    await dispatcher.redeliver(delivery);
    return c.json(shown(delivery));
  };
  app.post(pathOf("deliveries/:id/redeliver"), again);
  app.post(pathOf("deliveries/:id/duplicate"), again);

  app.get(pathOf("deliveries/rules"), (c) => c.json({ rules: deliveryRules.all() }));
  app.post(pathOf("deliveries/rules"), async (c) =>
    c.json(deliveryRules.add(await readBody(c, deliveryRule)), 201),
  );
  app.delete(pathOf("deliveries/rules"), (c) => {
    deliveryRules.clear();
    return c.body(null, 204);
  });

  // Any of Zoom's events, whoever would cause it at Zoom: so that a receiver can be tried with each.
  app.post(pathOf("events"), async (c) => {
    const { event, payload, top, user_id } = await readBody(c, eventBody);
    if (!events().has(event)) throw zoomError(400, 300, `event: Zoom has no event ${event}.`);
    sandbox.emit(event, payload, { ...(top && { top }), ...(user_id && { userId: user_id }) });
    return c.json({ status: "queued" }, 202);
  });

  app.get(pathOf("mails"), (c) => c.json({ mails: sandbox.table("mails").all().toReversed() }));

  app.get(pathOf("requests"), (c) => c.json({ requests: requests.recent(limitOf(c)) }));

  app.get(pathOf("apps"), (c) =>
    c.json({ account_id: sandbox.account.id, apps: apps.all(), installs: apps.installs() }),
  );
}

const pathOf = (name: string): string => `/_sandbox/${name}`;

function limitOf(c: Context): number {
  const limit = Number(c.req.query("limit") ?? "200");
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw zoomError(400, 300, `limit: "${c.req.query("limit")}" is no whole number from 1.`);
}

function shown({ body, ...delivery }: Delivery): object {
  return { ...delivery, body: JSON.parse(body) as unknown };
}

const LINKS: readonly (readonly [path: string, says: string])[] = [
  ["/_sandbox/healthz", "that the sandbox answers"],
  ["/_sandbox/state", "how much it holds (?full for everything; PUT restores)"],
  ["/_sandbox/coverage", "which of Zoom's operations are stateful"],
  ["/_sandbox/clock", 'its time (POST {advance: "PT1H"}, {set}, or {speed}: 0 freezes)'],
  ["/_sandbox/settings", "behaviour of Zoom that is uncertain (PUT)"],
  ["/_sandbox/faults", "rules that make requests fail (POST, DELETE)"],
  ["/_sandbox/deliveries", "webhooks sent and waiting (POST :id/redeliver, :id/duplicate)"],
  ["/_sandbox/deliveries/rules", "rules that drop, duplicate, delay or reorder webhooks (POST, DELETE)"],
  ["/_sandbox/mails", "e-mail that Zoom would have sent"],
  ["/_sandbox/requests", "recent API requests"],
  ["/_sandbox/scenarios", "meetings and webinars that play by themselves (POST YAML, ?now)"],
  ["/_sandbox/apps", "apps with their credentials, and who added them"],
  ["/portal", "the admin portal"],
  ["/marketplace", "the App Marketplace"],
];

function indexPage({ clock, account }: Sandbox): ReturnType<typeof page> {
  return page({
    title: "Control plane",
    here: "/_sandbox",
    body: html`<section class="card">
      <h1>Control plane</h1>
      <p>Account ${account.account_name}, id <code>${account.id}</code>. The clock reads ${clock.now().toISOString()}.</p>
      <ul>${LINKS.map(([path, says]) => html`<li><a href="${path}">${path}</a> ${says}</li>`)}</ul>
    </section>`,
  });
}
