/** Writes single bits and Exp-Golomb codes, as H.264 has them (ITU-T H.264, 7.2 and 9.1). */
export class BitWriter {
  #bytes = new Uint8Array(256);
  #length = 0;
  #current = 0;
  #filled = 0;

  bit(value: number): this {
    this.#current = (this.#current << 1) | (value & 1);
    this.#filled += 1;
    if (this.#filled === 8) {
      this.#grow(1);
      this.#bytes[this.#length - 1] = this.#current;
      this.#current = 0;
      this.#filled = 0;
    }
    return this;
  }

  /** An unsigned number of so many bits. */
  u(value: number, bits: number): this {
    for (let at = bits - 1; at >= 0; at -= 1) this.bit((value >>> at) & 1);
    return this;
  }

  /** ue(v): an unsigned Exp-Golomb code. */
  ue(value: number): this {
    const length = 32 - Math.clz32(value + 1);
    return this.u(0, length - 1).u(value + 1, length);
  }

  /** Fills the byte with zeros. */
  align(): this {
    while (this.#filled !== 0) this.bit(0);
    return this;
  }

  /** Whole bytes; only on a byte's border. */
  bytes(values: Uint8Array): this {
    const at = this.#length;
    this.#grow(values.length);
    this.#bytes.set(values, at);
    return this;
  }

  /** The stop bit and what fills its byte. */
  trailing(): this {
    return this.bit(1).align();
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(by: number): void {
    this.#length += by;
    if (this.#length <= this.#bytes.length) return;
    const bigger = new Uint8Array(2 * this.#length);
    bigger.set(this.#bytes);
    this.#bytes = bigger;
  }
}
