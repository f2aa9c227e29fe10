/** Where a request comes from; what a proxy says of it is believed only of proxies that the operator named. */
import { BlockList, isIP, isIPv6 } from "node:net";
import { StartError } from "@greenroom/engine";
import type { Context } from "hono";
import type { Visit } from "./principal.ts";

/** Asks where a request comes from. */
export interface ClientAddresses {
  /** The client's address, behind trusted proxies. */
  of(c: Context<Visit>): string;
  /** Whether it comes from this machine and through no proxy. */
  isLocal(c: Context<Visit>): boolean;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

const familyOf = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");
const plain = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/i, "");
const forwardingHeaders = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "via",
];

/** Reads the trusted proxies, addresses or networks with commas between. @throws {StartError} */
export function createClientAddresses(trustedProxies: string): ClientAddresses {
  const trusted = new BlockList();
  for (const entry of trustedProxies
    .split(",")
    .map((text) => text.trim())
    .filter(Boolean)) {
    const [address = "", prefix] = entry.split("/");
    const bits = prefix === undefined ? undefined : Number(prefix);
    if (isIP(address) === 0 || (bits !== undefined && !(bits >= 0 && bits <= (isIPv6(address) ? 128 : 32)))) {
      throw new StartError(
        `TRUSTED_PROXIES must be addresses or networks such as 10.0.0.5,10.1.0.0/16, but it has “${entry}”.`,
      );
    }
    if (bits === undefined) trusted.addAddress(address, familyOf(address));
    else trusted.addSubnet(address, bits, familyOf(address));
  }
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));

  return {
    of(c) {
      const hops = (c.req.header("x-forwarded-for") ?? "").split(",").map(plain).filter(Boolean);
      let address = remoteOf(c);
      while (isTrusted(address) && hops.length > 0) address = hops.pop() ?? address;
      return address;
    },
    isLocal(c) {
      const remote = remoteOf(c);
      return (
        isIP(remote) !== 0 &&
        loopback.check(remote, familyOf(remote)) &&
        forwardingHeaders.every((name) => c.req.header(name) === undefined)
      );
    },
  };
}

function remoteOf(c: Context<Visit>): string {
  return plain(c.env?.incoming?.socket.remoteAddress ?? "");
}
