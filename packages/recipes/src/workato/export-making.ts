/** What making one of Workato's steps needs. */
import type { Catalogue } from "../catalogue.ts";
import type { ExportNames } from "./export-names.ts";
import type { ImportNotes } from "./import-notes.ts";
import type { WorkatoAliases } from "./operations.ts";
import { filled, type Json, objectOf, textOf, without } from "./workato-json.ts";

/** What all steps of an export share. */
export interface Export {
  readonly catalogue: Catalogue;
  readonly aliases: WorkatoAliases;
  readonly notes: ImportNotes;
  /** The providers in use, with their connections' names. */
  readonly connections: Map<string, string | undefined>;
  /** The number of the next step. */
  next: number;
}

/** What making a step needs. */
export interface Making {
  readonly step: Json;
  readonly place: string;
  readonly names: ExportNames;
  readonly the: Export;
  readonly number: number;
  /** What an import kept. */
  readonly kept: Json;
  readonly tell: (field: string, message: string, hint?: string) => void;
}

/** The steps made, and the names known after them. */
export type Made = { readonly block: readonly Json[]; readonly names: ExportNames };

/** A step that Workato has nothing like, kept whole: an import gives it back. */
export function asItIs({ step, number }: Making): Json {
  return common(
    { number, keyword: "action", provider: "greenroom", name: "step", as: `greenroom_${number}` },
    { ...step, disabled: true },
    {
      input: { step: JSON.stringify(without(step, ["workato"])) },
    },
  );
}

/** What all kinds of steps have there. */
export function common(head: Json, step: Json, rest: Json): Json {
  const kept = objectOf(step.workato);
  return filled({
    ...head,
    uuid: kept.uuid ?? `greenroom-${String(head.number)}`,
    title: textOf(step.name) || undefined,
    comment: textOf(step.comment) || undefined,
    skip: step.disabled === true ? true : undefined,
    ...rest,
  });
}

/** What an import kept that is no part of a step of ours. */
export function unsaid({ kept }: Making, but: readonly string[] = []): Json {
  return without(kept, ["input", "uuid", "catch", "while_condition", ...but]);
}
