import { type Connector, createHttpClient, createLimiter, type Limiter } from "@greenroom/connector-kit";
import { addressOf, fieldOf } from "./auth/zoom-profile.ts";
import { decodeZoomError } from "./errors.ts";
import { encodeZoomId } from "./zoom-path.ts";

const limiters = new Map<string, Limiter>();

/** Makes a client of Zoom's REST API v2. Clients of one app share what Zoom says of its limits. */
export const createZoomClient: Connector["createClient"] = ({ profile, accessToken, signal }) => {
  const baseUrl = addressOf(profile, "api_url");
  const limits = `${baseUrl} ${fieldOf(profile, "client_id")}`;
  const limiter = limiters.get(limits) ?? createLimiter({ now: () => new Date() });
  limiters.set(limits, limiter);
  return createHttpClient({
    baseUrl,
    // Zoom: a token may name a regional host, but the global one always works (OAuth guide, api_url).
    accessToken: accessToken && (async (options) => ({ ...(await accessToken(options)), apiUrl: undefined })),
    limiter,
    signal,
    encodeParameter: encodeZoomId,
    decodeError: decodeZoomError,
  });
};
