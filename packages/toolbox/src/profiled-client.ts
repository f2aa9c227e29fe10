import type { AppProfile, Client } from "@greenroom/connector-kit";

const profiles = new WeakMap<Client, AppProfile>();

/** Remembers a client's form, for what needs it beside the requests. */
export function ofProfile<C extends Client>(client: C, profile: AppProfile): C {
  profiles.set(client, profile);
  return client;
}

/** A client's form; empty where it has none. */
export function profileOf(client: Client): AppProfile {
  return profiles.get(client) ?? {};
}
