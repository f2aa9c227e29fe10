/** Opens files at Zoom, recordings mostly: streamed, from any place in them, with the token sent to Zoom alone. */
import {
  type AccessTokenSource,
  type AppProfile,
  ConnectorError,
  networkError,
  type OpenFile,
  skippingBytes,
} from "@greenroom/connector-kit";
import { addressOf } from "./auth/zoom-profile.ts";

const mostRedirects = 5;
const answerWithinMs = 30_000;

/** Makes the function that opens them. */
export function zoomFiles({
  profile,
  accessToken,
  signal,
  fetch,
}: {
  readonly profile: AppProfile;
  readonly accessToken: AccessTokenSource;
  readonly signal: AbortSignal | undefined;
  readonly fetch: typeof globalThis.fetch;
}): OpenFile {
  const own = new Set(["api_url", "oauth_url"].map((name) => new URL(addressOf(profile, name)).host));
  /** The token opens the account: it goes to Zoom's own hosts and to no others. */
  const isZooms = ({ host, hostname, protocol }: URL): boolean =>
    own.has(host) || (protocol === "https:" && /(^|\.)(zoom\.us|zoomgov\.com)$/.test(hostname));

  async function request(start: URL, from: number, bearer: string): Promise<Response> {
    let url = start;
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
      if (isZooms(url)) headers["authorization"] = `Bearer ${bearer}`;
      // The limit is for the answer to begin; the bytes may take as long as they take.
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), answerWithinMs);
      let response: Response;
      try {
        const signals = [late.signal, ...(signal ? [signal] : [])];
        response = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.any(signals) });
      } catch (error) {
        signal?.throwIfAborted();
        throw networkError(error, "GET", url.host, late.signal.aborted ? answerWithinMs : undefined);
      } finally {
        clearTimeout(timer);
      }
      const to = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || to === null) return response;
      await response.body?.cancel();
      url = new URL(to, url);
    }
    throw new ConnectorError(
      "unexpected-response",
      "too-many-redirects",
      `${start.host} redirects without end.`,
    );
  }

  return async (ref, from) => {
    const url = new URL(ref.url);
    if (!isZooms(url)) {
      throw new ConnectorError(
        "invalid-input",
        "not-zooms",
        `${url.host} is not Zoom's, so no file is read from there.`,
        {
          fields: [
            {
              field: "url",
              message: "must be an address that Zoom gave, such as a recording file's download_url",
            },
          ],
        },
      );
    }
    let token = await accessToken();
    let response = await request(url, from, token.accessToken.reveal());
    // A token that no longer lives is answered so too: by a service whose clock is ahead, or that ended it early.
    if (response.status === 401 || isPage(response)) {
      await response.body?.cancel();
      token = await accessToken({ after: token.accessToken });
      response = await request(url, from, token.accessToken.reveal());
    }
    return opened(response, ref.name, from);
  };
}

/** Zoom: a token that may not open the file is answered 200 with a page (zoom-api.md 8.9). */
const isPage = ({ ok, headers }: Response): boolean =>
  ok && /^text\/html\b/.test(headers.get("content-type") ?? "");

function opened(response: Response, name: string, from: number): Awaited<ReturnType<OpenFile>> {
  const { status, headers, body } = response;
  const mediaType = headers.get("content-type") ?? "application/octet-stream";
  const total =
    /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1] ?? headers.get("content-length") ?? undefined;
  const size = total === undefined ? undefined : Number(total);
  if (status === 416 && size === from) return { body: new Blob([]).stream(), mediaType, size };
  if (status !== 200 && status !== 206) {
    void body?.cancel();
    throw refusal(status, name);
  }
  if (isPage(response) || body === null) {
    void body?.cancel();
    const message = `Zoom answered with a page instead of ${name}: the connection may not open it.`;
    throw new ConnectorError("unexpected-response", "page-instead-of-file", message, {
      hint: "The connected user must be its host, or have a role that may see recordings and the scope cloud_recording:read:recording:admin.",
    });
  }
  if (from > 0 && status === 200) return { body: skippingBytes(body, from), mediaType, size };
  return { body, mediaType, size };
}

function refusal(status: number, name: string): ConnectorError {
  if (status === 404)
    return new ConnectorError("not-found", "zoom.file", `${name} is not at Zoom, or no longer.`);
  if (status === 401 || status === 403)
    return new ConnectorError("forbidden", "zoom.file", `Zoom does not let the connection read ${name}.`);
  if (status === 429)
    return new ConnectorError(
      "rate-limited",
      "zoom.file",
      `Zoom wants fewer requests before ${name} is read.`,
    );
  return new ConnectorError("unavailable", "zoom.file", `Zoom answered ${status} when ${name} was read.`);
}
