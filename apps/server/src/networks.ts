import { BlockList, isIP, isIPv6 } from "node:net";
import { StartError } from "@greenroom/engine/start-error";

/** The family of an address, as a `BlockList` wants it named. */
export const familyOf = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");

/** The networks of a list as one text, the same for the same networks in another order. */
export const networksText = ({ rules }: BlockList): string =>
  rules
    .map((rule) => rule.replace(/^(?:Subnet|Address): IPv\d /, ""))
    .toSorted()
    .join(", ");

/** Reads addresses and networks with commas between, such as `10.0.0.5, fd00::/8`. @throws {StartError} that names the setting */
export function readNetworks(setting: string, text: string): BlockList {
  const networks = new BlockList();
  for (const entry of text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [address = "", prefix] = entry.split("/");
    const most = isIPv6(address) ? 128 : 32;
    const bits = prefix === undefined ? most : Number(prefix);
    if (isIP(address) === 0 || !Number.isInteger(bits) || bits < 0 || bits > most) {
      throw new StartError(
        `${setting} must be addresses or networks such as 10.0.0.5,10.1.0.0/16, but it has “${entry}”.`,
      );
    }
    networks.addSubnet(address, bits, familyOf(address));
  }
  return networks;
}
