/** What making a step of Workato's step needs. */
import type { Catalogue } from "../catalogue.ts";
import { shortText, type Tell } from "./import-input.ts";
import type { ImportNotes } from "./import-notes.ts";
import type { WorkatoAliases } from "./operations.ts";
import type { ValueContext } from "./read-value.ts";
import { Untranslatable } from "./ruby.ts";
import type { NamedStep } from "./step-names.ts";
import type { Json } from "./workato-json.ts";

/** What all steps of an import share. */
export interface Import {
  readonly catalogue: Catalogue;
  readonly aliases: WorkatoAliases;
  readonly names: ReadonlyMap<string, NamedStep>;
  readonly notes: ImportNotes;
  /** The names of connections by provider. */
  readonly connections: ReadonlyMap<string, string>;
  /** What the recipe returns, as JSON Schema. */
  readonly result: Json | undefined;
  /** Steps that must come before the one under way, such as look-ups. */
  readonly before: Json[];
}

/** What a step became: its keys, and what is kept as it was. */
export interface Body {
  readonly step: Json;
  readonly id?: string | undefined;
  readonly kept?: Json;
}

/** What making a step needs. */
export interface Making {
  readonly step: Json;
  readonly named: NamedStep | undefined;
  readonly tell: Tell;
  readonly context: ValueContext;
  readonly inner: (block: readonly unknown[], key: string, inside?: ValueContext) => Json[];
  readonly the: Import;
}

/** What the translation gives, else what is told of it. */
export function attempt<T>(
  { tell }: Making,
  field: string,
  raw: unknown,
  otherwise: T,
  translate: () => T,
): T {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    tell(field, `${error.message}.`, true, `It was ${shortText(raw)}`);
    return otherwise;
  }
}
