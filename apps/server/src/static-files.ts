import { serveStatic } from "@hono/node-server/serve-static";
import type { MiddlewareHandler } from "hono";
import type { Visit } from "./access/principal.ts";

/** Serves a folder's files. It may be made after the start, so it is looked at with the first request. */
export function staticFiles(
  root: string,
  options: { readonly rewriteRequestPath?: (path: string) => string } = {},
): MiddlewareHandler<Visit> {
  let files: MiddlewareHandler<Visit> | undefined;
  return async (c, next) => {
    files ??= serveStatic({ root, ...options });
    return await files(c, next);
  };
}
