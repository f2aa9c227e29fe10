/** What operators see of an installation of two processes on one PostgreSQL: roles, traces across them, metrics, readiness. */
import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { call, useOwnerKey } from "../tools/api-client.ts";
import { startExternalPostgres } from "../tools/external-postgres.test-kit.ts";
import { freePort, ready, root, type Running, start } from "../tools/processes.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly instance: string;
  readonly status?: { readonly code?: number };
}

let postgres: Awaited<ReturnType<typeof startExternalPostgres>>;
let collector: Server;
let front: Running;
let worker: Running;
let frontUrl: string;
let workerUrl: string;
const homes: string[] = [];
const spans: Span[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
        const instance = resource.attributes.find(
          ({ key }: { key: string }) => key === "service.instance.id",
        );
        for (const scope of scopeSpans)
          for (const span of scope.spans) spans.push({ ...span, instance: instance.value.stringValue });
      }
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  postgres = await startExternalPostgres();
  const settings = {
    DATABASE_URL: postgres.databaseUrl,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_BSP_SCHEDULE_DELAY: "200",
    ...{ PUBLIC_URL: "", GREENROOM_SECRET_KEY: "", PRIVATE_NETWORKS: "127.0.0.1" },
  };
  const begin = async (name: string, more: Record<string, string>) => {
    const [home, port] = [mkdtempSync(join(tmpdir(), "greenroom-operators-")), await freePort()];
    // One installation has one secret key.
    if (homes[0] !== undefined) copyFileSync(join(homes[0], "secret.key"), join(home, "secret.key"));
    homes.push(home);
    const env = { ...settings, GREENROOM_HOME: home, PORT: String(port), ...more };
    const running = start(name, "apps/server/src/main.ts", env);
    const url = `http://127.0.0.1:${port}`;
    await ready(running, `${url}/readyz`);
    return { running, url, home };
  };
  const first = await begin("front", { GREENROOM_ROLES: "web,receiver" });
  [front, frontUrl] = [first.running, first.url];
  useOwnerKey(frontUrl, first.home);
  const second = await begin("worker", {
    ...{ GREENROOM_ROLES: "worker", METRICS_TOKEN: "scrape", PRIVATE_NETWORKS: "10.1.0.0/16, 127.0.0.1" },
  });
  [worker, workerUrl] = [second.running, second.url];
}, 120_000);

afterAll(async () => {
  await Promise.all([front?.stop(), worker?.stop()]);
  await postgres?.stop();
  collector?.close();
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

test("a process answers for its roles alone", async () => {
  expect((await fetch(`${workerUrl}/api/v1/recipes`)).status).toBe(404);
  expect((await fetch(`${workerUrl}/webhooks/zoom/x`, { method: "POST" })).status).toBe(404);
  expect((await fetch(`${frontUrl}/api/v1/recipes`)).status).toBe(401);
  const { workers, database } = await call<{
    workers: { alive: boolean }[];
    database: { tables: { name: string; rows: number }[] };
  }>("GET", `${frontUrl}/api/v1/system`);
  expect(workers.length).toBeGreaterThan(0);
  // Also before PostgreSQL has ever estimated how much there is.
  expect(database.tables.find(({ name }) => name === "workers")?.rows).toBe(workers.length);
});

test("settings that its processes must have alike, and have not, are told by the system page and the doctor", async () => {
  const { differences } = await call<{ differences: { name: string; values: { value: string }[] }[] }>(
    ...(["GET", `${frontUrl}/api/v1/system`] as const),
  );
  expect(differences.map(({ name, values }) => [name, values.map(({ value }) => value)])).toEqual([
    ["PRIVATE_NETWORKS", ["127.0.0.1/32", "10.1.0.0/16, 127.0.0.1/32"]],
    ["PUBLIC_URL", [frontUrl, workerUrl]],
  ]);
  const home = homes[0] ?? "";
  const doctor = spawnSync(process.execPath, ["apps/cli/src/main.ts", "doctor"], {
    ...{ cwd: root, encoding: "utf8" },
    env: {
      ...process.env,
      GREENROOM_URL: frontUrl,
      GREENROOM_HOME: home,
      GREENROOM_API_KEY: "",
      NO_COLOR: "1",
    },
  });
  expect([doctor.status, doctor.stdout]).toEqual([
    1,
    expect.stringMatching(/✗ Processes: were started with different PRIVATE_NETWORKS: “127\.0\.0\.1\/32” at/),
  ]);
});

test("one trace leads from the webhook at one process to the last step at another", async () => {
  const api = `${frontUrl}/api/v1`;
  await call("POST", `${api}/recipes`, {
    source: `name: Called
trigger: { use: recipe/called }
steps:
  - use: logger/log-message
    input: { message: I was called }
`,
  });
  const source = `name: Traced
trigger: { use: http/webhook-received }
steps:
  - use: logger/log-message
    input: { message: Hello }
  - use: http/send-request
    input: { url: "${frontUrl}/healthz" }
  - call: Called
  - use: http/send-request
    input: { url: "${frontUrl}/nowhere.txt" }
`;
  const lint = await call<{ problems: object[] }>("POST", `${api}/recipes/lint`, { source });
  expect(lint.problems).toEqual([]);
  const { id } = await call<{ id: string }>("POST", `${api}/recipes`, { source });
  await call("POST", `${api}/recipes/${id}/start`);
  const body = JSON.stringify({ hello: "there" });
  const { url: address } = await call<{ url: string }>("GET", `${api}/recipes/${id}/hook`);
  await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body });

  await vi.waitFor(() => expect(spans.filter(({ name }) => name === "job")).toHaveLength(2), 20_000);
  const received = spans.find(({ name }) => name.startsWith("receive "));
  const job = spans.find(({ name, parentSpanId }) => name === "job" && parentSpanId === received?.spanId);
  const steps = spans.filter(({ parentSpanId }) => parentSpanId === job?.spanId);
  expect(job).toMatchObject({ traceId: received?.traceId, parentSpanId: received?.spanId });
  expect(steps.map(({ name }) => name).toSorted()).toEqual([
    "http/send-request",
    "http/send-request",
    "job",
    "logger/log-message",
  ]);
  const called = steps.find(({ name }) => name === "job");
  expect(spans.filter(({ parentSpanId }) => parentSpanId === called?.spanId)).toEqual([
    expect.objectContaining({ name: "logger/log-message", traceId: received?.traceId }),
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(received?.instance).not.toBe(job?.instance);
  expect(job?.instance).toContain(String(worker.pid));
  // So is the job's line in its process's log, which has the job's id.
  const { items: jobs } = await call<{ items: { id: string; eventId?: string }[] }>(
    "GET",
    `${api}/jobs?recipeId=${id}`,
  );
  const lines = worker
    .errors()
    .split("\n")
    .filter((line) => line.includes(`"jobId":"${jobs[0]?.id}"`));
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      ...{ msg: "a job ended", state: "failed", eventId: jobs[0]?.eventId, code: "http.404" },
    }),
  );
  // The trace is found by the id of the event, which every page and log line has.
  const { items } = await call<{ items: { id: string }[] }>("GET", `${api}/events`);
  expect(received?.traceId).toBe(items[0]?.id.replaceAll("-", ""));
  expect(steps.map(({ status }) => status?.code ?? 0).toSorted()).toEqual([0, 0, 0, 2]);
});

