/** What is typed reaches the recipe when it settles. Before the recipe is changed otherwise, or saved, it must have. */
const pending = new Set<() => void>();

/** Has `send` called before the recipe is changed otherwise; gives what takes it back. */
export function atSettling(send: () => void): () => void {
  pending.add(send);
  return () => pending.delete(send);
}

/** Passes on all that is typed. */
export function settleEdits(): void {
  for (const send of pending) send();
}
