import { request } from "node:https";
import { connect as connectSocket } from "node:net";
import { generate } from "selfsigned";
import { expect, test } from "vitest";
import { createSandbox } from "./create-sandbox.ts";
import { connect, makeApp, visit } from "./visitor.test-kit.ts";

const company = "small";

test("with a certificate it serves https, so that a client with fixed hosts can be pointed here", async () => {
  const { cert, private: key } = await generate([{ name: "commonName", value: "api.zoom.us" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "api.zoom.us" }] }],
  });
  const zoom = await createSandbox({ port: 0, company, tls: { cert, key } });
  try {
    expect(zoom.url).toMatch(/^https:/);
    const { hostname, port } = new URL(zoom.url);
    const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const sent = request(
        { hostname, port, servername: "api.zoom.us", ca: cert, path: "/v2/users/me" },
        (response) => {
          let body = "";
          response.setEncoding("utf8").on("data", (text: string) => (body += text));
          response.on("end", () => resolve({ status: response.statusCode, body }));
        },
      );
      sent.on("error", reject).end();
    });
    expect(answer).toEqual({ status: 401, body: '{"code":124,"message":"Invalid access token."}' });
  } finally {
    await zoom.close();
  }
});

test("an address is read alike with and without a rule for faults: encoded, unknown, with a query", async () => {
  const zoom = await createSandbox({ port: 0, company, rateLimits: false });
  try {
    const owner = await visit(zoom.url, "olivia@acme.example");
    const app = await makeApp(zoom.url, owner, ["user:read:user:admin"]);
    const { access_token } = await connect(zoom.url, owner, app);
    const paths = [
      "/v2/users/hana%40acme.example",
      "/v2/users/hana@acme.example?login_type=100",
      "/v2/users/no%body",
      "/v2/nothing?of=it",
      "/v2/",
    ];
    const seen = () =>
      Promise.all(
        paths.map(async (path) => {
          const answer = await fetch(zoom.url + path, {
            headers: { authorization: `Bearer ${access_token}` },
          });
          const named = [...answer.headers.keys()].filter((name) => name.startsWith("x-")).toSorted();
          return [answer.status, named, await answer.json()];
        }),
      );
    const plain = await seen();
    expect(plain.map(([status]) => status)).toEqual([200, 200, 404, 404, 404]);
    const rule = await fetch(`${zoom.url}/_sandbox/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "status", status: 500, method: "GET", path: "/v2/elsewhere" }),
    });
    expect(rule.ok).toBe(true);
    expect(await seen()).toEqual(plain);
  } finally {
    await zoom.close();
  }
});

test("a WebSocket to nowhere, or one that its client gives up, ends only itself", async () => {
  const zoom = await createSandbox({ port: 0, company });
  const upgrade = (path: string) => {
    const socket = connectSocket(Number(new URL(zoom.url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: zoom\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    return socket;
  };
  const answered = (path: string) =>
    new Promise<string>((resolve) => {
      let text = "";
      const socket = upgrade(path);
      socket.on("data", (part: Buffer) => (text += part.toString())).once("close", () => resolve(text));
    });
  try {
    for (const path of ["//", "http://[::1", "/elsewhere"])
      expect(await answered(path)).toMatch(/^HTTP\/1\.1 404 /);
    for (let round = 0; round < 20; round += 1) {
      const socket = upgrade(round % 2 === 0 ? "/elsewhere" : "/ws");
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.resetAndDestroy();
    }
    // Refused by a frame, and never closed by its client: the sandbox must not wait for it to end.
    await new Promise((resolve) => upgrade("/ws?subscriptionId=none").once("data", resolve));
    expect((await fetch(`${zoom.url}/_sandbox/healthz`)).status).toBe(200);
  } finally {
    await zoom.close();
  }
});
