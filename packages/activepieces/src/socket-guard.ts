/** The address policy in a process of a piece: whatever library it uses, its connections begin at Node's sockets. */
import { lookup as resolve } from "node:dns";
import { isIP, type LookupFunction, Socket } from "node:net";

type Options = Record<string, unknown>;

/** Every connection that a piece opens is looked at, by whatever library it does so. */
export function guardSockets(refusalOf: (address: string) => string | undefined): void {
  const connect = Socket.prototype.connect as unknown as (...given: unknown[]) => unknown;
  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "", 0);
      const refused = addresses.map(({ address }) => refusalOf(address)).find((why) => why !== undefined);
      const [first] = addresses;
      if (refused !== undefined || !first)
        return callback(refusal(hostname, refused ?? "it has no address"), "", 0);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
  Socket.prototype.connect = function guarded(this: Socket, ...given: unknown[]) {
    // Node hands its own calls on as a list of options and callback.
    const [first] = given;
    const options = (Array.isArray(first) ? first[0] : first) as Options | string | number | undefined;
    const target: Options | undefined =
      typeof options === "object"
        ? options
        : typeof options === "number"
          ? { port: options, ...(typeof given[1] === "string" && { host: given[1] }) }
          : { path: options };
    const { path, host = "localhost" } = target ?? {};
    if (path !== undefined && path !== null)
      throw refusal(typeof path === "string" ? path : "a path", "it is a socket of this machine");
    // What is no text could be one address now, and another when it is connected to.
    if (typeof host !== "string") throw refusal("a host", "it is no text");
    const refused = isIP(host) === 0 ? undefined : refusalOf(host);
    if (refused !== undefined) {
      process.nextTick(() => this.destroy(refusal(host, refused)));
      return this;
    }
    const callback = given.findLast((one) => typeof one === "function");
    if (Array.isArray(first)) {
      Object.assign(first[0], { lookup });
      return connect.call(this, first) as Socket;
    }
    return connect.call(this, { ...target, lookup }, callback) as Socket;
  };
}

function refusal(host: string, why: string): Error {
  return Object.assign(new Error(`${host} is not called: ${why}`), { code: "ADDRESS_REFUSED" });
}
