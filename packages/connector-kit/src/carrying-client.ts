import type { Client } from "./client.ts";
import type { OpenFile } from "./file-ref.ts";

/** Clients that carry more than requests, such as a folder, a mail server or a database. */
export interface CarryingClients<T> {
  /** A client that carries it. */
  of(carried: T, openFile?: OpenFile): Client;
  /** Lets a client that is called by requests carry it too. */
  over<C extends Client>(client: C, carried: T): C;
  /** What a client carries. */
  in(client: Client): T;
  /** The same; undefined of a client that carries none. */
  find(client: Client): T | undefined;
}

/** Makes such clients; `what` is said when one is asked for a request all the same. */
export function carryingClients<T>(what: string): CarryingClients<T> {
  // A property, so that what is laid over a client carries it too.
  const place = Symbol(what);
  const find = (client: Client) => (client as Client & { readonly [place]?: T })[place];
  const refuse = () => Promise.reject(new Error(`${what} is not called by requests`));
  return {
    of(value, openFile) {
      const client: Client & Record<symbol, unknown> = {
        ...{ request: refuse, send: refuse, [place]: value },
        ...(openFile && { openFile }),
      };
      return client;
    },
    over: (client, value) => Object.assign(client, { [place]: value }),
    in(client) {
      const value = find(client);
      if (value === undefined) throw new Error(`this client is not one of ${what}`);
      return value;
    },
    find,
  };
}
