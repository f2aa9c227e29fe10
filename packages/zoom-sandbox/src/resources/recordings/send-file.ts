import type { IncomingMessage } from "node:http";
import type { VirtualFile } from "../../media/virtual-file.ts";

/** Sends a file, or the range that was asked for. */
export function sendFile(
  { method, headers: { range = "" } }: IncomingMessage,
  content: VirtualFile,
  { name, type }: { readonly name: string; readonly type: string },
): Response {
  const { size } = content;
  const headers: Record<string, string> = {
    ...{ "content-type": type, "accept-ranges": "bytes" },
    "content-disposition": `attachment; filename="${name}"`,
  };
  const asked = /^bytes=(\d*)-(\d*)$/.exec(range);
  const [from, to] = asked ? rangeOf(asked[1] ?? "", asked[2] ?? "", size) : [0, size];
  if (from >= size || from >= to) {
    return new Response(null, {
      status: size === 0 && !asked ? 200 : 416,
      headers: { ...headers, "content-range": `bytes */${size}` },
    });
  }
  headers["content-length"] = String(to - from);
  if (asked) headers["content-range"] = `bytes ${from}-${to - 1}/${size}`;
  const status = asked ? 206 : 200;
  if (method === "HEAD") return new Response(null, { status, headers });
  const chunks = content.read(from, to);
  // A reader that does not read makes no bytes: the stream is pulled.
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const next = chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
  return new Response(body, { status, headers });
}

function rangeOf(first: string, last: string, size: number): [from: number, to: number] {
  if (first === "") return [Math.max(0, size - Number(last)), size];
  return [Number(first), last === "" ? size : Math.min(Number(last) + 1, size)];
}
