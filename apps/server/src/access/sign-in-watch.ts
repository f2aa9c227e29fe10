/** What surrounds better-auth's routes: throttling, the audit log, and refusals in the API's own form. */
import type { Access } from "@greenroom/engine";
import type { Context } from "hono";
import { z } from "zod";
import type { Visit } from "./principal.ts";
import type { BrowserSession, SignIn } from "./sign-in.ts";

const minuteMs = 60_000;

interface Limit {
  readonly key: string;
  readonly most: number;
  readonly windowMs: number;
}

const given = z
  .object({ email: z.string().max(200).optional().catch(undefined) })
  .catch({ email: undefined });
const refusal = z.object({ code: z.string().catch(""), message: z.string().catch("") });

/** Routes where something can be guessed, or mail be sent. */
const guarded = /^\/(?:sign-in|request-password-reset|reset-password|change-password|two-factor)\b/;
/** Routes that change how somebody signs in. */
const changing =
  /^\/(?:reset-password|change-password|two-factor\/(?:enable|disable|generate-backup-codes)|sign-out)$/;

const byCode = "/two-factor/verify-totp";
/** Longer than any code is taken. */
const codeLifeMs = 3 * minuteMs;
const coded = z.object({ code: z.string().max(20).catch("") }).catch({ code: "" });

/** Makes the watch over one request to better-auth. */
export function createSignInWatch({ throttle, audit, people }: Access, signIn: SignIn) {
  const limitsOf = (path: string, client: string, email: string | undefined): readonly Limit[] =>
    !guarded.test(path)
      ? []
      : [
          { key: `${path} from ${client}`, most: 100, windowMs: 15 * minuteMs },
          ...(email === undefined
            ? []
            : [
                { key: `${path} of ${email} from ${client}`, most: 8, windowMs: 15 * minuteMs },
                // Against many machines at one account; high enough that nobody is locked out for fun.
                { key: `${path} of ${email}`, most: 100, windowMs: 60 * minuteMs },
              ]),
        ];

  return async (
    c: Context<Visit>,
    path: string,
    text: string,
    run: () => Promise<Response>,
  ): Promise<Response> => {
    const client = c.get("client");
    const email = given.parse(parsed(text)).email?.trim().toLowerCase();
    const limits = limitsOf(path, client, email);
    for (const { key, most, windowMs } of limits) {
      const { count, endsAt } = await throttle.count(key, windowMs);
      if (count > most) return tooMany(c, endsAt);
    }
    const needed = changing.test(path) || path === byCode;
    const who = needed ? await signIn.session(c.req.raw.headers) : undefined;
    const answer = await run();
    const session = await signedInBy(answer, signIn);
    const signedIn = session?.personId;
    if (session && !who && path === byCode && (await isUsed(text, session.personId))) {
      await people.endSession(session.sessionId);
      return c.json(
        {
          error: { code: "code-used", message: "This code was used before.", hint: "Wait for the next one." },
        },
        401,
      );
    }
    if (signedIn !== undefined) {
      // The count per machine stays: it is of many accounts.
      for (const { key } of limits.slice(1)) await throttle.clear(key);
      await write(c, `signed in by ${wayOf(path)}`, signedIn);
    } else if (path.startsWith("/sign-in/email") && answer.status === 401) {
      const person = email === undefined ? undefined : await people.byEmail(email);
      await write(c, "was refused at sign-in", person?.id, email);
    } else if (answer.ok && changing.test(path)) {
      await write(c, path.slice(1).replaceAll(/[-/]/g, " "), who?.personId);
    }
    return await inOurForm(c, answer);
  };

  /** Whoever looks over a shoulder, or listens, has the code too: it opens one door once (RFC 6238, 5.2). */
  async function isUsed(text: string, personId: string): Promise<boolean> {
    const { code } = coded.parse(parsed(text));
    const { count } = await throttle.count(`code ${code} of ${personId}`, codeLifeMs);
    return count > 1;
  }

  async function write(c: Context<Visit>, action: string, personId: string | undefined, email?: string) {
    const person = personId === undefined ? undefined : await people.find(personId);
    const name = person?.name ?? email ?? "Somebody";
    await audit.write({
      actor: { kind: person ? "person" : "anonymous", id: person?.id, name },
      ...{ ipAddress: c.get("client"), action, subject: { type: "sign-in", id: person?.id, name } },
    });
  }
}

const wayOf = (path: string) =>
  ({ "/sign-in/email": "password", "/sign-in/link": "a one-time link" })[path] ??
  (path.startsWith("/two-factor") ? "password and second factor" : "single sign-on");

/** Whom an answer signs a browser in as. */
async function signedInBy(answer: Response, signIn: SignIn): Promise<BrowserSession | undefined> {
  const cookies = answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0] ?? "")
    .filter((cookie) => !cookie.endsWith("="));
  return await signIn.session(new Headers({ cookie: cookies.join("; ") }));
}

function tooMany(c: Context, endsAt: Date): Response {
  const seconds = Math.max(1, Math.ceil((endsAt.getTime() - Date.now()) / 1000));
  c.header("retry-after", String(seconds));
  const message = "There were too many tries.";
  return c.json(
    { error: { code: "too-many-tries", message, hint: `Try again in ${waitOf(seconds)}.` } },
    429,
  );
}

const waitOf = (seconds: number) =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;

async function inOurForm(c: Context, answer: Response): Promise<Response> {
  if (answer.status < 400) return await withoutToken(answer);
  const { code, message } = refusal
    .catch({ code: "", message: "" })
    .parse(await answer.json().catch(() => ({})));
  const status = answer.status >= 500 ? 500 : answer.status === 401 ? 401 : answer.status === 403 ? 403 : 400;
  const own = code.toLowerCase().replaceAll("_", "-") || "refused";
  return c.json(
    { error: { code: own, message: `${message.replace(/\.$/, "") || "This was refused"}.` } },
    status,
  );
}

/** The session is the cookie's alone: no script of a page is to have it. */
async function withoutToken(answer: Response): Promise<Response> {
  if (!(answer.headers.get("content-type") ?? "").startsWith("application/json")) return answer;
  const body = parsed(await answer.clone().text());
  if (typeof body !== "object" || body === null || !("token" in body)) return answer;
  const { token: _, ...rest } = body;
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify(rest), { status: answer.status, headers });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
