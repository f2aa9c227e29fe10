import { type AppProfile, type Client, carryingClients } from "@greenroom/connector-kit";

const profiles = carryingClients<AppProfile>("a form");

/** Remembers a client's form, for what needs it beside the requests. */
export function ofProfile<C extends Client>(client: C, profile: AppProfile): C {
  return profiles.over(client, profile);
}

/** A client's form. */
export function profileOf(client: Client): AppProfile {
  return profiles.in(client);
}
