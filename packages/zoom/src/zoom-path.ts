/**
 * Encodes an id for a path.
 *
 * Zoom: a meeting UUID that begins with “/” or contains “//” must be encoded twice (API reference, meeting UUIDs).
 */
export function encodeZoomId(id: string): string {
  const once = encodeURIComponent(id);
  return id.startsWith("/") || id.includes("//") ? encodeURIComponent(once) : once;
}
