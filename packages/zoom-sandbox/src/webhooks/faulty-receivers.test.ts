/** Receivers that hang, refuse, redirect or come back, and what becomes of webhooks that were on their way to them. */
import { createHmac } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunningSandbox } from "../options.ts";
import { createSandbox } from "../create-sandbox.ts";
import { json, type MadeApp, makeApp, type Visitor, visit } from "../visitor.test-kit.ts";

type Answer = (response: ServerResponse, name: string) => void;

let sandbox: RunningSandbox;
let owner: Visitor;
let app: MadeApp;
let servers: Server[];

beforeEach(async () => {
  servers = [];
  sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
  app = await makeApp(sandbox.url, owner, ["user:read:user:admin"], "server_to_server");
});
afterEach(async () => {
  for (const server of servers) server.closeAllConnections();
  await sandbox.close();
  for (const server of servers) server.close();
});

interface Endpoint {
  readonly url: string;
  /** Whose events came, in order. */
  readonly heard: string[];
  readonly bodies: { readonly bytes: Buffer; readonly signature: unknown; readonly timestamp: unknown }[];
  /** What was not answered yet. */
  readonly open: ServerResponse[];
  answer: Answer;
}

/** An endpoint that passes the challenge, and then does as it is told. */
async function endpoint(answer: Answer, server: Server = createServer()): Promise<Endpoint> {
  servers.push(server);
  server.on("request", (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const bytes = Buffer.concat(parts);
      const { payload } = JSON.parse(bytes.toString()) as {
        payload: { plainToken?: string; object?: { id?: string } };
      };
      if (payload.plainToken !== undefined) {
        const encryptedToken = createHmac("sha256", app.secret_token)
          .update(payload.plainToken)
          .digest("hex");
        response.end(JSON.stringify({ plainToken: payload.plainToken, encryptedToken }));
        return;
      }
      const { "x-zm-signature": signature, "x-zm-request-timestamp": timestamp } = request.headers;
      self.bodies.push({ bytes, signature, timestamp });
      self.heard.push(payload.object?.id ?? "");
      self.answer(response, payload.object?.id ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const self: Endpoint = {
    ...{ url: `http://127.0.0.1:${port}/hook`, heard: [], bodies: [], open: [], answer },
  };
  const saved = await owner.post(`/marketplace/apps/${app.id}/subscriptions`, {
    url: self.url,
    events: "user.updated",
  });
  expect(saved.status).toBe(303);
  return self;
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();
/** Answers nothing until so many are there; then all get it. */
const together = (count: number, answer: Answer): Answer => {
  const open: ServerResponse[] = [];
  return (response, name) => {
    if (open.push(response) < count) return;
    for (const one of open.splice(0)) answer(one, name);
  };
};
const control = async (method: string, path: string, body?: object) => {
  const init = body ? { body: JSON.stringify(body) } : {};
  const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, ...init });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return answer.status === 204 ? undefined : json(answer);
};
const tell = (id: string) =>
  control("POST", "events", { event: "user.updated", payload: { object: { id } } });
interface Row {
  readonly id: string;
  readonly status: string;
  readonly next_attempt_at?: string;
  readonly attempts: readonly { readonly status?: number; readonly problem?: string }[];
}
const deliveries = async (query = "?settled") =>
  ((await control("GET", `deliveries${query}`)) as { deliveries: Row[] }).deliveries;
const MINUTE = 60_000;

test("retries that fall due together go out together, however slow their receiver", async () => {
  const slow = await endpoint(together(3, status(500)));
  const names = ["ada", "bo", "cy"];
  await Promise.all(names.map(tell));
  await deliveries();
  // One after the other, each would wait for the others, and in vain.
  await sandbox.clock.advance(100 * MINUTE);
  expect(slow.heard).toHaveLength(12);
  const rows = await deliveries();
  expect(rows.map((row) => row.attempts.map((attempt) => attempt.status))).toEqual(
    names.map(() => [500, 500, 500, 500]),
  );
});

test("only silence, refused connections and 5xx are tried again", async () => {
  const target = await endpoint(status(200));
  const other = await endpoint(status(200));
  const certificate = await generate([{ name: "commonName", value: "127.0.0.1" }], { algorithm: "sha256" });
  const secure = createTlsServer({ key: certificate.private, cert: certificate.cert });
  const answers: [says: string, answer: Answer][] = [
    ["200", status(200)],
    ["204", status(204)],
    ["302", status(302, { location: target.url })],
    ["404", status(404)],
    ["429", status(429)],
    ["500", status(500)],
    ["503", status(503)],
    ["reset", (response) => response.socket?.destroy()],
    ["half", (response) => void response.writeHead(200).write("{")],
    ["silent", () => {}],
  ];
  const byName = new Map(answers);
  other.answer = (response, name) => byName.get(name)?.(response, name);
  target.heard.length = 0;
  await Promise.all(answers.map(([name]) => tell(name)));
  await deliveries();
  other.answer = status(200);
  await sandbox.clock.advance(5 * MINUTE);
  const times = (name: string) => other.heard.filter((one) => one === name).length;
  expect(Object.fromEntries(answers.map(([name]) => [name, times(name)]))).toEqual({
    ...{ 200: 1, 204: 1, 302: 1, 404: 1, 429: 1, 500: 2, 503: 2, reset: 2, half: 2, silent: 2 },
  });
  // Those for the other subscription came; nothing came by way of the redirect.
  expect(target.heard.filter((name) => name === "302")).toHaveLength(1);

  servers.push(secure);
  await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
  const refused = await owner.post(`/marketplace/apps/${app.id}/subscriptions`, {
    ...{ url: `https://127.0.0.1:${(secure.address() as AddressInfo).port}/hook`, events: "user.updated" },
  });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("self-signed")]);
}, 120_000);

