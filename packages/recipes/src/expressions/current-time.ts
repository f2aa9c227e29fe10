/** The time that `now()` and `today()` read: the driver's, so that a replay sees the same. */

/** The key under which a scope carries it; a symbol, so that no name in a recipe is taken by it. */
export const currentTime: unique symbol = Symbol("the time that now() reads");

// Evaluation is synchronous and never re-entered, so one serves all.
let current: Date | undefined;

/** Sets the time for one evaluation. */
export function setCurrentTime(time: Date | undefined): void {
  current = time;
}

/** The time of this evaluation. @throws where the driver gave none. */
export function timeNow(): Date {
  if (!current) throw new Error("There is no current time here");
  return current;
}
