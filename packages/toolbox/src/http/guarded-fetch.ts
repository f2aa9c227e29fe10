/** A `fetch` that refuses addresses by what they resolve to, at the moment of connecting. */
import { lookup as resolve } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { type AddressPolicy, addressRefusal, ConnectorError } from "@greenroom/connector-kit";

/** Looks names up for sockets, and refuses what they resolve to by the policy. */
export function guardedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
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
}

/** Refuses a host that is written as numbers, which no socket looks up. @throws {ConnectorError} */
export function refuseAddress(host: string, policy: AddressPolicy): void {
  const plain = host.replace(/^\[|\]$/g, "");
  const refused = isIP(plain) === 0 ? undefined : addressRefusal(plain, policy);
  if (refused !== undefined) throw refusal(plain, refused);
}

/** Makes the fetch. The check is in the socket's own look-up, so a name cannot change its address after it. */
export function guardedFetch(policy: AddressPolicy): typeof globalThis.fetch {
  const lookup = guardedLookup(policy);
  let loaded: ReturnType<typeof load> | undefined;
  // Loaded at the first request: it takes longer to load than the rest of the server's connectors together.
  async function load() {
    const { Agent, fetch } = await import("undici");
    return { fetch, dispatcher: new Agent({ connect: { lookup } }) };
  }
  const guarded = async (input: URL, init: object) => {
    try {
      refuseAddress(input.hostname, policy);
    } catch (cause) {
      throw new TypeError("fetch failed", { cause });
    }
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
