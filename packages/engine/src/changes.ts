import { EventEmitter } from "node:events";
import type { JobState } from "./database/job-tables.ts";

/** Something that a page may show changed. */
export type Change =
  | { readonly type: "job"; readonly id: string; readonly recipeId: string; readonly state: JobState }
  | { readonly type: "event"; readonly id: string; readonly name: string }
  | { readonly type: "recipe"; readonly id: string }
  | { readonly type: "connection"; readonly id: string };

/** Changes as they happen in this process. */
export interface Changes {
  publish(change: Change): void;
  /** @returns the function that ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void;
}

/** Makes the in-process stream of changes. */
export function createChanges(): Changes {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    publish: (change) => void emitter.emit("change", change),
    subscribe(listener) {
      emitter.on("change", listener);
      return () => void emitter.off("change", listener);
    },
  };
}
