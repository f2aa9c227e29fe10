import type { OpenFile } from "./file-ref.ts";

/** One request, relative to the connection's base URL. */
export interface CallOptions {
  readonly path?: Readonly<Record<string, string | number>> | undefined;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; a string, a form or a {@link StreamedBody} is sent as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Whether sending it twice equals sending it once; by default all but POST and PATCH. */
  readonly idempotent?: boolean | undefined;
  /** The time limit of each attempt, where it is not the client's. */
  readonly timeoutMs?: number | undefined;
  /** Statuses outside 2xx that are wanted answers too, and no errors. */
  readonly expectStatus?: readonly number[] | undefined;
}

/** A body that is streamed; it is opened anew for each attempt. */
export class StreamedBody {
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly mediaType: string;
  /** In bytes, where it is known; some services take no body of unknown length. */
  readonly size: number | undefined;

  constructor(
    open: () => AsyncIterable<Uint8Array>,
    { mediaType, size }: { readonly mediaType: string; readonly size?: number | undefined },
  ) {
    this.open = open;
    this.mediaType = mediaType;
    this.size = size;
  }
}

/** A connection's way to its service: authorised, limited, retried, redacted. */
export interface Client {
  /** Sends one request and gives the decoded JSON, or undefined where the answer is empty. @throws {ConnectorError} */
  request(method: string, path: string, options?: CallOptions): Promise<unknown>;
  /** The same, with the status and headers; for actions that give these out. @throws {ConnectorError} */
  send(method: string, path: string, options?: CallOptions): Promise<ClientResponse>;
  /** Opens a file of the service; absent where it has none. @throws {ConnectorError} */
  readonly openFile?: OpenFile;
}

/** A decoded answer. */
export interface ClientResponse {
  readonly status: number;
  readonly headers: Headers;
  /** JSON where the answer is JSON, text otherwise, undefined where it is empty. */
  readonly body: unknown;
}
