import type { Context } from "hono";
import { matchedRoutes } from "hono/route";

/** A route's name in the table: `GET /recipes/{id}`, without the API's prefix, in OpenAPI's way to write parameters. */
export function routeName(method: string, path: string): string {
  const own = path.replace(/^\/api(?:\/v1)?(?=\/|$)/, "");
  const form = own.replaceAll(/:(\w+)(?:\{[^}]*(?:\{[^}]*\}[^}]*)*\})?\??/g, "{$1}");
  return `${method} ${form.length > 1 ? form.replace(/\/$/, "") : form || "/"}`;
}

/** The route that will answer, not what stands before it; undefined when there is none. */
export function matchedRoute(
  c: Context,
): { name: string; params: Readonly<Record<string, string>> } | undefined {
  const route = matchedRoutes(c).find(({ method }) => method !== "ALL");
  if (!route) return undefined;
  // The web app answers whatever is no other route; under /api that is a refusal, not a page.
  if (route.path === "/*" && /^\/api(?:\/|$)/.test(c.req.path)) return undefined;
  // Hono tells parameters to the route's own handlers alone, and this is asked before them.
  const given = c.req.path.split("/");
  const params = route.path.split("/").flatMap((part, index) => {
    const name = /^:(\w+)/.exec(part)?.[1];
    return name === undefined ? [] : [[name, decoded(given[index] ?? "")] as const];
  });
  return { name: routeName(route.method, route.path), params: Object.fromEntries(params) };
}

/** What is no text is as it is: it names nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
