import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectorError, type OpenFile, runAction } from "@greenroom/connector-kit";
import { afterAll, expect, it } from "vitest";
import { createFilesConnector } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const connector = createFilesConnector({ folder });
const client = connector.createClient({ profile: {}, accessToken: undefined });
const ref = (size?: number) => ({
  ...{ connector: "zoom", url: "https://zoom.us/rec/1", name: "a.mp4", mediaType: "video/mp4" },
  ...(size !== undefined && { size }),
});

/** A file of so many bytes, in pieces, made as they are read. */
const of =
  (size: number): OpenFile =>
  (_, from) => {
    let at = from;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const piece = Math.min(65_536, size - at);
        at += piece;
        if (piece === 0) controller.close();
        else controller.enqueue(new Uint8Array(piece).fill(1));
      },
    });
    return Promise.resolve({ body, size, mediaType: "video/mp4" });
  };
const save = (path: string, openFile = of(100_000), size?: number) => {
  const action = connector.actions["save-file"];
  if (!action) throw new Error("no action");
  return runAction(action, { client, idempotencyKey: path, openFile, input: { file: ref(size), path } });
};
const failed = async (promise: Promise<unknown>): Promise<ConnectorError> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof ConnectorError) return error;
  throw new Error("expected a ConnectorError", { cause: error });
};

it("saves a file in folders that it makes, with its size and SHA-256", async () => {
  const saved = await save("webinars/2026/tour.mp4");
  const bytes = readFileSync(join(folder, "webinars/2026/tour.mp4"));
  expect(bytes.length).toBe(100_000);
  expect(saved).toEqual({
    ...{ path: "webinars/2026/tour.mp4", size: 100_000 },
    sha256: createHash("sha256").update(bytes).digest("hex"),
    file: {
      ...{ connector: "files", url: "files:/webinars/2026/tour.mp4", name: "tour.mp4" },
      ...{ mediaType: "video/mp4", size: 100_000 },
    },
  });
  expect(statSync(join(folder, "webinars/2026/tour.mp4")).mode & 0o077).toBe(0);
});

it("saved again it is replaced, and no half of it is left", async () => {
  await save("again.mp4", of(10));
  await save("again.mp4", of(20));
  expect(readFileSync(join(folder, "again.mp4")).length).toBe(20);
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
});

it("a file that breaks off leaves what was there, and nothing of itself", async () => {
  await save("kept.mp4", of(10));
  const gone: OpenFile = () => Promise.reject(new ConnectorError("not-found", "gone", "It is gone."));
  expect(await failed(save("kept.mp4", gone))).toMatchObject({ kind: "not-found" });
  expect(readFileSync(join(folder, "kept.mp4")).length).toBe(10);
  expect(await failed(save("other.mp4", of(10), 11))).toMatchObject({ code: "file-changed" });
  expect(existsSync(join(folder, "other.mp4"))).toBe(false);
});

it.each(["../outside.mp4", "/etc/passwd", "a/../../b", "a//b", "./a", "a\\b", "a\0b"])(
  "refuses the path %j",
  async (path) => {
    expect(await failed(save(path))).toMatchObject({ kind: "invalid-input", fields: [{ field: "path" }] });
  },
);

it("a link in the folder leads nowhere else", async () => {
  const outside = mkdtempSync(join(tmpdir(), "greenroom-outside-"));
  symlinkSync(outside, join(folder, "link"));
  expect(await failed(save("link/a.mp4"))).toMatchObject({ kind: "forbidden", code: "outside-folder" });
  expect(readdirSync(outside)).toEqual([]);
  rmSync(outside, { recursive: true });
});

it("says why it cannot write", async () => {
  mkdirSync(join(folder, "taken.mp4"));
  expect((await failed(save("taken.mp4"))).message).toContain("there is a folder of that name");
});

it("a big file takes no more memory than a small one", async () => {
  const size = 400_000_000;
  const before = process.memoryUsage.rss();
  await expect(save("big.mp4", of(size))).resolves.toMatchObject({ size });
  expect(process.memoryUsage.rss() - before).toBeLessThan(size / 2);
});
