/** What the recipe's variables may hold, and who shares them. */
import { any, either, nothing, objectOf, type ValueType } from "../types/value-type.ts";
import type { Place } from "./names.ts";
import type { Report } from "./report.ts";

interface Occurrence {
  readonly name: string;
  readonly path: string;
  readonly place: Place;
  readonly sets: boolean;
}

/** Collects where variables are set and read. */
export class Variables {
  #known = new Map<string, ValueType[]>();
  #found = new Map<string, ValueType[]>();
  readonly #names: readonly string[];
  readonly #occurrences: Occurrence[] = [];

  /** @param names those that some step sets. */
  constructor(names: readonly string[]) {
    this.#names = [...new Set(names)];
  }

  /** The type of `vars`, as the last look at the steps found it; null is what each begins with. */
  get type(): ValueType {
    return objectOf(
      Object.fromEntries(
        this.#names.map((name) => {
          const types = this.#known.get(name);
          return [name, types ? either(nothing, ...types) : any];
        }),
      ),
    );
  }

  /** Begins another look at the steps, which knows what the one before found. */
  lookAgain(): void {
    this.#known = this.#found;
    this.#found = new Map();
    this.#occurrences.length = 0;
  }

  set(name: string, type: ValueType, path: string, place: Place): void {
    // What follows from variables themselves can be known at the second look.
    if (type.kind !== "any" || this.#known.size > 0)
      this.#found.set(name, [...(this.#found.get(name) ?? []), type]);
    this.#occurrences.push({ name, path, place, sets: true });
  }

  read(name: string, path: string, place: Place): void {
    this.#occurrences.push({ name, path, place, sets: false });
  }

  /** A branch beside others has variables of its own: what it sets, nobody outside can read. */
  reportShared(report: Report): void {
    const named = Map.groupBy(this.#occurrences, ({ name }) => name);
    for (const { name, path, place, sets } of this.#occurrences) {
      const branch = place.beside.at(-1);
      if (!sets || branch === undefined) continue;
      const elsewhere = named.get(name)?.find((other) => !other.place.beside.includes(branch));
      if (elsewhere === undefined) continue;
      report.add(
        path,
        `${place.who}: it runs beside other branches, so “${name}” cannot be shared with ${elsewhere.place.who}.`,
        {
          hint: "Give the step an id and read its output afterwards, or let the loop run one by one.",
        },
      );
    }
  }
}
