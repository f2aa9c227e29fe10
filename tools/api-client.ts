/** JSON over HTTP for scripts, with the reason of a refusal in the error. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const keys = new Map<string, string>();

/** Whoever can read a server's home is its admin on this machine: from here on, calls of that server use the key kept there. */
export function useOwnerKey(serverUrl: string, home: string): void {
  keys.set(new URL(serverUrl).origin, readFileSync(join(home, "owner.key"), "utf8").trim());
}

/** The header that proves who we are to a server; none where no key is known. */
export function authorization(url: string): Readonly<Record<string, string>> {
  const key = keys.get(new URL(url).origin);
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

/** Calls a server. @throws with what it answered */
export async function call<T>(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  return (await callForCookie<T>(method, url, body, headers)).body;
}

/** The same, with the cookies that came with the answer. @throws with what it answered */
export async function callForCookie<T>(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly body: T; readonly cookie: string }> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...authorization(url),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]);
  return { body: (text === "" ? undefined : JSON.parse(text)) as T, cookie: cookies.join("; ") };
}
