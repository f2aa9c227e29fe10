/** The guide and the reference at /docs, as `tools/build-docs.ts` builds them. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import type { Visit } from "./access/principal.ts";
import { staticFiles } from "./static-files.ts";

/** Makes its routes. */
export function createDocsSite(dist: string): Hono<Visit> {
  const routes = new Hono<Visit>();
  const files = staticFiles(dist, { rewriteRequestPath: (path) => fileOf(path) });
  routes.get("/*", files, async (c) => {
    const missing = join(dist, "404.html");
    if (existsSync(missing)) return c.html(await readFile(missing, "utf8"), 404);
    return c.text("The guide is not built yet. Try again in a minute, or run node tools/build-docs.ts.", 503);
  });
  return routes;
}

/** Pages have no ending in their addresses. */
function fileOf(path: string): string {
  const inside = path.replace(/^\/docs/, "");
  if (inside === "" || inside === "/") return "/guide/start.html";
  return /\.\w+$/.test(inside) ? inside : `${inside.replace(/\/$/, "/index")}.html`;
}
