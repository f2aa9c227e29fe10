/** Bad pieces: what they do ends their own process, and nothing of ours. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, BlockList } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectorError } from "@greenroom/connector-kit";
import { afterAll, describe, expect, it } from "vitest";
import { type PieceLimits, pieceProcesses } from "./piece-process.ts";

const root = join(import.meta.dirname, "fixtures", "piece-bad");
const around = mkdtempSync(join(tmpdir(), "greenroom-bad-piece-"));
const made: ReturnType<typeof pieceProcesses>[] = [];
afterAll(() => {
  for (const one of made) one.close();
  rmSync(around, { recursive: true, force: true });
});

function processes(limits: Partial<PieceLimits> = {}) {
  const one = pieceProcesses(
    { title: "Bad", folder: root, root, addons: false },
    { timeoutMs: 10_000, memoryMb: 256, allowPrivateNetworks: true, ...limits },
  );
  made.push(one);
  const run = async (
    name: string,
    input: Record<string, unknown> = {},
    more: { reads?: boolean; signal?: AbortSignal } = {},
  ) =>
    await one.run({
      call: { do: "action", name, auth: undefined, input, runId: "job" },
      reads: more.reads ?? false,
      signal: more.signal,
      answer: () => Promise.resolve(null),
    });
  const failure = async (...given: Parameters<typeof run>): Promise<ConnectorError> => {
    const error: unknown = await run(...given).catch((reason: unknown) => reason);
    if (error instanceof ConnectorError) return error;
    throw new Error("expected a ConnectorError", { cause: error });
  };
  return { run, failure };
}

describe("is ended, says why, and the next call works", () => {
  const bad = processes({ timeoutMs: 1_500 });
  it.each([
    ["loop", "piece.timeout", "did not end within 1.5 seconds"],
    ["never", "piece.timeout", "did not end within 1.5 seconds"],
    ["crash", "piece.crash", "crashed (SIGABRT)"],
    ["exit", "piece.crash", "crashed (3)"],
    ["throw_late", "piece.crash", "crashed"],
  ])("a piece that does %s", async (name, code, message) => {
    const error = await bad.failure(name);
    expect(error).toMatchObject({ kind: "outcome-unknown", code });
    expect(error.message).toContain(message);
    expect(await bad.run("reject_late")).toBe("fine");
  });

  it("one that only reads has done nothing", async () => {
    expect(await bad.failure("loop_reading", {}, { reads: true })).toMatchObject({
      kind: "unexpected-response",
      code: "piece.timeout",
    });
  });
});

describe("one that eats memory", () => {
  const hungry = processes({ timeoutMs: 25_000, memoryMb: 200 });
  it.each(["eat_heap", "eat_buffers"])("by %s is ended at its limit", async (name) => {
    const before = process.memoryUsage.rss();
    const error = await hungry.failure(name);
    expect(error).toMatchObject({ code: "piece.memory" });
    expect(error.message).toContain("more than 200 MB");
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });
});

describe("what it says is an error in words", () => {
  const bad = processes();
  it("the service's answer, a text, what Activepieces' server would have to do", async () => {
    expect(await bad.failure("fail")).toMatchObject({
      kind: "invalid-input",
      code: "piece.422",
      message: 'The piece Bad: the service answered 422: {"why":"bad name"}.',
    });
    expect((await bad.failure("throw_text")).message).toBe("The piece Bad: just a text.");
    expect((await bad.failure("stop")).message).toContain("Activepieces' own server");
    expect(await bad.run("circle")).toEqual({ a: 1 });
  });
});

describe("what it may not", () => {
  const bad = processes({ allowPrivateNetworks: false });

  it("see our environment", async () => {
    expect(await bad.run("environment")).toEqual({ names: [], secret: null });
  });

  it("read or write files, or run programs", async () => {
    const secret = join(around, "secret.key");
    writeFileSync(secret, "s");
    for (const path of [secret, "/etc/passwd", join(import.meta.dirname, "index.ts")])
      expect((await bad.failure("read_file", { path })).message).toContain(
        "Access to this API has been restricted",
      );
    expect((await bad.failure("write_file", { path: join(around, "new") })).message).toContain("restricted");
    expect(existsSync(join(around, "new"))).toBe(false);
    expect((await bad.failure("run_program")).message).toContain("restricted");
  });

  it("call addresses that are refused, by number or by name", async () => {
    const server = createServer((_, response) => response.end("x"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    for (const host of ["127.0.0.1", "localhost", "169.254.169.254"])
      expect([
        host,
        await bad.failure("fetch", { url: `http://${host}:${port}/` }, { reads: true }),
      ]).toMatchObject([host, { kind: "forbidden", code: "address-refused" }]);
    expect(
      await processes({ allowPrivateNetworks: true }).run("fetch", { url: `http://127.0.0.1:${port}/` }),
    ).toBe(200);
    const only = new BlockList();
    only.addSubnet("127.0.0.0", 8);
    expect(
      await processes({ allowPrivateNetworks: only }).run("fetch", { url: `http://127.0.0.1:${port}/` }),
    ).toBe(200);
    const other = new BlockList();
    other.addSubnet("10.0.0.0", 8);
    const refused = processes({ allowPrivateNetworks: other }).failure("fetch", {
      url: `http://localhost:${port}/`,
    });
    expect(await refused).toMatchObject({ code: "address-refused" });
    server.close();
  });
});

describe("processes", () => {
  it("one serves call after call; several calls at once have several, up to four", async () => {
    const bad = processes();
    const first = await bad.run("slow", { ms: 1 });
    expect(await bad.run("slow", { ms: 1 })).toBe(first);
    const pids = await Promise.all(Array.from({ length: 8 }, () => bad.run("slow", { ms: 100 })));
    expect(new Set(pids).size).toBeLessThanOrEqual(4);
    expect(new Set(pids).size).toBeGreaterThan(1);
  });

  it("end with the job's signal", async () => {
    const end = new AbortController();
    const running = processes().run("never", {}, { signal: end.signal });
    setTimeout(() => end.abort(new Error("the server is stopping")), 300);
    await expect(running).rejects.toThrow("the server is stopping");
  });
});
