import { createServer, type Server } from "node:http";
import { type FileRef, readFileRef, Secret } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { zoomAdminOAuth } from "../../auth/zoom-oauth.ts";
import { clientOf, connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";
import { zoom as connector } from "../../connector.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let file: { id?: string | null; download_url?: string | null; file_size?: number | null };

beforeAll(async () => {
  zoom = await connectedSandbox();
  const { id } = await zoom.run("create-meeting", { userId: "hana@acme.example", topic: "Recorded" });
  const act = (what: string) => zoom.control(`/meetings/${id}/${what}`);
  await act("start");
  await act("recording/start");
  await zoom.sandbox.clock.advance(10 * 60_000);
  await act("end");
  await zoom.sandbox.clock.advance(10 * 60_000);
  const { recording_files: files } = await zoom.run("get-recording", { meetingId: String(id) });
  file = files?.find(({ file_type }) => file_type === "MP4") ?? {};
});
afterAll(() => zoom.close());

const download = async (fileName?: string) =>
  (await zoom.run("download-recording", { downloadUrl: file.download_url, ...(fileName && { fileName }) }))
    .file;
const read = async (ref: FileRef) => {
  const open = zoom.client.openFile;
  if (!open) throw new Error("no files");
  let size = 0;
  for await (const chunk of readFileRef(open, ref, { sleep: () => Promise.resolve() })) size += chunk.length;
  return size;
};

it("gives a reference with name, type and size, and its bytes are as many", async () => {
  const ref = await download("recorded.mp4");
  expect(ref).toMatchObject({
    connector: "zoom",
    name: "recorded.mp4",
    mediaType: "video/mp4",
    size: file.file_size,
  });
  expect(JSON.stringify(ref)).not.toContain(zoom.tokens.accessToken.reveal());
  expect(await read(ref)).toBe(file.file_size);
});

it("names a file after its address and type when nobody does", async () => {
  expect((await download()).name).toMatch(/^\w+\.mp4$/);
});

it("takes a page with status 200 for what it is: no file", async () => {
  const client = clientOf(zoom.profile, zoom.tokens);
  const key = String(file.download_url).replace(/[^/]+$/, "unknown");
  const error = await failure(zoom.run("download-recording", { downloadUrl: key }));
  expect(error).toMatchObject({ kind: "unexpected-response", code: "page-instead-of-file" });
  expect(client.openFile).toBeDefined();
});

it("asks once for a fresh token when Zoom shows the page to one that has died before its time", async () => {
  const dead = new Secret("dead");
  const asked: string[] = [];
  const client = connector.createClient({
    profile: zoom.profile,
    kind: zoomAdminOAuth.id,
    accessToken: async ({ after } = {}) => {
      asked.push(after?.reveal() ?? "");
      return { accessToken: after ? zoom.tokens.accessToken : dead, apiUrl: undefined };
    },
  });
  const ref = { connector: "zoom", url: String(file.download_url), name: "a.mp4", mediaType: "video/mp4" };
  const { body } = (await client.openFile?.(ref, 0)) ?? {};
  expect((await new Response(body ?? null).arrayBuffer()).byteLength).toBe(file.file_size);
  expect(asked).toEqual(["", "dead"]);
});

it("sends the token to no host but Zoom's", async () => {
  const error = await failure(
    zoom.run("download-recording", { downloadUrl: "https://evil.example/rec/download/x" }),
  );
  expect(error).toMatchObject({ kind: "invalid-input", code: "not-zooms" });
});

/** A server of a file of 100,000 bytes that breaks off after 30,000, as often as is wanted. */
async function brittle(breaks: number): Promise<{ server: Server; url: string; asked: string[] }> {
  const bytes = Buffer.alloc(100_000, 7);
  const asked: string[] = [];
  let left = breaks;
  const server = createServer((request, response) => {
    asked.push(request.headers.range ?? "");
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      ...{ "content-type": "video/mp4", "content-length": bytes.length - from },
      ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (left === 0) return response.end(bytes.subarray(from));
    left -= 1;
    response.write(bytes.subarray(from, from + 30_000), () => response.destroy());
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    server,
    asked,
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/file`,
  };
}

it("goes on where a connection broke, and gives up only when it breaks again and again", async () => {
  const { server, url, asked } = await brittle(3);
  const profile = { ...zoom.profile, api_url: new URL(url).origin };
  const { openFile } = clientOf(profile, zoom.tokens);
  if (!openFile) throw new Error("no files");
  const ref = { connector: "zoom", url, name: "long.mp4", mediaType: "video/mp4" };
  const quick = { sleep: () => Promise.resolve() };
  let size = 0;
  for await (const chunk of readFileRef(openFile, ref, quick)) size += chunk.length;
  expect(size).toBe(100_000);
  expect(asked).toEqual(["", "bytes=30000-", "bytes=60000-", "bytes=90000-"]);
  server.close();
  server.closeAllConnections();
  const all = async () => {
    for await (const chunk of readFileRef(openFile, ref, quick)) size += chunk.length;
  };
  expect(await failure(all())).toMatchObject({ kind: "unavailable", code: "file-broken-off" });
});
