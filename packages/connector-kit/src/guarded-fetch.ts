/** A `fetch` that refuses addresses by what they resolve to, at the moment of connecting. */
import { lookup as resolve } from "node:dns";
import { lookup as resolveOnce } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { type AddressPolicy, addressRefusal } from "./address-policy.ts";
import { ConnectorError } from "./connector-error.ts";

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

/**
 * Why a host may not be called, as it resolves now; for telling it early, since a name can resolve to something else
 * at the call. A name that does not resolve is left to the call.
 */
export async function hostRefusal(host: string, policy: AddressPolicy): Promise<string | undefined> {
  const plain = host.replace(/^\[|\]$/g, "");
  if (isIP(plain) !== 0) return addressRefusal(plain, policy);
  const addresses = await resolveOnce(plain, { all: true }).catch(() => []);
  return addresses
    .map(({ address }) => addressRefusal(address, policy))
    .find((refused) => refused !== undefined);
}

/** undici and what it connects through, loaded at the first use: it takes longer to load than all connectors together. */
function guardedUndici(policy: AddressPolicy) {
  const lookup = guardedLookup(policy);
  let loaded: ReturnType<typeof load> | undefined;
  async function load() {
    const { Agent, buildConnector, fetch, WebSocket } = await import("undici");
    const open = buildConnector({ lookup });
    const connect: typeof open = (options, callback) => {
      // Sockets do not look up what is written as numbers.
      try {
        refuseAddress(options.hostname, policy);
      } catch (error) {
        return callback(error instanceof Error ? error : new Error(String(error)), null);
      }
      open(options, callback);
    };
    return { fetch, WebSocket, dispatcher: new Agent({ connect }) };
  }
  return () => (loaded ??= load());
}

/**
 * Makes the fetch. The check is where the socket is opened: a name cannot change its address after it, and every hop of
 * a redirect is held to it.
 */
export function guardedFetch(policy: AddressPolicy): typeof globalThis.fetch {
  const undici = guardedUndici(policy);
  const guarded = async (input: URL | string, init: RequestInit = {}) => {
    const { fetch, dispatcher } = await undici();
    const sent = { ...(await withPlainForm(init)), dispatcher };
    // undici's types and Node's copy of them are declared apart; what is passed here is plain.
    return await fetch(input, sent as unknown as Parameters<typeof fetch>[1]);
  };
  return guarded as unknown as typeof globalThis.fetch;
}

/** Makes what opens WebSockets under the same policy. */
export function guardedWebSocket(policy: AddressPolicy): (address: string) => Promise<WebSocket> {
  const undici = guardedUndici(policy);
  return async (address) => {
    const { WebSocket, dispatcher } = await undici();
    return new WebSocket(address, { dispatcher });
  };
}

/** Node's own `FormData` is another class than undici's, which would send it as “[object FormData]”. */
async function withPlainForm(init: RequestInit): Promise<RequestInit> {
  if (!(init.body instanceof FormData)) return init;
  const form = new Response(init.body);
  const headers = new Headers(init.headers);
  headers.set("content-type", form.headers.get("content-type") ?? "");
  return { ...init, headers: Object.fromEntries(headers), body: await form.arrayBuffer() };
}

function refusal(host: string, why: string): ConnectorError {
  return new ConnectorError("forbidden", "address-refused", `${host} is not called: ${why}.`, {
    fields: [{ field: "url", message: why }],
    hint: "Use an address of the service that is reachable from the internet, or ask whoever runs this server.",
  });
}
