/** S3 storage against a real S3 server from npm; and both stores side by side. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OpenFile, readFileRef } from "@greenroom/connector-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, failure, fileOf } from "../stand-in.test-kit.ts";
import { createFilesConnector } from "./files.ts";
import { s3Keys, startS3Server } from "./s3-server.test-kit.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-stores-"));
const files = createFilesConnector({ folder });
let s3: Awaited<ReturnType<typeof startS3Server>>;
let strict: typeof s3;
beforeAll(async () => {
  [s3, strict] = await Promise.all([startS3Server({ strict: false }), startS3Server({ strict: true })]);
});
afterAll(async () => {
  await Promise.all([s3.close(), strict.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const bucket = (form: Record<string, string> = {}) =>
  connect(files, "s3", { ...s3Keys, bucket: "recordings", endpoint: s3.url, ...form });
const local = () => connect(files, undefined, {});

describe.each([
  ["the server's folder", local],
  ["a bucket", () => bucket({ prefix: "/both/" })],
] as const)("%s", (name, store) => {
  it("saves, opens, reads, lists and deletes", async () => {
    const { run, client } = await store();
    const { file, openFile } = fileOf(Buffer.from("id,name\n1,Ada\n"), "people.csv", "text/csv");
    const saved = await run("save-file", { file, path: "lists/people é.csv" }, { openFile });
    expect(saved).toMatchObject({
      path: "lists/people é.csv",
      size: 14,
      file: { name: "people é.csv", mediaType: "text/csv", size: 14 },
    });
    expect(saved.file.connection).toBe(name === "a bucket" ? "mine" : undefined);
    await run("save-file", { text: "grüße", path: "lists/b.txt" });

    const { file: opened } = await run("get-file", { path: "lists/people é.csv" });
    expect(opened).toEqual(saved.file);
    const chunks: Uint8Array[] = [];
    for await (const chunk of readFileRef(client.openFile!, opened)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("id,name\n1,Ada\n");
    const rest = await client.openFile!(opened, 8);
    expect([rest.size, await new Response(rest.body).text()]).toEqual([14, "1,Ada\n"]);
    const end = await client.openFile!(opened, 14);
    expect(await new Response(end.body).text()).toBe("");

    expect(await run("read-text", { path: "lists/b.txt" })).toEqual({ text: "grüße" });
    expect(await run("read-text", { file: opened })).toEqual({ text: "id,name\n1,Ada\n" });

    const listed = await run("list-files", { prefix: "lists/" });
    expect(listed.files.map(({ path, size }: { path: string; size: number }) => [path, size])).toEqual([
      ["lists/b.txt", 7],
      ["lists/people é.csv", 14],
    ]);
    expect(Date.now() - Date.parse(listed.files[0].modifiedAt)).toBeLessThan(60_000);
    expect(await run("list-files", { prefix: "lists/", limit: 1 })).toMatchObject({
      ...{ files: [{ path: "lists/b.txt" }], more: true },
    });
    expect(await run("list-files", { prefix: "nothing" })).toEqual({ files: [], more: false });

    expect(await run("delete-file", { path: "lists/b.txt" })).toEqual({ path: "lists/b.txt", deleted: true });
    expect(await run("delete-file", { path: "lists/b.txt" })).toEqual({
      path: "lists/b.txt",
      deleted: false,
    });
    expect(await failure(run("get-file", { path: "lists/b.txt" }))).toMatchObject({
      kind: "not-found",
      code: "no-file",
    });
    expect(await failure(run("read-text", { path: "lists/b.txt" }))).toMatchObject({ code: "no-file" });
  });

  it("leaves what was there when a new file breaks off", async () => {
    const { run } = await store();
    await run("save-file", { text: "first", path: "kept.txt" });
    const { file } = fileOf(Buffer.from("xy"), "kept.txt", "text/plain");
    const broken: OpenFile = async () => ({
      body: new Blob(["x"]).stream(),
      ...{ mediaType: "text/plain", size: undefined },
    });
    expect(await failure(run("save-file", { file, path: "kept.txt" }, { openFile: broken }))).toMatchObject({
      code: "file-changed",
    });
    expect(await run("read-text", { path: "kept.txt" })).toEqual({ text: "first" });
  });

  it("says what is wrong with what it is given", async () => {
    const { run } = await store();
    expect((await failure(run("save-file", { path: "a" }))).fields[0]?.field).toBe("text");
    expect((await failure(run("save-file", { path: "a/../b", text: "" }))).fields[0]?.field).toBe("path");
    await run("save-file", { text: "x".repeat(1_000_001), path: "long.txt" });
    expect((await failure(run("read-text", { path: "long.txt" }))).message).toContain("longer than 1 MB");
    const { file, openFile } = fileOf(Buffer.from([0xff, 0xfe, 0x00]), "b", "x/y");
    await run("save-file", { file, path: "binary" }, { openFile });
    expect((await failure(run("read-text", { path: "binary" }))).message).toContain("no text");
  });
});

describe("a bucket", () => {
  it("takes a big file in parts, in little memory, and gives it back whole", async () => {
    const size = 60_000_000;
    const { run, client } = await bucket();
    const of: OpenFile = (_, from) => {
      let at = from;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const length = Math.min(65_536, size - at);
          if (length === 0) return controller.close();
          controller.enqueue(Uint8Array.from({ length }, (__, index) => (at + index) % 253));
          at += length;
        },
      });
      return Promise.resolve({ body, size, mediaType: "video/mp4" });
    };
    const file = {
      connector: "zoom",
      url: "https://zoom.example/r",
      name: "r.mp4",
      mediaType: "video/mp4",
      size,
    };
    const saved = await run("save-file", { file, path: "big/r.mp4" }, { openFile: of });
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256");
    for await (const chunk of readFileRef(client.openFile!, saved.file)) hash.update(chunk);
    expect(hash.digest("hex")).toBe(saved.sha256);
  });

  it("gives a link that anybody can read by", async () => {
    const { run } = await bucket();
    await run("save-file", { text: "hello", path: "open me.txt" });
    const { url } = await run("create-link", { path: "open me.txt", minutes: 5 });
    expect(await (await fetch(url)).text()).toBe("hello");
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("300");
    expect(await failure(run("create-link", { path: "open" }))).toMatchObject({ code: "no-file" });
  });

  it("keeps to its folder in the bucket", async () => {
    await (await bucket({ prefix: "one" })).run("save-file", { text: "1", path: "a.txt" });
    expect(await (await bucket({ prefix: "two" })).run("list-files", {})).toEqual({ files: [], more: false });
    expect((await (await bucket()).run("list-files", { prefix: "one/" })).files).toMatchObject([
      { path: "one/a.txt" },
    ]);
  });

  it("says who it is, and what the service has against the form", async () => {
    const empty = await bucket({ bucket: "empty" });
    expect(await empty.identify()).toMatchObject({ accountName: "empty", userId: "S3RVER" });
    expect(await failure((await bucket({ bucket: "nothing" })).identify())).toMatchObject({
      code: "s3.NoSuchBucket",
    });
    expect(await failure((await bucket({ endpoint: "http://127.0.0.1:9" })).identify())).toMatchObject({
      kind: "unavailable",
    });
    expect(await failure((await bucket({ endpoint: "http://169.254.169.254" })).identify())).toMatchObject({
      code: "address-refused",
    });
    const closed = createFilesConnector({ folder, allowPrivateNetworks: false });
    const byName = { ...s3Keys, bucket: "recordings", endpoint: s3.url.replace("127.0.0.1", "localhost") };
    expect(await failure((await connect(closed, "s3", byName)).identify())).toMatchObject({
      code: "address-refused",
    });
  });
});

it("signs what it asks a bucket, and needs a new key where that is refused", async () => {
  const right = await bucket({ endpoint: strict.url });
  await right.run("save-file", { text: "signed", path: "päth/a b.txt" });
  expect(await right.run("read-text", { path: "päth/a b.txt" })).toEqual({ text: "signed" });
  expect(await right.run("delete-file", { path: "päth/a b.txt" })).toMatchObject({ deleted: true });
  const wrong = await bucket({ endpoint: strict.url, secret_access_key: "wrong" });
  const error = await failure(wrong.run("save-file", { text: "x", path: "x" }));
  expect(error).toMatchObject({ kind: "reconnect", code: "s3.SignatureDoesNotMatch" });
  expect(error.message).not.toContain("wrong");
});

describe("the server's folder", () => {
  it("gives no links, and says where there are some", async () => {
    const { run } = await local();
    await run("save-file", { text: "x", path: "x.txt" });
    expect((await failure(run("create-link", { path: "x.txt" }))).hint).toContain("S3");
  });

  it("reads nothing outside it, by a link or by a made-up reference", async () => {
    const outside = mkdtempSync(join(tmpdir(), "greenroom-secret-"));
    writeFileSync(join(outside, "secret"), "s");
    mkdirSync(folder, { recursive: true });
    symlinkSync(outside, join(folder, "link"));
    symlinkSync(join(outside, "secret"), join(folder, "direct"));
    const { run, client } = await local();
    expect(await failure(run("get-file", { path: "link/secret" }))).toMatchObject({ code: "outside-folder" });
    expect(await failure(run("get-file", { path: "direct" }))).toMatchObject({ code: "no-file" });
    expect(JSON.stringify(await run("list-files", {}))).not.toContain("secret");
    for (const url of [
      "files:/..%2Fsecret",
      "files:/link/..%2F..%2Fetc/passwd",
      "file:///etc/passwd",
      "files:/",
    ]) {
      const ref = { connector: "files", url, name: "x", mediaType: "x/y" };
      expect((await failure(client.openFile!(ref, 0))).kind).toBe("invalid-input");
    }
    rmSync(outside, { recursive: true });
  });
});
