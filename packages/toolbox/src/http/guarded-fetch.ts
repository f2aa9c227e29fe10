/** A `fetch` that refuses addresses by what they resolve to, at the moment of connecting. */
import { lookup as resolve } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { ConnectorError } from "@greenroom/connector-kit";
import { addressRefusal, type AddressPolicy } from "./address-policy.ts";

/** Makes the fetch. The check is in the socket's own look-up, so a name cannot change its address after it. */
export function guardedFetch(policy: AddressPolicy): typeof globalThis.fetch {
  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "", 0);
      const refused = addresses
        .map(({ address }) => addressRefusal(address, policy))
        .find((why) => why !== undefined);
      const first = addresses[0];
      if (refused !== undefined || !first)
        return callback(refusal(hostname, refused ?? "it has no address"), "", 0);
      // Node asks for all addresses when it races IPv4 against IPv6.
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
  let loaded: ReturnType<typeof load> | undefined;
  // Loaded at the first request: it takes longer to load than the rest of the server's connectors together.
  async function load() {
    const { Agent, fetch } = await import("undici");
    return { fetch, dispatcher: new Agent({ connect: { lookup } }) };
  }
  const guarded = async (input: URL, init: object) => {
    // An address written as numbers is never looked up.
    const host = input.hostname.replace(/^\[|\]$/g, "");
    const refused = isIP(host) === 0 ? undefined : addressRefusal(host, policy);
    if (refused !== undefined) throw new TypeError("fetch failed", { cause: refusal(host, refused) });
    loaded ??= load();
    const { fetch, dispatcher } = await loaded;
    return await fetch(input, { ...init, dispatcher });
  };
  // undici's types and Node's copy of them are declared apart; at run time they are the same classes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return guarded as unknown as typeof globalThis.fetch;
}

function refusal(host: string, why: string): ConnectorError {
  return new ConnectorError("forbidden", "address-refused", `${host} is not called: ${why}.`, {
    fields: [{ field: "url", message: why }],
    hint: "Use an address of the service that is reachable from the internet, or ask whoever runs this server.",
  });
}
