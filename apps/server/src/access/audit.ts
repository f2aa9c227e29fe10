/**
 * Remembers every change: what the API showed of its subject before and shows after. What it shows has no secrets, so the
 * log has none.
 */
import { isTooDeep } from "@greenroom/connector-kit";
import type { AuditLog } from "@greenroom/engine";
import type { Context, Hono, MiddlewareHandler } from "hono";
import { z } from "zod";
import { log } from "../log.ts";
import { matchedRoute } from "./matched-route.ts";
import type { Visit } from "./principal.ts";
import { routeAccess } from "./route-access.ts";

type Shown = Readonly<Record<string, unknown>>;

/** Names of fields that are secret, in the API and at services; and what is too much to keep. */
const secretFields =
  /^(?:link|authorizationUrl)$|(?:^|[_-])(?:key|secret|token|password|passwd|passcode|authorization|cookie)$|(?:api|access|secret|private|signing)key$|(?:access|refresh|id|bearer|auth)token$|clientsecret$/i;
const leftOut = new Set(["updatedAt", "steps", "jobs", "current"]);
const maxBytes = 64_000;

/** Makes the middleware; it asks `app` itself for what there is before and after. */
export function audited(audit: AuditLog, app: Hono<Visit>): MiddlewareHandler<Visit> {
  return async (c, next) => {
    const route = matchedRoute(c);
    const rule = route && routeAccess[route.name];
    const changes = !["GET", "HEAD", "OPTIONS"].includes(c.req.method);
    if (!changes || !route || !rule || rule.audit === false) return await next();

    const subject = shownBy(route.name, route.params);
    const before = subject && (await ask(app, c, subject));
    await next();
    if (!c.res.ok) return;
    const isGone = c.req.method === "DELETE";
    const after = isGone ? undefined : ((subject && (await ask(app, c, subject))) ?? (await bodyOf(c.res)));
    const told = differences(before, after);
    const nothing = JSON.stringify([told.before, told.after]) === "[{},{}]";
    const set = nothing ? await namesGiven(c) : [];
    await write(audit, c, { action: route.name, id: route.params["id"] }, after ?? before, {
      ...told,
      // A secret that was replaced shows no difference: that it was is told by its name.
      ...(set.length > 0 && { after: { set } }),
    });
  };
}

async function write(
  audit: AuditLog,
  c: Context<Visit>,
  { action, id: subject }: { action: string; id: string | undefined },
  told: Shown | undefined,
  changed: { before?: unknown; after?: unknown },
): Promise<void> {
  const { kind, id, name } = c.get("principal");
  const subjectName = told?.["name"] ?? told?.["email"] ?? told?.["target"];
  const subjectId = subject ?? told?.["id"];
  try {
    await audit.write({
      actor: { kind, id, name },
      ipAddress: c.get("client"),
      action,
      subject: {
        type: action.split("/")[1] ?? "",
        ...(typeof subjectId === "string" && { id: subjectId }),
        ...(typeof subjectName === "string" && { name: subjectName }),
      },
      ...changed,
    });
  } catch (error) {
    log.error({ action, error: String(error) }, "a change could not be written to the audit log");
  }
}

/** The GET that shows what a route changes: of the thing itself, or of a list that it is in by its id or name. */
interface Showing {
  readonly path: string;
  readonly inList?: string;
}

/** Lists that come in pages: where the page of one begins. */
const pageOf: Readonly<Record<string, (id: string) => string>> = {
  "/lookup-tables/{id}/rows": (id) => `?limit=1&cursor=${Math.max(0, Number(id) - 1)}`,
};

function shownBy(route: string, params: Readonly<Record<string, string>>): Showing | undefined {
  const [method, path = ""] = route.split(" ");
  const filled = (pattern: string) =>
    `/api/v1${pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""))}`;
  const isThere = (pattern: string) => routeAccess[`GET ${pattern}`] !== undefined;
  if (method !== "POST" && isThere(path)) return { path: filled(path) };
  const [, list = "", last = ""] = /^(.*)\/\{(\w+)\}$/.exec(path) ?? [];
  const id = params[last] ?? "";
  if (isThere(list)) return { path: `${filled(list)}${pageOf[list]?.(id) ?? ""}`, inList: id };
  // What is done to a thing, or to something of it.
  const end = path.indexOf("{id}");
  const whole = path.slice(0, end + 4);
  return end !== -1 && isThere(whole) ? { path: filled(whole) } : undefined;
}

const inItems = z.object({ items: z.array(z.record(z.string(), z.unknown())) });

async function ask(
  app: Hono<Visit>,
  c: Context<Visit>,
  { path, inList }: Showing,
): Promise<Shown | undefined> {
  const url = new URL(path, c.req.url);
  const headers = { host: c.req.header("host") ?? url.host };
  const answer = await app.fetch(new Request(url, { headers }), { as: c.get("principal") });
  const told = answer.ok ? await bodyOf(answer) : undefined;
  if (inList === undefined) return told;
  const { items = [] } = inItems.safeParse(told).data ?? {};
  return items.find(({ id, name }) => [id, name].some((one) => String(one) === inList));
}

/** The names of the fields that a change gives, not what they are. */
async function namesGiven(c: Context<Visit>): Promise<readonly string[]> {
  if (c.req.header("content-type")?.startsWith("application/json") !== true) return [];
  const given: unknown = await c.req.json().catch(() => undefined);
  const names = (of: unknown) =>
    typeof of === "object" && of !== null && !Array.isArray(of) ? Object.entries(of) : [];
  return names(given)
    .flatMap(([name, value]) => {
      const inner = names(value);
      return inner.length === 0 ? [name] : inner.map(([part]) => `${name}.${part}`);
    })
    .slice(0, 50)
    .map((name) => name.slice(0, 200));
}

async function bodyOf(answer: Response): Promise<Shown | undefined> {
  if (!(answer.headers.get("content-type") ?? "").startsWith("application/json")) return undefined;
  const body: unknown = await answer.clone().json();
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Shown) : undefined;
}

/** The fields that differ, before and after. */
function differences(
  before: Shown | undefined,
  after: Shown | undefined,
): { before?: unknown; after?: unknown } {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const differing = names.filter(
    (name) => !leftOut.has(name) && JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );
  const some = (shown: Shown | undefined) =>
    shown &&
    bounded(Object.fromEntries(differing.filter((name) => name in shown).map((name) => [name, shown[name]])));
  return { before: some(before), after: some(after) };
}

/** What is kept of fields: without what is secret by its name, and not more than a page can show. */
export function bounded(fields: Shown): unknown {
  let text: string;
  try {
    text = JSON.stringify(fields, (name, value: unknown) => (secretFields.test(name) ? "[secret]" : value));
  } catch (error) {
    // That it happened is remembered all the same.
    if (!isTooDeep(error)) throw error;
    return { leftOut: "nested too deeply" };
  }
  return text.length > maxBytes ? { leftOut: `${text.length} characters` } : (JSON.parse(text) as unknown);
}
