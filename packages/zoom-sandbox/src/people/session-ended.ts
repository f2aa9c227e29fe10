import type { Sandbox } from "../sandbox.ts";
import type { Instance } from "./session-rows.ts";

/** Told of a meeting or webinar that has just ended; its rows are complete by then. */
export type SessionEnded = (instance: Instance) => void;

const listeners = new WeakMap<Sandbox["table"], SessionEnded[]>();

/** Runs `work` each time a meeting or webinar of the sandbox ends. */
export function onSessionEnded({ table }: Pick<Sandbox, "table">, work: SessionEnded): void {
  const known = listeners.get(table);
  if (known) known.push(work);
  else listeners.set(table, [work]);
}

/** Tells everybody who asked by `onSessionEnded`. */
export function sessionEnded({ table }: Pick<Sandbox, "table">, instance: Instance): void {
  for (const work of listeners.get(table) ?? []) work(instance);
}
