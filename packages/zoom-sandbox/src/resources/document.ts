/** Documents of settings: every field at its default until somebody changes it. */
import type { Call } from "../call.ts";
import { blank, merge, shapeOf } from "../operations/shapes.ts";
import type { Sandbox } from "../sandbox.ts";

/** A document that one operation reads and another changes in part. */
export interface DocumentSpec {
  /** The kind of document; with the owner it names the row. */
  readonly name: string;
  readonly get: string;
  readonly update?: string;
  /** Whose document a call means; also checks that it exists and that the caller may. */
  readonly ownerOf: (call: Call) => string;
  /** What differs from the blank document of the answer's shape. */
  readonly defaults?: (owner: string) => object;
  /** The part of the document that a call asks for; default: all of it. */
  readonly shown?: (values: Record<string, unknown>, call: Call) => object;
  /** A change as the document keeps it, where the two have other shapes. */
  readonly kept?: (change: object) => object;
  /** Refuses a change that may not be. @throws {ZoomError} */
  readonly check?: (owner: string, change: object) => void;
  /** Told what was changed, and what those fields were. */
  readonly onUpdated?: (owner: string, change: object, before: object, call: Call) => void;
}

/** Reads and changes documents outside of calls. */
export interface Documents {
  readonly read: (owner: string) => Record<string, unknown>;
  readonly change: (owner: string, change: object) => void;
  readonly forget: (owner: string) => void;
}

type Fields = Record<string, unknown>;

/** Registers the operations of a document. */
export function document(sandbox: Sandbox, spec: DocumentSpec): Documents {
  const { api } = sandbox;
  const table = sandbox.table<Fields>(`document ${spec.name}`);
  let made: Fields | undefined;
  // Made when it is first wanted: there are many of these, and most starts read none.
  const empty = (): Fields => {
    const answer = shapeOf(spec.get)?.answer;
    return (made ??= answer === undefined ? {} : fieldsOf(blank(answer)));
  };

  const read = (owner: string): Fields =>
    merge(merge(empty(), fieldsOf(spec.defaults?.(owner) ?? {})), table.get(owner) ?? {});
  const change = (owner: string, given: object): void =>
    table.set(owner, merge(table.get(owner) ?? {}, fieldsOf(given)));

  api.on(spec.get, (call) => {
    const values = read(spec.ownerOf(call));
    return spec.shown?.(values, call) ?? values;
  });
  if (spec.update) {
    api.on(spec.update, (call) => {
      const owner = spec.ownerOf(call);
      const body = call.body();
      const given = fieldsOf(spec.kept?.(body) ?? body);
      spec.check?.(owner, given);
      const before = pick(read(owner), given);
      change(owner, given);
      spec.onUpdated?.(owner, given, before, call);
    });
  }
  return { read, change, forget: (owner) => void table.delete(owner) };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** What `from` holds of the fields that `wanted` names. */
function pick(from: Fields, wanted: Fields): Fields {
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [
      name,
      isFields(value) ? pick(fieldsOf(from[name]), value) : from[name],
    ]),
  );
}
