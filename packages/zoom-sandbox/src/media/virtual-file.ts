/** Files that are never held whole: pieces that repeat, read from any place, however big the file is. */

/** A piece of a file: the same bytes, so many times. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly times: number;
}

/** A file made of pieces. */
export interface VirtualFile {
  readonly size: number;
  /** Bytes `from` to before `to`, in chunks of at most 64 kB. */
  readonly read: (from: number, to: number) => Generator<Uint8Array>;
}

const CHUNK = 65_536;

/** Puts pieces together. */
export function virtualFile(pieces: readonly Piece[]): VirtualFile {
  const size = pieces.reduce((sum, { bytes, times }) => sum + bytes.length * times, 0);
  return {
    size,
    *read(from, to) {
      let start = 0;
      for (const { bytes, times } of pieces) {
        const length = bytes.length * times;
        const [begin, end] = [Math.max(from, start) - start, Math.min(to, start + length) - start];
        start += length;
        for (let at = begin; at < end; ) {
          // Small pieces are repeated into one chunk.
          const chunk = new Uint8Array(Math.min(CHUNK, end - at));
          for (let filled = 0; filled < chunk.length; ) {
            const offset = (at + filled) % bytes.length;
            const part = bytes.subarray(
              offset,
              offset + Math.min(bytes.length - offset, chunk.length - filled),
            );
            chunk.set(part, filled);
            filled += part.length;
          }
          yield chunk;
          at += chunk.length;
        }
      }
    },
  };
}

/** A piece that stands once. */
export const once = (bytes: Uint8Array): Piece => ({ bytes, times: 1 });
