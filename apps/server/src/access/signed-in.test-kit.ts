/** People and keys on a running server, for tests of who may do what. */
import { randomBytes } from "node:crypto";
import type { Role } from "@greenroom/engine";
import type { Answer, OwnedServer } from "../owned-server.test-kit.ts";

/** Somebody in a browser: keeps cookies, and sends what a browser sends. */
export interface Browser {
  readonly headers: () => Readonly<Record<string, string>>;
  readonly cookies: Map<string, string>;
  api(method: string, path: string, body?: unknown, more?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** Opens a browser. */
export function openBrowser(server: OwnedServer): Browser {
  const cookies = new Map<string, string>();
  const headers = () => ({
    origin: server.url,
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
  });
  return {
    headers,
    cookies,
    async api(method, path, body, more = {}) {
      const answer = await server.api(method, path, body, { ...headers(), ...more });
      for (const cookie of answer.headers.getSetCookie()) {
        const [pair = "", ...attributes] = cookie.split(";");
        const name = pair.slice(0, pair.indexOf("="));
        if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) cookies.delete(name);
        else cookies.set(name, pair.slice(name.length + 1));
      }
      return answer;
    },
  };
}

/** A password that nobody else has. */
export const newPassword = () => randomBytes(12).toString("base64url");

/** Makes the first account. */
export async function firstAccount(server: OwnedServer, name = "Ada") {
  const browser = openBrowser(server);
  const account = { name, email: `${name.toLowerCase()}@acme.example`, password: newPassword() };
  const { status, body } = await browser.api("POST", "/setup", account);
  return { browser, status, id: body.id as string, ...account };
}

/** Invites somebody, who sets a password and signs in. */
export async function newPerson(server: OwnedServer, admin: Browser, person: object, email: string) {
  const invited = await admin.api("POST", "/people", { name: email.split("@")[0], email, ...person });
  if (invited.status !== 201) throw new Error(JSON.stringify(invited.body));
  const password = newPassword();
  const token = new URLSearchParams(new URL(invited.body.link).hash.slice(1)).get("token");
  const browser = openBrowser(server);
  const set = await browser.api("POST", "/auth/reset-password", { token, newPassword: password });
  if (set.status !== 200) throw new Error(JSON.stringify(set.body));
  const signedIn = await browser.api("POST", "/auth/sign-in/email", { email, password });
  if (signedIn.status !== 200) throw new Error(JSON.stringify(signedIn.body));
  return { browser, email, password, id: invited.body.id as string };
}

/** Makes an API key; @returns the headers that use it. */
export async function newKey(maker: Browser, key: { role: Role } & Record<string, unknown>) {
  const made = await maker.api("POST", "/api-keys", { name: `A ${key.role}`, ...key });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return {
    id: made.body.id as string,
    key: made.body.key as string,
    headers: { authorization: `Bearer ${made.body.key}` },
  };
}
