/** Files in job data: where they are, never their bytes. */
import { z } from "zod";
import { abortableSleep } from "./abortable-sleep.ts";
import { ConnectorError } from "./connector-error.ts";

/** A file at a service; steps hand it on, and the step that needs the bytes streams them. */
export const fileRef = z.strictObject({
  connector: z.string().describe("The connector whose file it is"),
  connection: z.string().optional().describe("The connection that may read it"),
  url: z.url().describe("Its address at the service"),
  name: z.string().min(1).describe("Its name, such as tour.mp4"),
  mediaType: z.string().describe("Its type, such as video/mp4"),
  size: z.number().optional().describe("Its size in bytes, where it is known"),
});

/** A file at a service. */
export type FileRef = z.output<typeof fileRef>;

/** A file that is being read. */
export interface OpenedFile {
  readonly body: ReadableStream<Uint8Array>;
  readonly mediaType: string;
  /** The whole file's size in bytes, where the service says it. */
  readonly size: number | undefined;
}

/** Opens a file from a place in it. @throws {ConnectorError} */
export type OpenFile = (ref: FileRef, from: number) => Promise<OpenedFile>;

/** Breaks in a row without a byte between them, after which reading is given up. */
const mostBreaks = 5;
const firstWaitMs = 500;

/**
 * The bytes of a file as they come. A broken connection is taken up again where it broke.
 *
 * @throws {ConnectorError} `unavailable` when it breaks again and again, `unexpected-response` when the file is not whole.
 */
export async function* readFileRef(
  open: OpenFile,
  ref: FileRef,
  {
    signal,
    sleep = abortableSleep,
  }: { signal?: AbortSignal | undefined; sleep?: typeof abortableSleep } = {},
): AsyncGenerator<Uint8Array> {
  let at = 0;
  let size: number | undefined;
  let breaks = 0;
  for (;;) {
    let broken: unknown;
    try {
      const opened = await open(ref, at);
      size ??= opened.size;
      for await (const chunk of opened.body) {
        at += chunk.length;
        breaks = 0;
        yield chunk;
      }
      if (size === undefined || at === size) return;
      if (at > size) throw notWhole(ref, at, size);
    } catch (error) {
      if (error instanceof ConnectorError && error.kind !== "unavailable") throw error;
      broken = error;
    }
    signal?.throwIfAborted();
    breaks += 1;
    if (breaks > mostBreaks) {
      const message = `${ref.name} could be read to byte ${at}${size === undefined ? "" : ` of ${size}`} and no further.`;
      throw new ConnectorError("unavailable", "file-broken-off", message, { cause: broken });
    }
    await sleep(firstWaitMs * 2 ** (breaks - 1), signal);
  }
}

function notWhole(ref: FileRef, read: number, size: number): ConnectorError {
  return new ConnectorError(
    "unexpected-response",
    "file-not-whole",
    `${ref.name} has ${read} bytes where ${size} were said.`,
  );
}
