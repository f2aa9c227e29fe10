/** The request pipeline round one `fetch`: authorise, wait for limits, send, retry what is safe, decode. */
import type { CallOptions, Client, ClientResponse } from "./client.ts";
import { ConnectorError } from "./connector-error.ts";
import type { AccessTokenSource } from "./connector.ts";
import type { Limiter } from "./limiter.ts";
import { retryAfter } from "./retry-after.ts";

/** What a connector gives the pipeline. */
export interface HttpClientOptions {
  /** Where paths are relative to; a token may name another place. Without it, paths are whole URLs. */
  readonly baseUrl?: string | undefined;
  readonly accessToken?: AccessTokenSource | undefined;
  readonly limiter?: Limiter | undefined;
  /** Encodes one path parameter; by default as a URI component. */
  readonly encodeParameter?: (value: string) => string;
  /** Makes the error of an answer that is not 2xx. */
  readonly decodeError: (response: ClientResponse, request: { method: string; path: string }) => ConnectorError;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => Date;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random?: () => number;
  /** One attempt's time limit in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Attempts inside one call; beyond them the engine decides. */
const maxAttempts = 3;
/** A wait the caller need not see. */
const longestQuietWaitMs = 2_000;
const neverSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);
const json = /^application\/(?:[\w.+-]+\+)?json\b/i;

/** Makes a client. */
export function createHttpClient(options: HttpClientOptions): Client {
  const { accessToken, limiter, decodeError, timeoutMs = 30_000 } = options;
  const fetch = options.fetch ?? globalThis.fetch;
  const now = options.now ?? (() => new Date());
  const sleep = options.sleep ?? abortableSleep;
  const random = options.random ?? Math.random;
  const encode = options.encodeParameter ?? encodeURIComponent;

  async function send(method: string, path: string, call: CallOptions = {}): Promise<ClientResponse> {
    const signal = anyOf(options.signal, call.signal);
    const idempotent = call.idempotent ?? (method !== "POST" && method !== "PATCH");
    let refused: Awaited<ReturnType<AccessTokenSource>>["accessToken"] | undefined;
    let token = await accessToken?.();
    for (let attempt = 1; ; attempt += 1) {
      await limiter?.ready(signal);
      const url = urlOf(token?.apiUrl ?? options.baseUrl, path, call, encode);
      const outcome = await exchange(method, url, call, token?.accessToken.reveal(), signal);
      if ("error" in outcome) {
        const again = outcome.error.kind === "unavailable" || (outcome.error.kind === "outcome-unknown" && idempotent);
        if (!again || attempt >= maxAttempts || signal?.aborted) throw outcome.error;
        await sleep(backOffMs(attempt, random()), signal);
        continue;
      }
      if (outcome.status >= 200 && outcome.status < 300) return outcome;

      const retryAt = retryAfter(outcome.headers, now());
      const error = decodeError(outcome, { method, path });
      if (error.kind === "reconnect" && token && accessToken && !refused) {
        // Once: the token may have been revoked or replaced since it was read.
        refused = token.accessToken;
        token = await accessToken({ after: refused });
        continue;
      }
      if (error.kind === "rate-limited") {
        limiter?.defer(error.retryAt ?? retryAt ?? new Date(now().getTime() + backOffMs(attempt, random())));
      }
      const waitMs = quietWaitMs(error, retryAt, idempotent, attempt);
      if (waitMs === undefined || attempt >= maxAttempts) throw withRetryAt(error, retryAt);
      await sleep(waitMs, signal);
    }
  }

  function quietWaitMs(error: ConnectorError, retryAt: Date | undefined, idempotent: boolean, attempt: number): number | undefined {
    // A limited request was not carried out: it is safe to send again, whatever it does.
    if (error.kind !== "rate-limited" && !(error.kind === "unavailable" && idempotent)) return undefined;
    const at = error.retryAt ?? retryAt;
    const ms = at ? Math.max(0, at.getTime() - now().getTime()) : backOffMs(attempt, random());
    return ms <= longestQuietWaitMs ? ms : undefined;
  }

  async function exchange(
    method: string,
    url: string,
    call: CallOptions,
    bearer: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ClientResponse | { error: ConnectorError }> {
    const headers: Record<string, string> = { accept: "application/json", ...call.headers };
    if (bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
    if (call.body !== undefined) headers["content-type"] ??= "application/json";
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method,
        headers,
        body: call.body === undefined ? null : typeof call.body === "string" ? call.body : JSON.stringify(call.body),
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        redirect: "manual",
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: decodeBody(text, response) };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      return { error: networkError(error, method, new URL(url).host, limit.aborted, timeoutMs) };
    }
  }

  return { send, request: async (method, path, call) => (await send(method, path, call)).body };
}

function decodeBody(text: string, response: Response): unknown {
  if (text === "") return undefined;
  if (!json.test(response.headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Said to be JSON and is not: whoever reads it as such will say so.
    return text;
  }
}

function urlOf(baseUrl: string | undefined, path: string, call: CallOptions, encode: (value: string) => string): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = call.path?.[name];
    if (value === undefined || value === "") {
      throw new ConnectorError("invalid-input", "missing-path-parameter", `${name} is empty, but ${path} needs it.`, {
        fields: [{ field: name, message: "is required" }],
      });
    }
    return encode(String(value));
  });
  const url = baseUrl === undefined ? filled : `${baseUrl.replace(/\/+$/, "")}${filled}`;
  if (!call.query) return url;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query)) if (value !== undefined) query.append(name, String(value));
  const text = query.toString();
  return text === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${text}`;
}

function networkError(error: unknown, method: string, host: string, timedOut: boolean, timeoutMs: number): ConnectorError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "network";
  if (neverSent.has(code)) {
    return new ConnectorError("unavailable", code.toLowerCase(), `${host} cannot be reached (${code}).`, { cause: error });
  }
  const what = timedOut ? `${host} did not answer within ${timeoutMs / 1000} seconds` : `the connection to ${host} broke off (${code})`;
  if (method === "GET") return new ConnectorError("unavailable", timedOut ? "timeout" : code.toLowerCase(), `${capital(what)}.`, { cause: error });
  return new ConnectorError("outcome-unknown", timedOut ? "timeout" : code.toLowerCase(), `${capital(what)}; it may have carried out the request.`, {
    cause: error,
    hint: "Check at the service whether it was done, before you run it again.",
  });
}

function withRetryAt(error: ConnectorError, retryAt: Date | undefined): ConnectorError {
  if (error.retryAt || !retryAt) return error;
  const { kind, code, message, fields, hint, cause } = error;
  return new ConnectorError(kind, code, message, { retryAt, fields, hint, cause });
}

function anyOf(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a && b ? AbortSignal.any([a, b]) : (a ?? b);
}

function backOffMs(attempt: number, random: number): number {
  return Math.round(200 * 2 ** (attempt - 1) * (0.5 + random / 2));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Resolves after `ms`; rejects with the signal's reason when aborted. */
export function abortableSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}
