/** Zoom's REST API for programs: every action of the connector as a typed function, without the server. */
import {
  type AccessTokenSource,
  type AppProfile,
  type CallOptions,
  type Client,
  runAction,
  Secret,
  type TokenSet,
} from "@greenroom/connector-kit";
import type { z } from "zod";
import { actions } from "./actions.gen.ts";
import { zoomChatbot, zoomServerToServer, zoomUserOAuth } from "./auth/zoom-oauth.ts";
import { createZoomClient } from "./create-zoom-client.ts";
import { type OperationAction, rowsOf } from "./operations/operation-action.ts";

/** How a program proves who it is. */
export type ZoomAuth =
  | { readonly accessToken: string }
  /** A server-to-server app. */
  | { readonly clientId: string; readonly clientSecret: string; readonly accountId: string }
  /** A chatbot of Team Chat. */
  | {
      readonly clientId: string;
      readonly clientSecret: string;
      readonly accountId: string;
      readonly robotJid: string;
    }
  /** An OAuth app that a person has allowed; Zoom replaces the refresh token each time, so keep what `onTokens` is given. */
  | {
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken: string;
      readonly onTokens: (tokens: {
        readonly accessToken: string;
        readonly refreshToken: string;
      }) => void | Promise<void>;
    };

/** What {@link createZoom} takes. */
export interface ZoomOptions {
  readonly auth: ZoomAuth;
  /** @default "https://api.zoom.us/v2" */
  readonly baseUrl?: string;
  /** Where tokens come from. @default "https://zoom.us" */
  readonly oauthUrl?: string;
  readonly signal?: AbortSignal;
}

type Actions = typeof actions;
type Camel<Id extends string> = Id extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Id;
type Input<Id extends keyof Actions> = z.input<Actions[Id]["input"]>;
type Output<Id extends keyof Actions> = z.output<Actions[Id]["output"]>;
type ListId = {
  [Id in keyof Actions]: Actions[Id] extends Pick<OperationAction, "list" | "requestOf"> ? Id : never;
}[keyof Actions];

/** Zoom, as a program uses it. */
export interface Zoom {
  /** `createMeeting`, `listUsers`, …: the connector's actions. @throws {ConnectorError} */
  readonly actions: {
    readonly [Id in keyof Actions as Camel<Id>]: (input: Input<Id>) => Promise<Output<Id>>;
  };
  /** The rows of a list, page after page, as they come. @throws {ConnectorError} */
  readonly rows: <Id extends ListId>(
    list: Camel<Id>,
    input: Input<Id>,
  ) => AsyncGenerator<Record<string, unknown>>;
  /** Any operation, with retries and limits. @throws {ConnectorError} */
  readonly request: (method: string, path: string, options?: CallOptions) => Promise<unknown>;
}

const camel = (id: string): string => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Makes it; nothing is sent until it is used. */
export function createZoom({ auth, baseUrl, oauthUrl, signal }: ZoomOptions): Zoom {
  const profile: AppProfile = {
    client_id: "clientId" in auth ? auth.clientId : "token",
    client_secret: new Secret("clientSecret" in auth ? auth.clientSecret : ""),
    ...("accountId" in auth && { account_id: auth.accountId }),
    ...("robotJid" in auth && { robot_jid: auth.robotJid }),
    ...(baseUrl !== undefined && { api_url: baseUrl }),
    ...(oauthUrl !== undefined && { oauth_url: oauthUrl }),
  };
  const kind = "robotJid" in auth ? zoomChatbot.id : undefined;
  const client: Client = createZoomClient({ profile, kind, accessToken: tokenSource(auth, profile), signal });
  const byName = new Map(Object.entries(actions).map(([id, action]) => [camel(id), action]));
  const functions = Object.fromEntries(
    [...byName].map(([name, action]) => [
      name,
      (input: unknown) => runAction(action, { client, input, idempotencyKey: crypto.randomUUID(), signal }),
    ]),
  );
  return {
    // Each function has its action's own schemas.
    actions: functions as unknown as Zoom["actions"],
    rows: (name, input) => {
      const action = byName.get(name) as OperationAction;
      return rowsOf(client, action, action.input.parse(input));
    },
    request: (method, path, options) => client.request(method, path, options),
  };
}

/** A token is replaced this long before it ends. */
const SPARE_MS = 60_000;

/** Gives the token, and gets another when it is old or was refused; callers that wait share one exchange. */
function tokenSource(auth: ZoomAuth, profile: AppProfile): AccessTokenSource {
  if ("accessToken" in auth) {
    const accessToken = new Secret(auth.accessToken);
    return async () => ({ accessToken, apiUrl: undefined });
  }
  let refreshToken = "refreshToken" in auth ? auth.refreshToken : "";
  const exchange = async (): Promise<TokenSet> => {
    const now = new Date();
    if ("robotJid" in auth) return await zoomChatbot.obtain({ profile, now });
    if (!("refreshToken" in auth)) return await zoomServerToServer.obtain({ profile, now });
    const before = {
      accessToken: new Secret(""),
      refreshToken: new Secret(refreshToken),
      expiresAt: now,
      scopes: [],
      apiUrl: undefined,
    };
    const tokens = await zoomUserOAuth.refresh({ profile, tokens: before, now });
    refreshToken = tokens.refreshToken?.reveal() ?? refreshToken;
    // Kept before it is used: the one before is dead by now.
    await auth.onTokens({ accessToken: tokens.accessToken.reveal(), refreshToken });
    return tokens;
  };
  let held: Promise<TokenSet> | undefined;
  return async (options) => {
    for (;;) {
      const asked = (held ??= exchange());
      const forget = (): void => {
        if (held === asked) held = undefined;
      };
      const { accessToken, expiresAt } = await asked.catch((error: unknown) => {
        forget();
        throw error;
      });
      const refused = options?.after?.reveal() === accessToken.reveal();
      if (!refused && expiresAt.getTime() - Date.now() > SPARE_MS) return { accessToken, apiUrl: undefined };
      forget();
    }
  };
}
