/** A small HTTP service for tests: it notes what it is asked and answers as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  type AppProfile,
  type Client,
  type Connector,
  ConnectorError,
  type OpenFile,
  runAction,
  Secret,
  type TokenSet,
} from "@greenroom/connector-kit";

/** A request as the service saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  readonly json: unknown;
}

/** What the service answers with: a status and a body, or whatever it does itself. */
export type Answer =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | undefined;

/** A running service. */
export interface StandIn {
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** Starts the service on a free port of this machine. */
export async function startStandIn(
  answer: (request: Seen, response: ServerResponse) => Answer | Promise<Answer>,
): Promise<StandIn> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://service");
      const text = Buffer.concat(chunks).toString();
      const one = {
        method: request.method ?? "",
        path,
        query,
        headers: request.headers,
        text,
        json: parsed(text),
      };
      seen.push(one);
      void (async () => {
        const said = await answer(one, response);
        if (said === undefined) return;
        const { status = 200, headers = {}, body } = said;
        const plain = typeof body === "string" || Buffer.isBuffer(body);
        response.writeHead(status, { ...(plain ? {} : { "content-type": "application/json" }), ...headers });
        response.end(body === undefined ? undefined : plain ? body : JSON.stringify(body));
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A connection to a connector, as the engine would make it: the form filled in, tokens fetched anew when refused. */
export async function connect(
  connector: Connector,
  kindId: string | undefined,
  form: Readonly<Record<string, string>>,
) {
  const kind = kindId === undefined ? undefined : connector.connections?.find(({ id }) => id === kindId);
  if (kindId !== undefined && !kind) throw new Error(`no kind ${kindId}`);
  const profile: AppProfile = Object.fromEntries(
    (kind?.profileFields ?? []).map(({ name, type, default: fallback = "" }) => {
      const value = form[name] ?? fallback;
      return [name, type === "secret" && value !== "" ? new Secret(value) : value];
    }),
  );
  let tokens: TokenSet | undefined;
  const obtain = async () => {
    if (kind?.type !== "credentials") throw new Error("no token");
    tokens = await kind.obtain({ profile, now: new Date() });
    return tokens;
  };
  const client = connector.createClient({
    ...{ profile, kind: kindId },
    accessToken:
      kind?.type === "credentials"
        ? async (options) => {
            const usable = tokens && tokens.accessToken.reveal() !== options?.after?.reveal();
            const { accessToken, apiUrl } = usable && tokens ? tokens : await obtain();
            return { accessToken, apiUrl };
          }
        : undefined,
  });
  return {
    client,
    identify: async () => await kind?.identify(client),
    run: async (actionId: string, input: object, options: { openFile?: OpenFile; key?: string } = {}) => {
      const output = await runAction(actionOf(connector, actionId), {
        ...{ client, input, idempotencyKey: options.key ?? "job:steps.0", connection: kindId && "mine" },
        openFile: options.openFile ?? openerOf(client),
      });
      // What it gives is the test's to know.
      // oxlint-disable-next-line typescript/no-explicit-any
      return output as any;
    },
  };
}

function actionOf(connector: Connector, id: string) {
  const action = connector.actions[id];
  if (!action) throw new Error(`${connector.id} has no action ${id}`);
  return action;
}

function openerOf(client: Client): OpenFile {
  return (ref, from) => {
    if (!client.openFile) throw new Error("the client opens no files");
    return client.openFile(ref, from);
  };
}

/** A file of these bytes, as an earlier step would give it, and what opens it. */
export function fileOf(bytes: Buffer, name: string, mediaType: string) {
  const openFile: OpenFile = (_, from) =>
    Promise.resolve({
      body: new Blob([new Uint8Array(bytes.subarray(from))]).stream(),
      mediaType,
      size: bytes.length,
    });
  return {
    file: {
      connector: "test",
      url: `test:/${encodeURIComponent(name)}`,
      name,
      mediaType,
      size: bytes.length,
    },
    openFile,
  };
}

/** The error that a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ConnectorError)) throw new Error("expected a ConnectorError", { cause: error });
  return error;
}
