/** The API's description to read and try, by Swagger UI from its npm package: nothing is loaded from elsewhere. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { Visit } from "../access/principal.ts";

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Greenroom API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;
const start = `SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#docs", deepLinking: true });\n`;

/** Makes the routes of the API's page. */
export function createApiDocs(): Hono<Visit> {
  const root = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const routes = new Hono<Visit>();
  routes.get("/", (c) => c.html(page));
  routes.get("/start.js", (c) => c.body(start, 200, { "content-type": "text/javascript" }));
  routes.get(
    "/:file{swagger-ui(-bundle)?\\.(css|js)}",
    serveStatic({ root, rewriteRequestPath: (path) => path.replace(/^.*\//, "/") }),
  );
  return routes;
}
