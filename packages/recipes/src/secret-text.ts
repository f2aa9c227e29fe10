/**
 * A text with secrets in it that nobody has opened: what `secrets.NAME` gives in an input.
 *
 * Only the one who runs the action opens it. An event cannot forge one, since data that comes from outside never is an
 * instance of this class, and wherever it is written down it is the reference.
 */
export class SecretText {
  readonly #parts: readonly (string | { readonly secret: string })[];

  constructor(parts: readonly (string | { readonly secret: string })[]) {
    this.#parts = parts;
  }

  /** The names of the secrets in it. */
  get names(): readonly string[] {
    return this.#parts.flatMap((part) => (typeof part === "string" ? [] : [part.secret]));
  }

  /** The text with its secrets. */
  open(secretOf: (name: string) => string): string {
    return this.#parts.map((part) => (typeof part === "string" ? part : secretOf(part.secret))).join("");
  }

  /** One text after another; each may hold secrets. */
  static join(texts: readonly (string | SecretText)[]): SecretText {
    return new SecretText(texts.flatMap((text) => (typeof text === "string" ? [text] : text.#parts)));
  }

  /** As people wrote it: `Bearer {{ secrets.TOKEN }}`. */
  toString(): string {
    return this.#parts
      .map((part) => (typeof part === "string" ? part : `{{ secrets.${part.secret} }}`))
      .join("");
  }

  toJSON(): string {
    return this.toString();
  }
}
