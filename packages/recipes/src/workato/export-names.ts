/** Which datapills the names of expressions are, at a place of a recipe. */
import type { Pill, PillPart } from "./datapill.ts";
import type { PillOf } from "./cel-to-ruby.ts";
import { Untranslatable } from "./ruby.ts";

/** What a name is there. */
export interface NamedPill {
  readonly provider: string;
  readonly line: string;
  /** What its path begins with there and not here. */
  readonly prefix: readonly string[];
}

/** The names known at a place. */
export class ExportNames {
  readonly #names: ReadonlyMap<string, NamedPill>;
  /** Variables by name: the steps that declare them; shared by all places. */
  readonly variables: Map<string, { readonly line: string; readonly isList: boolean }>;

  constructor(names: ReadonlyMap<string, NamedPill>, variables: ExportNames["variables"] = new Map()) {
    this.#names = names;
    this.variables = variables;
  }

  with(name: string | undefined, pill: NamedPill): ExportNames {
    return name === undefined ? this : new ExportNames(new Map(this.#names).set(name, pill), this.variables);
  }

  readonly pillOf: PillOf = (root, path) => {
    const named = this.#names.get(root);
    if (named) return output(named.provider, named.line, [...named.prefix, ...path]);
    const [first, ...rest] = path;
    if (root === "vars" && typeof first === "string") return this.#variable(first, rest);
    if (root === "properties" && typeof first === "string")
      return { kind: "account_property", provider: "", line: "", path };
    if (root === "job" && first === "id")
      return { kind: "job_context", provider: "", line: "", path: ["job_id"] };
    throw new Untranslatable(`Workato has nothing like “${root}” here`);
  };

  #variable(name: string, rest: readonly PillPart[]): Pill {
    const declared = this.variables.get(name);
    if (!declared) throw new Untranslatable(`The variable “${name}” has no value yet`);
    return output("workato_variable", declared.line, [declared.isList ? "list_items" : name, ...rest]);
  }
}

function output(provider: string, line: string, path: readonly PillPart[]): Pill {
  const errors: Readonly<Record<string, string>> = { kind: "error_type", step: "step_number" };
  const [first, ...rest] = path;
  if (provider === "catch" && typeof first === "string") {
    return { kind: "output", provider, line, path: [errors[first] ?? first, ...rest] };
  }
  return { kind: "output", provider, line, path };
}
