/** Work that falls due a while after something happened, though the state is saved and put back meanwhile. */
import type { Sandbox } from "./sandbox.ts";

interface Due {
  readonly key: string;
  readonly at_ms: number;
}

/** Makes such work. @returns asks for it; for the same key once more, it is put off */
export function createLater(
  { table, clock, onRestore }: Pick<Sandbox, "table" | "clock" | "onRestore">,
  name: string,
  afterMs: number,
  work: (key: string) => void,
): (key: string) => void {
  const due = table<Due>(`${name}_due`);
  const arm = (row: Due): void => {
    clock.schedule(new Date(row.at_ms), () => {
      if (due.get(row.key) !== row) return;
      due.delete(row.key);
      work(row.key);
    });
  };
  onRestore(() => due.all().forEach(arm));
  return (key) => {
    const row = { key, at_ms: clock.nowMs() + afterMs };
    due.set(key, row);
    arm(row);
  };
}
