/** What `skip()` gives: the field whose whole value it is, is left out. */
export class Skipped {
  /** Data never holds it: whatever is left out is out before anything is written down. */
  toJSON(): never {
    throw new Error(misplacedSkip);
  }
}

/** The only one there is. */
export const skipped = new Skipped();

/** Where it stands for more, or less, than a field's whole value. */
export const misplacedSkip = "skip() leaves a field out of an input or an object; here is none";
