/** The request pipeline round one `fetch`: authorise, wait for limits, send, retry what is safe, decode. */
import { abortableSleep } from "./abortable-sleep.ts";
import { answerText, biggestAnswerBytes } from "./answer-text.ts";
import { type CallOptions, type Client, type ClientResponse, StreamedBody } from "./client.ts";
import { ConnectorError } from "./connector-error.ts";
import type { AccessTokenSource } from "./connector.ts";
import type { LimitedRequest, Limiter } from "./limiter.ts";
import { networkError } from "./network-error.ts";
import { requestUrl } from "./request-url.ts";
import { retryAfter } from "./retry-after.ts";

/** What a connector gives the pipeline. */
export interface HttpClientOptions {
  /** Where paths are relative to; a token may name another place. Without it, paths are whole URLs. */
  readonly baseUrl?: string | undefined;
  readonly accessToken?: AccessTokenSource | undefined;
  /** Puts credentials that are no bearer token into a request. */
  readonly authorize?: (request: { readonly url: URL; readonly headers: Record<string, string> }) => void;
  readonly limiter?: Limiter | undefined;
  /** Encodes one path parameter; by default as a URI component. */
  readonly encodeParameter?: (value: string) => string;
  /** Makes the error of an answer that is not 2xx. */
  readonly decodeError: (
    response: ClientResponse,
    request: { method: string; path: string },
  ) => ConnectorError;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => Date;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random?: () => number;
  /** One attempt's time limit. @default 30000 */
  readonly timeoutMs?: number;
  /** The time limit of one call with all its attempts and waits. @default 90000 */
  readonly totalTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Attempts inside one call; beyond them the engine decides. */
const maxAttempts = 3;
/** The time limit of a streamed body: it may be big, and its source slow. */
const streamedWithinMs = 60 * 60_000;
/** A wait the caller need not see. */
const longestQuietWaitMs = 2_000;
const json = /^application\/(?:[\w.+-]+\+)?json\b/i;

interface Decoded extends ClientResponse {
  readonly isJson: boolean;
}

/** Makes a client. */
export function createHttpClient(options: HttpClientOptions): Client {
  const { accessToken, limiter, decodeError, timeoutMs = 30_000, totalTimeoutMs = 90_000 } = options;
  const fetch = options.fetch ?? globalThis.fetch;
  const now = options.now ?? (() => new Date());
  const sleep = options.sleep ?? abortableSleep;
  const random = options.random ?? Math.random;
  const encode = options.encodeParameter ?? encodeURIComponent;

  async function exchange(method: string, path: string, call: CallOptions): Promise<Decoded> {
    const signal = anyOf(options.signal, call.signal);
    const idempotent = call.idempotent ?? (method !== "POST" && method !== "PATCH");
    const streamed = call.body instanceof StreamedBody;
    const deadlineMs = now().getTime() + (streamed ? streamedWithinMs : totalTimeoutMs);
    let token = await accessToken?.();
    let refreshed = false;
    const request: LimitedRequest = { method, path, call };
    for (let attempt = 1; ; attempt += 1) {
      await limiter?.ready(request, signal);
      const url = requestUrl(token?.apiUrl ?? options.baseUrl, path, call, encode);
      const ownLimitMs = call.timeoutMs ?? (streamed ? streamedWithinMs : timeoutMs);
      const limitMs = Math.max(1, Math.min(ownLimitMs, deadlineMs - now().getTime()));
      const answer = await attemptOf(method, url, call, token?.accessToken.reveal(), signal, limitMs);
      if (!(answer instanceof ConnectorError) && isWanted(answer.status, call)) {
        await limiter?.answered(request, answer, undefined);
        return answer;
      }

      let error = answer instanceof ConnectorError ? answer : errorOf(answer, method, path);
      if (error.kind === "reconnect" && token && accessToken && !refreshed) {
        // Once: the token may have been revoked or replaced since it was read.
        refreshed = true;
        token = await accessToken({ after: token.accessToken });
        continue;
      }
      if (error.kind === "rate-limited" && !(answer instanceof ConnectorError)) {
        const refused = { retryAt: error.retryAt, waitMs: waitBefore(error, attempt) };
        const until = await limiter?.answered(request, answer, refused);
        if (until) error = retriedAt(error, until);
      }
      const waitMs = waitBefore(error, attempt);
      const again = mayRepeat(error, answer === error, idempotent) && attempt < maxAttempts;
      // A longer wait is the engine's: people see it in the job, and it outlives this process.
      if (!again || waitMs > longestQuietWaitMs || now().getTime() + waitMs >= deadlineMs) throw error;
      await sleep(waitMs, signal);
    }
  }

  /** One attempt: the answer, or what became of the request when there was none. */
  async function attemptOf(
    method: string,
    url: URL,
    call: CallOptions,
    bearer: string | undefined,
    signal: AbortSignal | undefined,
    limitMs: number,
  ): Promise<Decoded | ConnectorError> {
    const headers: Record<string, string> = { accept: "application/json" };
    // In lower case, so that a caller's Content-Type takes the place of ours instead of joining it.
    for (const name in call.headers) headers[name.toLowerCase()] = call.headers[name] ?? "";
    if (bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
    options.authorize?.({ url, headers });
    const { body } = call;
    if (body instanceof StreamedBody) {
      headers["content-type"] ??= body.mediaType;
      if (body.size !== undefined) headers["content-length"] = String(body.size);
    } else if (body !== undefined && !(body instanceof FormData)) {
      // A form says its own boundary.
      headers["content-type"] ??= "application/json";
    }
    // One controller for both: AbortSignal.timeout and AbortSignal.any cost a tenth of a millisecond each, at every call.
    const end = new AbortController();
    const onAbort = () => end.abort(signal?.reason);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end.abort();
    }, limitMs);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const response = await fetch(url, {
        method,
        headers,
        ...sentBody(body),
        signal: end.signal,
        redirect: "manual",
      });
      const { text, isWhole } = await answerText(response);
      // What an error says is at its beginning.
      return isWhole || !response.ok ? decoded(response, text) : tooLarge(method, url.host);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      return networkError(error, method, url.host, late ? limitMs : undefined);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  function errorOf(answer: Decoded, method: string, path: string): ConnectorError {
    const error = decodeError(answer, { method, path });
    const retryAt = error.retryAt ?? retryAfter(answer.headers, now());
    return error.retryAt || !retryAt ? error : retriedAt(error, retryAt);
  }

  /** The service's own wish, else a back-off with jitter. */
  function waitBefore(error: ConnectorError, attempt: number): number {
    if (error.retryAt) return Math.max(0, error.retryAt.getTime() - now().getTime());
    return Math.round(200 * 2 ** (attempt - 1) * (0.5 + random() / 2));
  }

  return {
    send: (method, path, call = {}) => exchange(method, path, call),
    async request(method, path, call = {}) {
      const { body, isJson, headers } = await exchange(method, path, call);
      if (body === undefined || isJson) return body;
      const type = headers.get("content-type") ?? "no content type";
      throw new ConnectorError(
        "unexpected-response",
        "not-json",
        `${method} ${path}: expected JSON, but the answer is ${type}.`,
        {
          hint: "Check the service's address: a proxy or a sign-in page may have answered in its place.",
        },
      );
    },
  };
}

/** What `fetch` is given of a body; undici sends a stream in one direction at a time. */
function sentBody(body: unknown): RequestInit & { duplex?: "half" } {
  if (body === undefined) return { body: null };
  if (typeof body === "string" || body instanceof FormData) return { body };
  if (body instanceof StreamedBody) return { body: ReadableStream.from(body.open()), duplex: "half" };
  return { body: JSON.stringify(body) };
}

function retriedAt(error: ConnectorError, retryAt: Date): ConnectorError {
  const { kind, code, message, fields, hint, cause } = error;
  return new ConnectorError(kind, code, message, { retryAt, fields, hint, cause });
}

function isWanted(status: number, { expectStatus }: CallOptions): boolean {
  return (status >= 200 && status < 300) || (expectStatus?.includes(status) ?? false);
}

/** Whether sending it again can do no harm. */
function mayRepeat({ kind }: ConnectorError, unanswered: boolean, idempotent: boolean): boolean {
  if (kind === "rate-limited") return true; // Refused at the door: it was not carried out.
  if (kind === "unavailable") return idempotent || unanswered; // Unanswered and unavailable: it was never sent.
  return kind === "outcome-unknown" && idempotent;
}

function decoded({ status, headers }: Response, text: string): Decoded {
  if (text === "") return { status, headers, body: undefined, isJson: false };
  if (json.test(headers.get("content-type") ?? "")) {
    try {
      return { status, headers, body: JSON.parse(text), isJson: true };
    } catch {
      // Said to be JSON and is not: it is given out as text.
    }
  }
  return { status, headers, body: text, isJson: false };
}

function tooLarge(method: string, host: string): ConnectorError {
  const most = biggestAnswerBytes / 1024 / 1024;
  const message = `The answer of ${host} to this ${method} has more than ${most} MB.`;
  return new ConnectorError("unexpected-response", "answer-too-large", message, {
    hint: "Ask for less at once, or save it as a file.",
  });
}

function anyOf(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a && b ? AbortSignal.any([a, b]) : (a ?? b);
}
