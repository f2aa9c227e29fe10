/** The built web app: its files, and its page for every path that is a page of it. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import type { Visit } from "./access/principal.ts";
import { staticFiles } from "./static-files.ts";

/** Makes the routes of the web app in `dist`; `onOpened` hears that somebody opens a page of it. */
export function createWebApp(dist: string, onOpened: () => void): Hono<Visit> {
  const routes = new Hono<Visit>();
  routes.use("/assets/*", async (c, next) => {
    await next();
    // Their names change with their content.
    if (c.res.ok) c.res.headers.set("cache-control", "public, max-age=31536000, immutable");
  });
  routes.use("*", staticFiles(dist));
  routes.get("*", async (c) => {
    const page = join(dist, "index.html");
    if (/\.\w+$/.test(c.req.path)) return c.text("Not found.", 404);
    if (!existsSync(page))
      return c.text("The web app is not built. Run npm start, or npm run build in apps/web.", 503);
    onOpened();
    c.header("cache-control", "no-cache");
    return c.html(await readFile(page, "utf8"));
  });
  return routes;
}
