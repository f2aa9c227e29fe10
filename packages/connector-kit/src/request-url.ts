import type { CallOptions } from "./client.ts";
import { ConnectorError } from "./connector-error.ts";

/** The address of one request: base and path with its `{parameters}` filled in and encoded, then the query. */
export function requestUrl(
  baseUrl: string | undefined,
  path: string,
  call: CallOptions,
  encode: (value: string) => string,
): URL {
  // Without a base the path is somebody's whole address, and braces in it are theirs.
  const url = baseUrl === undefined ? parse(path) : parse(joined(baseUrl, fill(path, call, encode)));
  if (call.query) {
    for (const name in call.query) {
      const value = call.query[name];
      if (value !== undefined) url.searchParams.append(name, String(value));
    }
  }
  return url;
}

function joined(baseUrl: string, path: string): string {
  return baseUrl.endsWith("/") ? baseUrl.slice(0, -1) + path : baseUrl + path;
}

function fill(path: string, call: CallOptions, encode: (value: string) => string): string {
  if (!path.includes("{")) return path;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(call.path?.[name] ?? "");
    if (value === "") throw refused(name, `${name} is empty, but ${path} needs it.`, "is required");
    // URL parsers fold these away: `DELETE /meetings/..` would be `DELETE /`.
    if (value === "." || value === "..")
      throw refused(name, `${name} is “${value}”, which is no id.`, "is no id");
    return encode(value);
  });
}

function parse(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new ConnectorError("invalid-input", "invalid-url", `“${text}” is not a web address.`, {
    fields: [{ field: "url", message: "must be a whole address that begins with https:// or http://" }],
  });
}

function refused(field: string, message: string, problem: string): ConnectorError {
  return new ConnectorError("invalid-input", "invalid-path-parameter", message, {
    fields: [{ field, message: problem }],
  });
}
