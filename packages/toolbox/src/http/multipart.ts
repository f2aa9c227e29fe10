/** `multipart/form-data` (RFC 7578) with one file, as a stream: the file is never whole in memory. */
import { randomUUID } from "node:crypto";

/** What a form sends. */
export interface MultipartForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: {
    readonly field: string;
    readonly name: string;
    readonly mediaType: string;
    readonly size: number | undefined;
    readonly bytes: () => AsyncIterable<Uint8Array>;
  };
}

/** The form's bytes, its type with the boundary, and its size where the file's is known. */
export function multipart({ fields, file }: MultipartForm) {
  const boundary = `greenroom-${randomUUID()}`;
  const head = Buffer.from(
    [
      ...Object.entries(fields).map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
      ),
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.field)}"; filename="${quoted(file.name)}"\r\nContent-Type: ${file.mediaType.replace(/[\r\n]/g, "")}\r\n\r\n`,
    ].join(""),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    mediaType: `multipart/form-data; boundary=${boundary}`,
    size: file.size === undefined ? undefined : head.length + file.size + tail.length,
    async *open(): AsyncGenerator<Uint8Array> {
      yield head;
      yield* file.bytes();
      yield tail;
    },
  };
}

/** As browsers write names (WHATWG HTML, multipart form data). */
function quoted(text: string): string {
  return text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}
