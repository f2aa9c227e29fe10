/** Something that is wrong with a scenario. */
export interface ScenarioFault {
  readonly line: number;
  /** Such as `steps.3.chat.text`. */
  readonly field: string;
  readonly message: string;
}

/** Told of what is wrong, with the line it is on. */
export class ScenarioRefused extends Error {
  readonly faults: readonly ScenarioFault[];
  constructor(faults: readonly ScenarioFault[]) {
    super(
      faults.map(({ line, field, message }) => `line ${line}: ${field && `${field}: `}${message}`).join("\n"),
    );
    this.faults = faults;
  }
}