test("metrics are guarded, and count what each process did", async () => {
  expect((await fetch(`${workerUrl}/metrics`)).status).toBe(401);
  const of = async (url: string, headers = {}) => await (await fetch(`${url}/metrics`, { headers })).text();
  const ofWorker = await of(workerUrl, { authorization: "Bearer scrape" });
  expect(ofWorker).toMatch(/greenroom_jobs_ended_total\{state="failed"\} 1/);
  expect(ofWorker).toMatch(
    /greenroom_steps_ended_total\{use="http\/send-request",state="failed",error="http.404"\} 1/,
  );
  expect(ofWorker).toMatch(/greenroom_workers_alive [12]/);
  const ofFront = await of(frontUrl);
  expect(ofFront).toMatch(/greenroom_events_received_total\{connector="[\w-]+",duplicate="false"\} 1/);
  expect(ofFront).toMatch(/greenroom_http_requests_total\{route="GET \/events",status="200"\} \d/);
  // Each query of the dashboard asks for metrics and labels that there are.
  const types = new Map(
    [...ofWorker.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = "", type = ""]) => [name, type] as const),
  );
  const { panels } = JSON.parse(readFileSync(join(root, "deploy/grafana-dashboard.json"), "utf8"));
  const queries: string[] = panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) =>
    targets.map(({ expr }) => expr),
  );
  const asked = queries.flatMap((query) => query.match(/greenroom_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(14);
  const isThere = (name: string) =>
    types.has(name) || types.get(name.replace(/_bucket$/, "")) === "histogram";
  expect(asked.filter((name) => !isThere(name))).toEqual([]);
  const labels = new Set([...`${ofWorker}${ofFront}`.matchAll(/[{,](\w+)="/g)].map(([, label]) => label));
  const used = queries.flatMap((query) => [
    ...[...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/)),
    ...[...query.matchAll(/[{,](\w+)=/g)].map(([, label = ""]) => label),
  ]);
  expect(used.filter((label) => !labels.has(label))).toEqual([]);
  expect((await fetch(`${frontUrl}/metrics`, { headers: { "x-forwarded-for": "203.0.113.9" } })).status).toBe(
    401,
  );
});

test("a process whose database is away lives, is of no use, and has webhooks sent again later", async () => {
  const { id } = await call<{ id: string }>("POST", `${frontUrl}/api/v1/app-profiles`, {
    ...{ connector: "zoom", name: "Operators" },
    fields: { client_id: "id", client_secret: "secret", webhook_secret_token: "token" },
  });
  const deliver = async (uuid: string) => {
    const payload = { account_id: "a", object: { id: "1", uuid } };
    const body = JSON.stringify({ event: "meeting.started", event_ts: Date.now(), payload });
    const at = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac("sha256", "token").update(`v0:${at}:${body}`).digest("hex");
    const headers = { "x-zm-request-timestamp": at, "x-zm-signature": `v0=${signature}` };
    return await fetch(`${frontUrl}/webhooks/zoom/${id}`, { method: "POST", body, headers });
  };
  expect((await deliver("kept")).status).toBe(200);
  await postgres.stop();
  // Zoom sends again what is answered with a 5xx; only what is written is answered with 200.
  const refused = await deliver("sent again");
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: { code: "unavailable" } });
  await vi.waitFor(async () => expect((await fetch(`${frontUrl}/readyz`)).status).toBe(503), 20_000);
  expect((await fetch(`${frontUrl}/healthz`)).status).toBe(200);
});
