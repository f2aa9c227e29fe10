/** The service that the benchmark's recipe calls: answers at once, in its own process. Prints its port. */
import { createServer } from "node:http";

const answer = process.env["STUB_ANSWER"] ?? '{"ok":true}';

const server = createServer((request, response) => {
  request.resume().on("end", () => response.setHeader("content-type", "application/json").end(answer));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" && address ? address.port : 0);
});
