/** One request, relative to the connection's base URL. */
export interface CallOptions {
  readonly path?: Readonly<Record<string, string | number>> | undefined;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** A connection's way to its service: authorised, limited, retried, redacted. */
export interface Client {
  /** Sends one request and gives the decoded JSON, or undefined where the answer is empty. @throws {ConnectorError} */
  request(method: string, path: string, options?: CallOptions): Promise<unknown>;
}
