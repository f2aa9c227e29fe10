/** Sends a file, or a part of it, as RFC 9110 has it: validators, conditions, one range. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { VirtualFile } from "../../media/virtual-file.ts";

/** What a file is besides its bytes. */
export interface SentFile {
  readonly name: string;
  readonly type: string;
  /** When it was last changed; a file without has no `Last-Modified`. */
  readonly changed?: string;
}

type Range = readonly [from: number, to: number];

/** Sends a file, or the range that was asked for. */
export function sendFile(
  { method, headers: asked }: Pick<IncomingMessage, "method" | "headers">,
  content: VirtualFile,
  { name, type, changed }: SentFile,
): Response {
  const { size } = content;
  const etag = `"${Buffer.from(`${name}:${size}`).toString("base64url")}"`;
  const modified = changed === undefined ? undefined : new Date(changed).toUTCString();
  const headers: Record<string, string> = {
    ...{ "accept-ranges": "bytes", etag, ...(modified !== undefined && { "last-modified": modified }) },
  };
  if (isFresh(asked, etag, modified)) return new Response(null, { status: 304, headers });
  if (isOther(asked, etag, modified)) return new Response(null, { status: 412, headers });

  // Ranges are for GET alone, and what changed since the first part was read is sent whole.
  const mayPart = method === "GET" && stillFits(asked["if-range"], etag, modified);
  const range = mayPart ? rangeOf(asked.range, size) : undefined;
  if (range === "unsatisfiable")
    return new Response(null, { status: 416, headers: { ...headers, "content-range": `bytes */${size}` } });
  const [from, to] = range ?? [0, size];
  Object.assign(headers, {
    ...{ "content-type": type, "content-length": String(to - from) },
    "content-disposition": `attachment; filename="${name}"`,
    ...(range && { "content-range": `bytes ${from}-${to - 1}/${size}` }),
  });
  const status = range ? 206 : 200;
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

/** One range; undefined where the whole is sent: none was asked for, several were, or what makes no sense. */
function rangeOf(range: string | undefined, size: number): Range | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(range ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "")
    return Number(last) === 0 || size === 0 ? "unsatisfiable" : [Math.max(0, size - Number(last)), size];
  if (last !== "" && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) return "unsatisfiable";
  return [Number(first), last === "" ? size : Math.min(Number(last) + 1, size)];
}

/** True when the reader has it already. */
function isFresh(asked: IncomingHttpHeaders, etag: string, modified: string | undefined): boolean {
  const known = asked["if-none-match"];
  if (known !== undefined) return names(known, etag);
  return modified !== undefined && Date.parse(asked["if-modified-since"] ?? "") >= Date.parse(modified);
}

/** True when the reader wants only a file that this is not. */
function isOther(asked: IncomingHttpHeaders, etag: string, modified: string | undefined): boolean {
  const wanted = asked["if-match"];
  if (wanted !== undefined) return !names(wanted, etag);
  return modified !== undefined && Date.parse(asked["if-unmodified-since"] ?? "") < Date.parse(modified);
}

function stillFits(
  ifRange: string | string[] | undefined,
  etag: string,
  modified: string | undefined,
): boolean {
  return ifRange === undefined || ifRange === etag || ifRange === modified;
}

const names = (list: string, etag: string): boolean =>
  list.split(",").some((one) => ["*", etag, `W/${etag}`].includes(one.trim()));
