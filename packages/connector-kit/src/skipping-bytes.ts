/** Passes over the first bytes of a file, where a server knows no ranges. */
export function skippingBytes(body: ReadableStream<Uint8Array>, bytes: number): ReadableStream<Uint8Array> {
  let left = bytes;
  const skip = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const kept = chunk.subarray(Math.min(left, chunk.length));
      left -= chunk.length - kept.length;
      if (kept.length > 0) controller.enqueue(kept);
    },
  });
  return body.pipeThrough(skip);
}
