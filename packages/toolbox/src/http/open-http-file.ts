/** Opens files by HTTP: streamed, from any place in them, with the connection's credentials at its own host alone. */
import {
  type AccessTokenSource,
  answerText,
  ConnectorError,
  networkError,
  type OpenedFile,
  type OpenFile,
  skippingBytes,
} from "@greenroom/connector-kit";
import { decodeHttpError } from "./decode-http-error.ts";

const answerWithinMs = 30_000;
const mostRedirects = 5;

/** Makes the function that opens them. */
export function openHttpFile(context: {
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal | undefined;
  readonly accessToken: AccessTokenSource | undefined;
  readonly authorize: ((request: { url: URL; headers: Record<string, string> }) => void) | undefined;
  /** The whole address of a file. @throws {ConnectorError} when the credentials must not go there */
  readonly addressOf: (url: string) => string;
}): OpenFile {
  const { fetch, signal, accessToken, authorize, addressOf } = context;

  async function ask(start: URL, from: number, bearer: string | undefined): Promise<Response> {
    let url = start;
    for (let redirects = 0; ; redirects += 1) {
      const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
      const asked = new URL(url);
      // Services redirect to their storage, whose address carries its own permission.
      if (url.origin === start.origin) {
        authorize?.({ url: asked, headers });
        if (bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
      }
      const response = await begun(fetch, asked, headers, signal);
      const to = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || to === null) return response;
      await response.body?.cancel();
      url = new URL(to, url);
      if (redirects >= mostRedirects || !/^https?:$/.test(url.protocol))
        throw new ConnectorError(
          "unexpected-response",
          "too-many-redirects",
          `${start.host} redirects without end.`,
        );
    }
  }

  return async (ref, from) => {
    const url = new URL(addressOf(ref.url));
    let token = await accessToken?.();
    let response = await ask(url, from, token?.accessToken.reveal());
    if (response.status === 401 && token && accessToken) {
      await response.body?.cancel();
      token = await accessToken({ after: token.accessToken });
      response = await ask(url, from, token.accessToken.reveal());
    }
    return await opened(response, url, from);
  };
}

/** The limit is for the answer to begin; the bytes may take as long as they take. */
async function begun(
  fetch: typeof globalThis.fetch,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), answerWithinMs);
  try {
    const signals = [late.signal, ...(signal ? [signal] : [])];
    return await fetch(url, { headers, redirect: "manual", signal: AbortSignal.any(signals) });
  } catch (error) {
    signal?.throwIfAborted();
    throw networkError(error, "GET", url.host, late.signal.aborted ? answerWithinMs : undefined);
  } finally {
    clearTimeout(timer);
  }
}

async function opened(response: Response, url: URL, from: number): Promise<OpenedFile> {
  const { status, headers, body } = response;
  const mediaType = headers.get("content-type") ?? "application/octet-stream";
  const ranged = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  // Of a compressed answer the length is that of what travels, not of the file.
  const plain = headers.get("content-encoding") === null ? headers.get("content-length") : null;
  const total = ranged ?? plain ?? undefined;
  const size = total === undefined ? undefined : Number(total);
  if (status === 416 && size === from) return { body: new Blob([]).stream(), mediaType, size };
  if (status !== 200 && status !== 206) {
    const said = { status, headers, body: (await answerText(response)).text || undefined };
    throw decodeHttpError(said, { method: "GET", path: url.href });
  }
  if (body === null) return { body: new Blob([]).stream(), mediaType, size };
  return { body: from > 0 && status === 200 ? skippingBytes(body, from) : body, mediaType, size };
}
