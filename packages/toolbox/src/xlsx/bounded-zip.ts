/** Holds what an Excel file unpacks to within bounds: a few packed bytes, sent by anybody, can be gigabytes of memory or disk. */
import { Readable, Transform, type Writable } from "node:stream";

/** The most bytes, unpacked. */
export interface ZipBounds {
  /** Of each part that is kept in memory, such as the shared texts. */
  readonly kept: number;
  /** Of each part that streams by: a sheet, a picture. */
  readonly streamed: number;
}

type Entry = Readable & { readonly path: string };
const streams = /^xl\/(?:worksheets|media|drawings|embeddings)\//;

/** A file that is unpacked within bounds. */
export interface BoundedZip {
  /** For the library's reader, which pipes it into its unpacker and takes the parts from that. */
  readonly source: Readable;
  /** Rejects when the source breaks, or a part goes beyond its bounds: the library itself may wait for ever then. */
  readonly broken: Promise<never>;
}

/** Makes it of the bytes of a file. */
export function boundedZip(
  bytes: AsyncIterable<Uint8Array>,
  bounds: ZipBounds,
  tooBig: (path: string) => Error,
): BoundedZip {
  const source = Readable.from(bytes, { objectMode: false });
  const { promise: broken, reject } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  source.once("error", reject);
  const pipe = source.pipe.bind(source);

  function counted(entry: Entry): Readable {
    const most = streams.test(entry.path) ? bounds.streamed : bounds.kept;
    let length = 0;
    const part = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        length += chunk.byteLength;
        if (length <= most) return done(null, chunk);
        const error = tooBig(entry.path);
        reject(error);
        source.destroy();
        return done(error);
      },
    });
    // Told by `broken`.
    part.on("error", () => undefined);
    entry.on("error", (error) => part.destroy(error));
    return Object.assign(entry.pipe(part), { path: entry.path, autodrain: () => part.resume() });
  }

  Object.assign(source, {
    pipe(unpacker: Writable & AsyncIterable<Entry>) {
      pipe(unpacker);
      return (async function* () {
        for await (const entry of unpacker) yield counted(entry);
      })();
    },
  });
  return { source, broken };
}
