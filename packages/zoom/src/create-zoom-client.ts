import { type Connector, createHttpClient, createMemoryLimitStore } from "@greenroom/connector-kit";
import { chatbotKind, chatbotOf, chatbots } from "./auth/zoom-chatbot.ts";
import { addressOf, fieldOf } from "./auth/zoom-profile.ts";
import { decodeZoomError } from "./errors.ts";
import { createZoomLimiter, isPlan } from "./limits/zoom-limiter.ts";
import { zoomFiles } from "./open-zoom-file.ts";
import { encodeZoomId } from "./zoom-path.ts";

const ownStore = createMemoryLimitStore();

/** Makes what makes clients of Zoom's REST API v2. Clients of one account share its limits; alone, those of one app do. */
export const zoomClients =
  (fetch: typeof globalThis.fetch): Connector["createClient"] =>
  ({ profile, kind, accessToken, signal, limits }) => {
    const baseUrl = addressOf(profile, "api_url");
    const plan = fieldOf(profile, "plan");
    const alone = {
      ...{ store: ownStore, accountId: `${baseUrl} ${fieldOf(profile, "client_id")}`, userId: "me" },
      ...({ priority: "bulk", now: () => new Date() } as const),
    };
    const client = createHttpClient({
      ...{ baseUrl, fetch },
      // Zoom: a token may name a regional host, but the global one always works (OAuth guide, api_url).
      accessToken:
        accessToken && (async (options) => ({ ...(await accessToken(options)), apiUrl: undefined })),
      limiter: createZoomLimiter(limits ?? alone, isPlan(plan) ? plan : undefined),
      signal,
      encodeParameter: encodeZoomId,
      decodeError: decodeZoomError,
    });
    if (kind === chatbotKind) return chatbots.over(client, chatbotOf(profile));
    return accessToken ? { ...client, openFile: zoomFiles({ profile, accessToken, signal, fetch }) } : client;
  };

/** Makes a client that calls whatever address it is given. */
export const createZoomClient = zoomClients(globalThis.fetch);
