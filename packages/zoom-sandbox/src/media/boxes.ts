/** What MP4 files are made of: boxes, and big-endian numbers in them (ISO/IEC 14496-12). */

/** A number of 32 bits. */
export function u32(value: number): Uint8Array {
  return u32s([value]);
}

/** Numbers of 32 bits. */
export function u32s(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint32(4 * index, value);
  });
  return bytes;
}

/** A number of 16 bits. */
export function u16(value: number): Uint8Array {
  return Uint8Array.from([value >>> 8, value & 0xff]);
}

/** So many of them. */
export const zeros = (count: number): Uint8Array => new Uint8Array(count);

/** Letters. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** A box of that name. */
export function box(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(parts);
  return concat([u32(8 + body.length), ascii(name), body]);
}

/** A box with version 0 and these flags. */
export function fullWith(flags: number, name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return box(name, u32(flags), ...parts);
}

/** A box with version 0 and no flags. */
export function full(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return fullWith(0, name, ...parts);
}

/** Parts, one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
