/** What a person must look at after an import. */

/** One thing to check, with its places in both recipes. */
export interface ImportNote {
  /** In the recipe that was made, such as `steps[1].then[0].input.topic`. */
  readonly path: string;
  /** The number of the step in the recipe that was imported. */
  readonly number: number | undefined;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Collects them. */
export class ImportNotes {
  readonly all: ImportNote[] = [];

  add(path: string, number: number | undefined, message: string, hint?: string): void {
    this.all.push({ path, number, message, hint });
  }
}
