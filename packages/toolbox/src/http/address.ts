import { z } from "zod";

/** Where a request goes: a whole address, or with a connection a path at its host. */
export const address = z
  .string()
  .refine(
    (url) => /^\/(?!\/)/.test(url) || /^https?:$/.test(URL.parse(url)?.protocol ?? ""),
    "must be a whole address that begins with https:// or http://, or with a connection a path that begins with /",
  );

/** Headers of a request. */
export const requestHeaders = z.record(
  z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "is no header name"),
  z.string(),
);

/** What stands behind the question mark of an address. */
export const requestQuery = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
