/** A receiver of webhooks in its own process: answers the challenge and counts. Prints its port; `GET` answers the count. */
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

const secret = process.env["SINK_SECRET"] ?? "";
let count = 0;

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(String(count));
    return;
  }
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString();
    if (!body.includes('"endpoint.url_validation"')) {
      count += 1;
      response.end();
      return;
    }
    const { payload } = JSON.parse(body) as { payload: { plainToken: string } };
    const encryptedToken = createHmac("sha256", secret).update(payload.plainToken).digest("hex");
    response.end(JSON.stringify({ plainToken: payload.plainToken, encryptedToken }));
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" && address ? address.port : 0);
});
