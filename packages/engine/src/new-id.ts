/**
 * Ids of events and jobs: UUIDs of version 7, each greater than the one before, so that the order of ids is the order in
 * which they were made. A flood of events needs two for each; randomness for many is fetched at a time.
 */
import { randomFillSync } from "node:crypto";
import { v7 as uuidv7 } from "uuid";

const idBytes = 16;
const random = new Uint8Array(256 * idBytes);
let used = random.length;
let msecs = 0;
let seq = 0;

/** Makes an id. */
export function newId(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  const bytes = random.subarray(used, used + idBytes);
  used += idBytes;
  const now = Date.now();
  if (now > msecs) {
    // Of 32 bits, as the library takes them; half of them are left to count on.
    [msecs, seq] = [now, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> 1];
  } else {
    seq += 1;
  }
  return uuidv7({ msecs, seq, random: bytes });
}
