/** What signing in and out asks of the server. */
import type { signInOptions, me } from "@greenroom/server/schemas";
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { api } from "../../api.ts";

/** How a browser can sign in here. */
export type SignInOptions = z.output<typeof signInOptions>;

/** Who is signed in. */
export type Me = z.output<typeof me>;

export const signInOptionsQuery = queryOptions({
  queryKey: ["sign-in-options"],
  queryFn: () => api<SignInOptions>("GET", "/sign-in-options"),
});
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => api<Me>("GET", "/me"),
  staleTime: 60_000,
});

/** What the address has behind its #, such as a one-time token; no server sees it. */
export const hashValue = (name: string): string | undefined =>
  new URLSearchParams(location.hash.slice(1)).get(name) ?? undefined;

/** Where to go after signing in: a page of ours, and no other site's. */
export function destination(): string {
  const from = new URLSearchParams(location.search).get("from") ?? "/";
  const url = URL.parse(from, location.origin);
  return url?.origin === location.origin && !url.pathname.startsWith("/sign-in")
    ? `${url.pathname}${url.search}`
    : "/";
}

/** Leaves the sign-in pages as somebody else: nothing that was read before is kept. */
export const enter = () => location.assign(destination());
