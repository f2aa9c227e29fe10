/** The least that Node can do: answers every request with the same JSON. Prints its port. */
import { createServer } from "node:http";

const body = process.env["BARE_BODY"] ?? "{}";
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };

const server = createServer((_request, response) => {
  response.writeHead(200, headers).end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" && address ? address.port : 0);
});
