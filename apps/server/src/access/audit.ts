/**
 * Remembers every change: what the API showed of its subject before and shows after. What it shows has no secrets, so the
 * log has none.
 */
import type { AuditLog } from "@greenroom/engine";
import type { Context, Hono, MiddlewareHandler } from "hono";
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

    const { id } = route.params;
    const resource = resourceOf(route.name, id);
    const before = resource === undefined ? undefined : await ask(app, c, resource);
    await next();
    if (!c.res.ok) return;
    const answered = await bodyOf(c.res);
    const shown =
      resource === undefined || c.req.method === "DELETE" ? undefined : await ask(app, c, resource);
    const after = c.req.method === "DELETE" ? undefined : (shown ?? answered);
    await write(audit, c, { action: route.name, id }, { before, after });
  };
}

async function write(
  audit: AuditLog,
  c: Context<Visit>,
  { action, id: subject }: { action: string; id: string | undefined },
  { before, after }: { before: Shown | undefined; after: Shown | undefined },
): Promise<void> {
  const { kind, id, name } = c.get("principal");
  const told = after ?? before;
  const subjectName = told?.["name"] ?? told?.["email"];
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
      ...differences(before, after),
    });
  } catch (error) {
    log.error({ action, error: String(error) }, "a change could not be written to the audit log");
  }
}

/** The path of the GET that shows what the route changes. */
function resourceOf(route: string, id = ""): string | undefined {
  const [method, path = ""] = route.split(" ");
  const end = path.indexOf("{id}");
  const pattern = end === -1 ? path : path.slice(0, end + 4);
  if (routeAccess[`GET ${pattern}`] === undefined || (end === -1 && method === "POST")) return undefined;
  return `/api/v1${pattern.replace("{id}", encodeURIComponent(id))}`;
}

async function ask(app: Hono<Visit>, c: Context<Visit>, path: string): Promise<Shown | undefined> {
  const url = new URL(path, c.req.url);
  const headers = { host: c.req.header("host") ?? url.host };
  const answer = await app.fetch(new Request(url, { headers }), { as: c.get("principal") });
  return answer.ok ? await bodyOf(answer) : undefined;
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
  const text = JSON.stringify(fields, (name, value: unknown) =>
    secretFields.test(name) ? "[secret]" : value,
  );
  return text.length > maxBytes ? { leftOut: `${text.length} characters` } : (JSON.parse(text) as unknown);
}
