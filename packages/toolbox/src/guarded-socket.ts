import { connect, type Socket } from "node:net";
import { type AddressPolicy, guardedLookup, refuseAddress } from "@greenroom/connector-kit";

/** Opens a connection to a host that may be called. @throws {ConnectorError} when it may not, and the network's own errors. */
export async function guardedSocket(
  { host, port, timeoutMs }: { readonly host: string; readonly port: number; readonly timeoutMs: number },
  policy: AddressPolicy,
): Promise<Socket> {
  refuseAddress(host, policy);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup(policy) });
    const late = setTimeout(() => {
      const error: NodeJS.ErrnoException = new Error(`${host}:${port} did not answer`);
      error.code = "UND_ERR_CONNECT_TIMEOUT";
      socket.destroy(error);
    }, timeoutMs);
    socket.once("connect", () => {
      clearTimeout(late);
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", (error) => {
      clearTimeout(late);
      reject(error);
    });
  });
}
