import { createHash, createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { z } from "zod";

/** A person with a browser, as the tests need one: keeps cookies, fills in forms. */
export interface Visitor {
  readonly get: (path: string) => Promise<Response>;
  /** Posts a form with the session's csrf field; `on` is the page it stands on, which browsers tell. */
  readonly post: (path: string, fields: Record<string, string | string[]>, on?: string) => Promise<Response>;
}

/** Signs a person in. */
export async function visit(url: string, email: string): Promise<Visitor> {
  let cookie = "";
  const send = async (path: string, init: RequestInit = {}, on?: string): Promise<Response> => {
    const response = await fetch(new URL(path, url), {
      ...init,
      redirect: "manual",
      headers: { cookie, ...(on !== undefined && { referer: new URL(on, url).href }) },
    });
    const set = response.headers.get("set-cookie");
    if (set !== null) cookie = set.split(";", 1)[0] ?? "";
    return response;
  };
  await send("/signin", { method: "POST", body: new URLSearchParams({ email, password: "sandbox" }) });
  const page = await (await send("/marketplace/apps")).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  return {
    get: (path) => send(path),
    post: (path, fields, on) => {
      const body = new URLSearchParams({ csrf });
      for (const [name, value] of Object.entries(fields)) {
        for (const one of [value].flat()) body.append(name, one);
      }
      return send(path, { method: "POST", body }, on);
    },
  };
}

const appsAnswer = z.looseObject({
  account_id: z.string(),
  apps: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      client_id: z.string(),
      client_secret: z.string(),
      secret_token: z.string(),
      verification_token: z.string(),
    }),
  ),
});

/** An app a test made through the Marketplace's form. */
export type MadeApp = z.infer<typeof appsAnswer>["apps"][number] & { readonly account_id: string };

/** Where the test's apps send people back to. */
export const REDIRECT = "http://127.0.0.1:9/callback";

/** Creates an app by the Marketplace's form. */
export async function makeApp(
  url: string,
  by: Visitor,
  scopes: string[],
  kind = "admin_managed",
): Promise<MadeApp> {
  const created = await by.post("/marketplace/apps", {
    name: "Greenroom",
    kind,
    redirect_urls: REDIRECT,
    scopes,
  });
  const id = /\/marketplace\/apps\/([^?]+)/.exec(created.headers.get("location") ?? "")?.[1];
  const all = appsAnswer.parse(await json(await fetch(`${url}/_sandbox/apps`)));
  const app = all.apps.find((row) => row.id === id);
  if (app === undefined) throw new Error(`The app was not created: ${await created.text()}`);
  return { ...app, account_id: all.account_id };
}

/** A PKCE pair. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** Decides on the consent page; answers the address the browser is sent to. */
export async function consent(
  by: Visitor,
  app: MadeApp,
  more: Record<string, string> = {},
  decision = "allow",
): Promise<URL> {
  const query = {
    response_type: "code",
    client_id: app.client_id,
    redirect_uri: REDIRECT,
    state: "s1",
    ...more,
  };
  const answer = await by.post("/oauth/authorize", { ...query, decision });
  return new URL(answer.headers.get("location") ?? "about:blank", "http://sandbox.invalid");
}

/** Posts to the token endpoint as the app. */
export function postToken(
  url: string,
  app: MadeApp,
  fields: Record<string, string>,
  path = "/oauth/token",
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${app.client_id}:${app.client_secret}`)}` },
    body: new URLSearchParams(fields),
  });
}

/** What the token endpoint answers to a code or a refresh. */
export const tokenAnswer = z.looseObject({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  scope: z.string(),
});

/** What the token endpoint gave. */
export type GivenTokens = z.infer<typeof tokenAnswer>;

/** Goes the whole way from consent to tokens. */
export async function connect(url: string, by: Visitor, app: MadeApp): Promise<GivenTokens> {
  const code = (await consent(by, app)).searchParams.get("code");
  if (code === null)
    throw new Error("The person may not allow the app: does their role give any of its scopes?");
  const answer = await postToken(url, app, {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT,
  });
  return tokenAnswer.parse(await json(answer));
}

/** Calls the REST API with a bearer token. */
export function call(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return fetch(`${url}/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

/** Reads an answer's JSON without claiming its type. */
export async function json(response: Response): Promise<unknown> {
  return response.json();
}

/** A webhook as it came over the wire. */
export interface Received {
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
  readonly event: string;
}

/** A receiver of webhooks that answers the challenge, and other events with `status`, or nothing where there is none. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  status: number | undefined;
  secret: string;
}

/** Starts a receiver on a free port. */
export async function receiver(secret: string): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const { event, payload } = z
        .looseObject({ event: z.string(), payload: z.looseObject({ plainToken: z.string().optional() }) })
        .parse(JSON.parse(body));
      self.received.push({ headers: request.headers, body, event });
      if (payload.plainToken === undefined) {
        if (self.status !== undefined) response.writeHead(self.status).end();
        return;
      }
      const encryptedToken = createHmac("sha256", self.secret).update(payload.plainToken).digest("hex");
      response.writeHead(200).end(JSON.stringify({ plainToken: payload.plainToken, encryptedToken }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const self: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    status: 200,
    secret,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}
