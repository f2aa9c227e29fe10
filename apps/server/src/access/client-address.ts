/** Where a request comes from; what a proxy says of it is believed only of proxies that the operator named. */
import { BlockList, isIP } from "node:net";
import type { Context } from "hono";
import { familyOf } from "../networks.ts";
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

const plain = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/i, "");
const forwardingHeaders = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "via",
];

/** Makes it, with the proxies whose word is believed. */
export function createClientAddresses(trusted: BlockList): ClientAddresses {
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