test("the signature is over the bytes, whatever the alphabet", async () => {
  const hook = await endpoint(status(200));
  await tell("Zoë 井上 🎉 \u2028 \ud800 </script> \u0000");
  await deliveries();
  const [got] = hook.bodies;
  const expected = createHmac("sha256", app.secret_token)
    .update(`v0:${String(got?.timestamp)}:`)
    .update(got?.bytes ?? "")
    .digest("hex");
  expect(got?.signature).toBe(`v0=${expected}`);
  const text = got?.bytes.toString() ?? "";
  expect(JSON.stringify(JSON.parse(text))).toBe(text);
  expect(hook.heard).toEqual(["Zoë 井上 🎉 \u2028 \ud800 </script> \u0000"]);
});

test("an address that was deleted, and one that was redelivered to by hand, get no retry", async () => {
  const hook = await endpoint(status(500));
  const gone = await endpoint(status(500));
  await tell("ada");
  const rows = await deliveries();
  hook.answer = status(200);
  for (const { id } of rows) await control("POST", `deliveries/${id}/redeliver`);
  expect((await deliveries()).map((row) => row.status).toSorted()).toEqual(["delivered", "pending"]);
  const { apps } = (await control("GET", "apps")) as { apps: { subscriptions: { id: string }[] }[] };
  const subscription = apps[0]?.subscriptions[1]?.id ?? "";
  await owner.post(`/marketplace/apps/${app.id}/subscriptions/${subscription}/delete`, {});
  await sandbox.clock.advance(300 * MINUTE);
  expect([hook.heard, gone.heard]).toEqual([
    ["ada", "ada"],
    ["ada", "ada"],
  ]);
});

test("a restored sandbox sends what it owed then, once, and forgets what was sent since", async () => {
  const hook = await endpoint(status(500));
  await tell("failed");
  await deliveries();
  const open: ServerResponse[] = [];
  hook.answer = (response) => void open.push(response);
  await tell("on the wire");
  await vi.waitFor(() => expect(hook.heard).toEqual(["failed", "on the wire"]), { timeout: 20_000 });
  const state = (await control("GET", "state?full")) as object;

  hook.answer = status(500);
  await control("POST", "deliveries/rules", { kind: "reorder" });
  await tell("held back");
  await control("PUT", "state", state);
  for (const response of open) response.writeHead(500).end();
  await deliveries();
  // What was held back came after the snapshot; what was on the wire then is sent anew.
  expect(hook.heard).toEqual(["failed", "on the wire", "on the wire"]);
  await sandbox.clock.advance(5 * MINUTE);
  expect(hook.heard.slice(3).toSorted()).toEqual(["failed", "on the wire"]);
  await sandbox.clock.advance(300 * MINUTE);
  expect(hook.heard.filter((name) => name === "failed")).toHaveLength(4);
  expect(hook.heard.filter((name) => name === "on the wire")).toHaveLength(5);
  expect((await deliveries()).map((row) => row.status)).toEqual(["failed", "failed"]);
});

test("a reset sandbox sends nothing of what was before", async () => {
  const hook = await endpoint(status(500));
  await tell("ada");
  await deliveries();
  await sandbox.reset();
  await sandbox.clock.advance(300 * MINUTE);
  expect(hook.heard).toEqual(["ada"]);
});

test("a state file keeps what is owed, and the time at which it is", async () => {
  const hook = await endpoint(status(503));
  await tell("ada");
  await deliveries();
  await sandbox.clock.advance(2 * MINUTE);
  const state = (await control("GET", "state?full")) as object;
  const now = sandbox.clock.now();
  await sandbox.clock.advance(2 * MINUTE);
  await control("PUT", "state", state);
  expect(sandbox.clock.now()).toEqual(now);
  await sandbox.clock.advance(3 * MINUTE - 1);
  expect(hook.heard).toHaveLength(1);
  await sandbox.clock.advance(1);
  expect(hook.heard).toHaveLength(2);
});

test("what is held back to be reordered goes after the next one to the same receiver", async () => {
  const [one, other] = [await endpoint(status(200)), await endpoint(status(200))];
  // The first delivery of each event goes to the receiver that was there first.
  await control("POST", "deliveries/rules", { kind: "reorder", count: 1 });
  await tell("first");
  await vi.waitFor(() => expect(other.heard).toEqual(["first"]), { timeout: 20_000 });
  await tell("second");
  await deliveries();
  expect(one.heard).toEqual(["second", "first"]);
  expect(other.heard).toEqual(["first", "second"]);
});

test("a delivery that waits stays in the log, however many are settled after it", async () => {
  const hook = await endpoint(status(500));
  for (let more = 1; more < 20; more += 1)
    await owner.post(`/marketplace/apps/${app.id}/subscriptions`, { url: hook.url, events: "user.updated" });
  await tell("waits");
  await deliveries();
  await control("POST", "deliveries/rules", { kind: "drop" });
  for (let round = 0; round < 260; round += 1) await tell(`dropped ${round}`);
  expect(await deliveries("?status=pending")).toHaveLength(20);
  expect(await deliveries("?limit=9999")).toHaveLength(5020);
}, 120_000);
