import { BlockList, isIPv6 } from "node:net";

/** Which networks may be called. */
export interface AddressPolicy {
  /** All, none, or these. */
  readonly allowPrivateNetworks: boolean | BlockList;
}

/** Where clouds serve a machine's own credentials; and addresses that are nobody's. */
const never = new BlockList();
never.addSubnet("169.254.0.0", 16);
never.addSubnet("fe80::", 10, "ipv6");
never.addAddress("fd00:ec2::254", "ipv6");
never.addAddress("100.100.100.200");
never.addSubnet("224.0.0.0", 4);
never.addSubnet("ff00::", 8, "ipv6");
never.addAddress("255.255.255.255");

const inside = new BlockList();
inside.addSubnet("0.0.0.0", 8);
inside.addSubnet("10.0.0.0", 8);
inside.addSubnet("100.64.0.0", 10);
inside.addSubnet("127.0.0.0", 8);
inside.addSubnet("172.16.0.0", 12);
inside.addSubnet("192.168.0.0", 16);
// Between carriers, in laboratories, and of nobody.
inside.addSubnet("192.0.0.0", 24);
inside.addSubnet("198.18.0.0", 15);
inside.addSubnet("240.0.0.0", 4);
inside.addAddress("::", "ipv6");
inside.addAddress("::1", "ipv6");
inside.addSubnet("fc00::", 7, "ipv6");
inside.addSubnet("fec0::", 10, "ipv6");
// A network's own translation to IPv4 (RFC 8215).
inside.addSubnet("64:ff9b:1::", 48, "ipv6");

/** Why an IP address may not be called; undefined when it may. */
export function addressRefusal(address: string, { allowPrivateNetworks }: AddressPolicy): string | undefined {
  for (const form of formsOf(address)) {
    const family = isIPv6(form) ? "ipv6" : "ipv4";
    if (never.check(form, family)) return `${address} is a link-local or reserved address`;
    const allowed =
      typeof allowPrivateNetworks === "boolean"
        ? allowPrivateNetworks
        : allowPrivateNetworks.check(form, family);
    if (!allowed && inside.check(form, family)) return `${address} is inside a private network`;
  }
  return undefined;
}

/** An IPv6 address that carries an IPv4 one (mapped, compatible, by NAT64 or 6to4) reaches that one. */
function formsOf(address: string): readonly string[] {
  if (!isIPv6(address)) return [address];
  // The URL parser writes every IPv6 address in one way: `::ffff:a9fe:a9fe`.
  const plain = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1);
  const carried =
    /^(?:::(?:ffff:)?|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(plain) ??
    /^2002:([0-9a-f]{1,4}):([0-9a-f]{1,4}):/.exec(plain);
  if (!carried) return [plain];
  const [high, low] = [Number.parseInt(carried[1] ?? "", 16), Number.parseInt(carried[2] ?? "", 16)];
  return [plain, [high >> 8, high & 255, low >> 8, low & 255].join(".")];
}
