import type { Client, OpenFile } from "@greenroom/connector-kit";

/** Clients of what is not called by HTTP requests, such as a folder, a mail server or a database. */
export interface CarryingClients<T> {
  /** A client that carries it. */
  of(carried: T, openFile?: OpenFile): Client;
  /** What a client carries. */
  in(client: Client): T;
}

/** Makes such clients; `what` is said when one is asked for a request all the same. */
export function carryingClients<T>(what: string): CarryingClients<T> {
  const carried = new WeakMap<Client, T>();
  const refuse = () => Promise.reject(new Error(`${what} is not called by requests`));
  return {
    of(value, openFile) {
      const client: Client = { request: refuse, send: refuse, ...(openFile && { openFile }) };
      carried.set(client, value);
      return client;
    },
    in(client) {
      const value = carried.get(client);
      if (value === undefined) throw new Error(`this client is not one of ${what}`);
      return value;
    },
  };
}
