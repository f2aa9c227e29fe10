/** A request to the API or the OAuth endpoints, as the control plane lists it. */
export interface LoggedRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly client_id: string;
}

/** The most recent requests, in a ring that never grows. */
export interface RequestLog {
  readonly add: (atMs: number, method: string, path: string, status: number, clientId: string) => void;
  /** Newest first. */
  readonly recent: (limit: number) => LoggedRequest[];
  readonly clear: () => void;
}

type Entry = [atMs: number, method: string, path: string, status: number, clientId: string];

/** Makes a ring of this many requests. */
export function createRequestLog(size = 2000): RequestLog {
  let ring: Entry[] = [];
  let next = 0;
  return {
    add: (...entry) => {
      ring[next] = entry;
      next = (next + 1) % size;
    },
    recent: (limit) =>
      [...ring.slice(next), ...ring.slice(0, next)]
        .slice(-limit)
        .toReversed()
        .map(([atMs, method, path, status, client_id]) => ({
          at: new Date(atMs).toISOString(),
          method,
          path,
          status,
          client_id,
        })),
    clear: () => {
      ring = [];
      next = 0;
    },
  };
}
