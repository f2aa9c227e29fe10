import { type Change, type Engine, includesRole, roleIn } from "@greenroom/engine";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Principal, Visit } from "../access/principal.ts";
import { log } from "../log.ts";

const lookEveryMs = 5_000;
/** A ping with each fourth look. */
const looksAPing = 4;
const foldersKnownMs = 5_000;

/**
 * Server-sent events: `change` for each change, `ping` so that proxies keep the line open. It ends when whoever listens is
 * signed out, or their key taken away.
 */
export function streamChanges(
  c: Context<Visit>,
  engine: Engine,
  isStillIn: () => Promise<boolean>,
): Response {
  c.header("x-accel-buffering", "no");
  const heard = createHearing(engine, c.get("principal"));
  return streamSSE(c, async (stream) => {
    // Those of one turn go out together: under load a page would cost more than the jobs it shows.
    let waiting: Change[] = [];
    const unsubscribe = engine.changes.subscribe((change) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(change);
    });
    function flush(): void {
      const changes = waiting;
      waiting = [];
      tell(changes).catch((error: unknown) =>
        log.warn({ error: String(error) }, "changes could not be told to a page"),
      );
    }
    async function tell(changes: readonly Change[]): Promise<void> {
      let text = "";
      for (const change of await heard(changes)) text += `event: change\ndata: ${JSON.stringify(change)}\n\n`;
      if (text !== "") await stream.write(text);
    }
    stream.onAbort(unsubscribe);
    await stream.writeSSE({ event: "ping", data: "" });
    for (let looks = 1; !stream.aborted; looks += 1) {
      await stream.sleep(lookEveryMs);
      // A database that is away signs nobody out.
      if (!(await isStillIn().catch(() => true))) break;
      if (looks % looksAPing === 0) await stream.writeSSE({ event: "ping", data: "" });
    }
    unsubscribe();
  });
}

/** Who is in some folders alone hears of these recipes and their jobs, and of no events. */
function createHearing({ recipes }: Engine, { permission }: Principal) {
  let known: { readonly at: number; readonly ids: Promise<ReadonlySet<string>> } | undefined;
  async function visible(): Promise<ReadonlySet<string>> {
    const all = await recipes.entries();
    return new Set(all.filter(({ folder }) => roleIn(permission, folder) !== null).map(({ id }) => id));
  }
  return async (changes: readonly Change[]): Promise<readonly Change[]> => {
    if (includesRole(permission.role, "viewer")) return changes;
    if (!known || Date.now() - known.at > foldersKnownMs) known = { at: Date.now(), ids: visible() };
    const ids = await known.ids;
    return changes.filter((change) => {
      if (change.type === "connection" || change.type === "event") return change.type === "connection";
      return ids.has(change.type === "job" ? change.recipeId : change.id);
    });
  };
}
