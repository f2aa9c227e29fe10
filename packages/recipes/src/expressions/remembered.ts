import { spend } from "./bounds.ts";

/** More answers than this are not kept. */
const maxAnswers = 2_000;

/** A function of a text whose answers are remembered, since finding one takes long: so many units of an expression's account. */
export function remembered<T>(units: number, find: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    spend(units);
    const found = find(text);
    if (answers.size >= maxAnswers) answers.clear();
    answers.set(text, found);
    return found;
  };
}
