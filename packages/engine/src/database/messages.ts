/** What processes on one database tell each other at once. Nothing depends on it arriving: everybody also looks now and then. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Change } from "../changes.ts";

/** What may be told; all of it is a hint. */
export interface Message {
  readonly changes?: readonly Change[];
  /** Recipes that have queued jobs. */
  readonly queued?: readonly string[];
  /** Jobs that were told something, or cancelled. */
  readonly signals?: readonly string[];
  /** Recipes for whose jobs somebody has no place. */
  readonly wanted?: readonly string[];
  /** Uses of connections that have their places now. */
  readonly granted?: readonly string[];
  /** Recipes or connections changed. */
  readonly reload?: boolean;
}

/** The line to the other processes. */
export interface Messages {
  send(message: Message): void;
  /** @returns the function that ends it. */
  stop(): Promise<void>;
}

const channel = "greenroom";
/** PostgreSQL takes 8,000 bytes. */
const maxBytes = 7_000;
const changesEveryMs = 100;
const reconnectMs = 1_000;
/** So many changes in a tenth of a second are more than a page can show. */
const maxChanges = 300;

/** Opens the line. `onMessage` gets what others say; `onGap` is called when something may have been missed. */
export function openMessages(context: {
  readonly databaseUrl: string;
  readonly query: (text: string, values: readonly unknown[]) => Promise<unknown>;
  /** Whether there is anybody to tell. */
  readonly isHeard: () => boolean;
  readonly onMessage: (message: Message) => void;
  readonly onGap: () => void;
}): Messages {
  const { databaseUrl, query, isHeard, onMessage, onGap } = context;
  const from = randomUUID();
  let stopped = false;
  let client: pg.Client | undefined;
  let again: NodeJS.Timeout | undefined;
  const listening = listen();

  async function listen(): Promise<void> {
    const mine = new pg.Client({ connectionString: databaseUrl, application_name: "greenroom messages" });
    client = mine;
    const lost = () => {
      if (stopped || client !== mine) return;
      client = undefined;
      mine.end().catch(() => {});
      again = setTimeout(() => void listen(), reconnectMs);
    };
    mine.on("error", lost).on("end", lost);
    mine.on("notification", ({ payload }) => {
      const message = read(payload);
      if (message && message.from !== from) onMessage(message);
    });
    try {
      await mine.connect();
      await mine.query(`listen ${channel}`);
      onGap();
    } catch {
      lost();
    }
  }

  let waiting: { urgent: Map<string, Set<string>>; changes: Map<string, Change> } = {
    urgent: new Map(),
    changes: new Map(),
  };
  let timer: NodeJS.Timeout | undefined;
  let soon = false;

  function flush(): void {
    clearTimeout(timer);
    [timer, soon] = [undefined, false];
    const { urgent, changes } = waiting;
    waiting = { urgent: new Map(), changes: new Map() };
    const parts: Message[] = [
      ...[...urgent].flatMap(([key, ids]) => chunks([...ids]).map((some) => ({ [key]: some }))),
      ...chunks([...changes.values()].slice(-maxChanges)).map((some) => ({ changes: some })),
    ];
    for (const part of parts) {
      // Lost with the database: the others look for themselves when it is back.
      query("select pg_notify($1, $2)", [channel, JSON.stringify({ from, ...part })]).catch(() => {});
    }
  }

  return {
    send({ changes = [], queued = [], signals = [], wanted = [], granted = [] }) {
      if (stopped || !isHeard()) return;
      for (const [key, ids] of Object.entries({ queued, signals, wanted, granted })) {
        for (const id of ids) waiting.urgent.set(key, (waiting.urgent.get(key) ?? new Set()).add(id));
      }
      for (const change of changes) waiting.changes.set(`${change.type} ${change.id}`, change);
      if (waiting.urgent.size > 0 && !soon) {
        soon = true;
        clearTimeout(timer);
        timer = setTimeout(flush, 2);
      } else timer ??= setTimeout(flush, changesEveryMs);
    },
    async stop() {
      stopped = true;
      clearTimeout(again);
      clearTimeout(timer);
      await listening;
      await client?.end().catch(() => {});
    },
  };
}

function read(payload: string | undefined): (Message & { from: string }) | undefined {
  try {
    return JSON.parse(payload ?? "") as Message & { from: string };
  } catch {
    return undefined;
  }
}

/** Lists short enough for one notification each. */
function chunks<T>(items: readonly T[]): T[][] {
  const found: T[][] = [];
  let bytes = maxBytes;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes + size > maxBytes) [bytes, found[found.length]] = [0, []];
    found.at(-1)?.push(item);
    bytes += size;
  }
  return found;
}
