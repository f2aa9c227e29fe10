import { isTooDeep } from "@greenroom/connector-kit";

/** Group commit: what arrives while one batch is being written goes out together in the next. */
export interface Batcher<Item, Result> {
  /** Resolves when the item is written. */
  add(item: Item): Promise<Result>;
  /** Resolves when all that was added is written or refused. */
  idle(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** PostgreSQL's classes 22 and 54: data it will not take (a number out of range, a nesting too deep, a key too long). */
export function isRefusedData(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && /^(22|54)/.test(error.code)
  );
}

/**
 * Makes a batcher over `write`, which answers one result per item, in order.
 * When the data of a batch is refused, by PostgreSQL or before, each item is written alone: a poisonous one fails only itself.
 */
export function createBatcher<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
  { maxItems = 200 }: { maxItems?: number } = {},
): Batcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let writing = false;
  let whenIdle: (() => void)[] = [];

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await write(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length > 1 && (isRefusedData(error) || isTooDeep(error)))
        for (const one of batch) await settle([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  async function drain(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      await settle(batch);
    }
    writing = false;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (!writing) {
          writing = true;
          // One turn later, so that what arrives in the same turn shares the first batch.
          setImmediate(() => void drain());
        }
      }),
    idle: () => (writing ? new Promise((resolve) => whenIdle.push(resolve)) : Promise.resolve()),
  };
}
