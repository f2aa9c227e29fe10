/**
 * When to come back, from a `Retry-After` header: seconds, an HTTP date (RFC 9110 §10.2.3),
 * or the ISO 8601 date-time that some services send.
 */
export function retryAfter(headers: Headers, now: Date): Date | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  const at = /^\d+$/.test(value) ? new Date(now.getTime() + Number(value) * 1000) : new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
