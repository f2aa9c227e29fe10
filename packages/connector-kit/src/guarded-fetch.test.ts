/** Tries to reach a server inside a closed network by every way to write its address. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { BlockList } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ConnectorError } from "./connector-error.ts";
import { guardedFetch, guardedWebSocket, hostRefusal } from "./guarded-fetch.ts";

let inside: Server;
let port: number;
let reached: string[] = [];
let forms: string[] = [];

beforeAll(async () => {
  inside = createServer((request, response) => {
    reached.push(request.url ?? "");
    const to = /^\/to\?(.+)$/.exec(request.url ?? "")?.[1];
    if (to !== undefined) {
      response.writeHead(302, { location: decodeURIComponent(to) }).end();
      return;
    }
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      forms.push(`${request.headers["content-type"] ?? ""}\n${body}`);
      response.end("a secret of the network");
    });
  }).listen(0, "127.0.0.1");
  await once(inside, "listening");
  ({ port } = inside.address() as AddressInfo);
});
beforeEach(() => {
  reached = [];
  forms = [];
});
afterAll(() => inside.close());

const closed = guardedFetch({ allowPrivateNetworks: false });
const open = guardedFetch({ allowPrivateNetworks: true });
/** Why a request was refused. */
async function refusal(request: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  let cause = error;
  while (cause instanceof Error && !(cause instanceof ConnectorError)) ({ cause } = cause);
  if (!(cause instanceof ConnectorError)) throw new Error(`it was not refused: ${String(error)}`);
  return cause;
}

test.each([
  "127.0.0.1",
  "2130706433", // decimal
  "0x7f000001",
  "0177.0.0.1", // octal
  "127.1",
  "0", // all addresses of this machine
  "[::1]",
  "[::ffff:127.0.0.1]", // IPv6-mapped
  "[::ffff:7f00:1]",
  "[64:ff9b::7f00:1]", // NAT64
  "[64:ff9b:1::7f00:1]", // NAT64 of a network's own
  "[fec0::1]", // site-local
  "198.18.0.1", // benchmarks
  "240.0.0.1", // reserved
  "localhost", // a name that resolves to 127.0.0.1
  "LOCALHOST",
  "[::127.0.0.1]", // IPv4-compatible, of old
  "[2002:7f00:1::]", // 6to4
  "10.0.0.1",
  "169.254.169.254",
  "[fd00:ec2::254]",
])("%s is refused where private networks are closed, and nothing is sent", async (host) => {
  expect(await refusal(closed(`http://${host}:${port}/`))).toMatchObject({ code: "address-refused" });
  expect(reached).toEqual([]);
});

test("a redirect to the inside is refused, whether the fetch follows it or its caller does", async () => {
  // The first hop is allowed by the operator, the second is not.
  const own = new BlockList();
  own.addAddress("127.0.0.1");
  const some = guardedFetch({ allowPrivateNetworks: own });
  for (const to of [`http://[::1]:${port}/`, `http://127.0.0.2:${port}/`, "http://169.254.169.254/latest"]) {
    reached = [];
    const address = `http://127.0.0.1:${port}/to?${encodeURIComponent(to)}`;
    expect(await refusal(some(address, { redirect: "follow" }))).toMatchObject({ code: "address-refused" });
    expect(reached).toHaveLength(1);
  }
});

test("a WebSocket to the inside is refused like a request", async () => {
  const connect = guardedWebSocket({ allowPrivateNetworks: false });
  for (const host of ["127.0.0.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"]) {
    const socket = await connect(`ws://${host}:${port}/`);
    await new Promise((resolve) => socket.addEventListener("error", resolve, { once: true }));
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  }
  expect(reached).toEqual([]);
});

test("what may be called is told early, too; a name that nobody knows is left to the call", async () => {
  expect(await hostRefusal("localhost", { allowPrivateNetworks: false })).toMatch(/private network/);
  expect(await hostRefusal("[::1]", { allowPrivateNetworks: false })).toMatch(/private network/);
  expect(await hostRefusal("localhost", { allowPrivateNetworks: true })).toBeUndefined();
  expect(await hostRefusal("nobody.invalid", { allowPrivateNetworks: false })).toBeUndefined();
});

test("an allowed request arrives, with the form it carries", async () => {
  const form = new FormData();
  form.set("pic", new Blob(["picture"]), "me.png");
  const answer = await open(`http://localhost:${port}/form`, { method: "POST", body: form });
  expect(await answer.text()).toBe("a secret of the network");
  expect(forms[0]).toMatch(/^multipart\/form-data; boundary=[\s\S]*filename="me\.png"[\s\S]*picture/);
});
