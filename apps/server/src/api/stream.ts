import type { Changes } from "@greenroom/engine";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";

const pingMs = 20_000;

/** Server-sent events: `change` for each change, `ping` so that proxies keep the line open. */
export function streamChanges(c: Context, changes: Changes): Response {
  c.header("x-accel-buffering", "no");
  return streamSSE(c, async (stream) => {
    // Those of one turn go out together: under load a page would cost more than the jobs it shows.
    let waiting = "";
    const unsubscribe = changes.subscribe((change) => {
      if (waiting === "") setImmediate(flush);
      waiting += `event: change\ndata: ${JSON.stringify(change)}\n\n`;
    });
    function flush(): void {
      const text = waiting;
      waiting = "";
      void stream.write(text);
    }
    stream.onAbort(unsubscribe);
    await stream.writeSSE({ event: "ping", data: "" });
    while (!stream.aborted) {
      await stream.sleep(pingMs);
      await stream.writeSSE({ event: "ping", data: "" });
    }
  });
}
