/** What a command writes: for people with colour, or one JSON value for programs. */
import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

const progressWidth = 24;

/** Where commands write. Results go to standard output, all else to standard error. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #err: NodeJS.WriteStream;
  json = false;
  #showsProgress = false;

  constructor(out: NodeJS.WriteStream, err: NodeJS.WriteStream) {
    this.#out = out;
    this.#err = err;
  }

  get isInteractive(): boolean {
    return !this.json && this.#out.isTTY && this.#err.isTTY;
  }

  /** The command's result: `data` for programs, else what `human` writes. */
  result(data: unknown, human: () => void): void {
    if (this.json) this.#out.write(`${JSON.stringify(data, null, 2)}\n`);
    else human();
  }

  /** One of many results, a line each for programs. */
  item(data: unknown, human: () => void): void {
    if (this.json) this.#out.write(`${JSON.stringify(data)}\n`);
    else human();
  }

  line(text = ""): void {
    this.#out.write(`${text}\n`);
  }

  /** What is no result: progress, remarks. Programs do not want it. */
  remark(text: string): void {
    if (!this.json) this.#err.write(`${text}\n`);
  }

  /** How far a long work is, on one line that is written anew; nothing where nobody looks. */
  progress(done: number, of: number, what: string): void {
    if (this.json || !this.#err.isTTY) return;
    const filled = of > 0 ? Math.round((done / of) * progressWidth) : 0;
    const bar = "█".repeat(filled) + "░".repeat(progressWidth - filled);
    this.#err.write(`\r\u001B[K${styleText("cyan", bar, { stream: this.#err })} ${done}/${of} ${what}`);
    this.#showsProgress = true;
  }

  /** Takes the line away. */
  endProgress(): void {
    if (this.#showsProgress) this.#err.write("\r\u001B[K");
    this.#showsProgress = false;
  }

  error(text: string): void {
    this.#err.write(`${text}\n`);
  }

  style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#out });
  }

  /** Rows below their headings, as wide as they need. */
  table(headings: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = headings.map((heading, column) =>
      Math.max(heading.length, ...rows.map((row) => plainLength(row[column] ?? ""))),
    );
    const written = (row: readonly string[]) =>
      row
        .map((cell, column) => cell + " ".repeat(Math.max((widths[column] ?? 0) - plainLength(cell), 0)))
        .join("  ")
        .trimEnd();
    this.line(this.style("dim", written(headings)));
    for (const row of rows) this.line(written(row));
  }

  /** A state in its colour. */
  state(state: string): string {
    const styles: Readonly<Record<string, Style>> = {
      ...{ succeeded: "green", running: "cyan", connected: "green", ok: "green" },
      ...{
        failed: "red",
        "needs-attention": "red",
        stopped: "dim",
        waiting: "yellow",
        queued: "dim",
        disconnected: "yellow",
      },
    };
    return this.style(styles[state] ?? "reset", state);
  }
}

function plainLength(text: string): number {
  // oxlint-disable-next-line no-control-regex -- the escape sequences of colours
  return text.replaceAll(/\u001B\[\d+m/g, "").length;
}
