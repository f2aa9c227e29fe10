/** Forms with a file, streamed: `FormData` would hold the file whole. */
import { randomBytes } from "node:crypto";
import { StreamedBody } from "./client.ts";

/** A file of a form. */
export interface FormFile {
  /** The form field's name. */
  readonly field: string;
  readonly fileName: string;
  readonly mediaType: string;
  /** In bytes, where it is known. */
  readonly size: number | undefined;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** A body of type `multipart/form-data` (RFC 7578) of text fields and one file, which is read as it is sent. */
export function multipartBody(
  fields: Readonly<Record<string, string | undefined>>,
  file: FormFile,
): StreamedBody {
  const boundary = `----greenroom${randomBytes(16).toString("hex")}`;
  const encoder = new TextEncoder();
  const part = (disposition: string, more = "") =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n`;
  const head = encoder.encode(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${part(`name="${escaped(name)}"`)}${value}\r\n`)
      .join("") +
      part(
        `name="${escaped(file.field)}"; filename="${escaped(file.fileName)}"`,
        `Content-Type: ${file.mediaType.replace(/[\r\n]/g, "")}\r\n`,
      ),
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  async function* open() {
    yield head;
    yield* file.open();
    yield tail;
  }
  return new StreamedBody(open, {
    mediaType: `multipart/form-data; boundary=${boundary}`,
    size: file.size === undefined ? undefined : head.length + file.size + tail.length,
  });
}

/** As browsers write names in forms (HTML Living Standard, multipart/form-data encoding algorithm). */
function escaped(name: string): string {
  return name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
