/** How a redirect address is compared with the app's list. */
export type RedirectMatching = "exact" | "subdomain" | "prefix";

/**
 * True when a redirect address fits the app's list. Zoom: strict mode wants an exact match, the subdomain check the
 * same host, and without either a subdomain will do; the path must begin as the entry's does
 * (https://developers.zoom.us/docs/build-flow/basic-info/oauth-info/). On loopback the port does not matter.
 */
export function redirectAllowed(
  allowed: readonly string[],
  wanted: string,
  matching: RedirectMatching = "exact",
): boolean {
  return allowed.some((entry) => fits(withoutLoopbackPort(entry), withoutLoopbackPort(wanted), matching));
}

function fits(entry: string, wanted: string, matching: RedirectMatching): boolean {
  if (entry === wanted) return true;
  if (matching === "exact") return false;
  const [a, b] = [URL.parse(entry), URL.parse(wanted)];
  if (a === null || b === null || a.protocol !== b.protocol || a.port !== b.port) return false;
  if (b.username !== "" || b.password !== "") return false;
  const sameHost = b.hostname === a.hostname;
  if (!sameHost && (matching === "subdomain" || !b.hostname.endsWith(`.${a.hostname}`))) return false;
  const folder = a.pathname.endsWith("/") ? a.pathname : `${a.pathname}/`;
  return b.pathname === a.pathname || b.pathname.startsWith(folder);
}

// Zoom: loopback addresses are compared without their port since 2026-09-28 (zoom-api.md 2.2).
function withoutLoopbackPort(text: string): string {
  return text.replace(/^(http:\/\/127\.0\.0\.1):\d{1,5}(?=[/?#]|$)/, "$1");
}
