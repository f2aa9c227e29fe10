import { hash } from "node:crypto";

/** Makes identifiers in Zoom's shapes; the same seed gives the same sequence. */
export interface Ids {
  /** 22 characters, base64url: a user. */
  readonly user: () => string;
  /** 22 characters, base64url: an account. */
  readonly account: () => string;
  /** `R` and 22 characters: a custom role. */
  readonly role: () => string;
  /** 22 characters, base64url: an app, a registrant, a group and the like. */
  readonly key: () => string;
  /** A 10 or 11 digit number: a meeting. */
  readonly meeting: () => number;
  /** Base64 of 16 bytes: a meeting instance; now and then with `/` or `+`, or starting with `/`. */
  readonly uuid: () => string;
  /** Lower-case hexadecimal of this many characters, at most 64. */
  readonly hex: (length: number) => string;
  /** Letters and digits of this length, at most 80: secrets and tokens. */
  readonly secret: (length: number) => string;
  /** A whole number of exactly this many digits, at most 12. */
  readonly digits: (count: number) => string;
  readonly snapshot: () => IdsState;
  readonly restore: (state: IdsState) => void;
}

/** Where a sequence of identifiers has got to. */
export interface IdsState {
  readonly seed: string;
  readonly drawn: number;
}

/** Makes a sequence of identifiers from a seed. */
export function createIds(firstSeed: string): Ids {
  let seed = firstSeed;
  let drawn = 0;
  const draw = (): Buffer => hash("sha512", `${seed}:${drawn++}`, "buffer");
  const key = (): string => draw().subarray(0, 17).toString("base64url").slice(0, 22);
  return {
    user: key,
    account: key,
    key,
    role: () => `R${key()}`,
    meeting: () => {
      const bytes = draw();
      const long = (bytes[0] ?? 0) < 192;
      const span = long ? 9e10 : 9e9;
      return (bytes.readUIntBE(1, 6) % span) + (long ? 1e10 : 1e9);
    },
    uuid: () => {
      const bytes = draw().subarray(0, 16);
      // One in sixteen starts with "/", so that clients meet the double encoding early.
      if ((bytes[15] ?? 0) % 16 === 0) bytes[0] = 0xfc | ((bytes[0] ?? 0) & 3);
      return bytes.toString("base64");
    },
    hex: (length) => draw().toString("hex").slice(0, length),
    secret: (length) => draw().toString("base64").replace(/[+/=]/g, "x").slice(0, length),
    digits: (count) => String((draw().readUIntBE(0, 6) % (9 * 10 ** (count - 1))) + 10 ** (count - 1)),
    snapshot: () => ({ seed, drawn }),
    restore: (state) => {
      seed = state.seed;
      drawn = state.drawn;
    },
  };
}
