import type { Changes } from "@greenroom/engine";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";

const pingMs = 20_000;

/** Server-sent events: `change` for each change, `ping` so that proxies keep the line open. */
export function streamChanges(c: Context, changes: Changes): Response {
  c.header("x-accel-buffering", "no");
  return streamSSE(c, async (stream) => {
    const unsubscribe = changes.subscribe((change) => {
      void stream.writeSSE({ event: "change", data: JSON.stringify(change) });
    });
    stream.onAbort(unsubscribe);
    await stream.writeSSE({ event: "ping", data: "" });
    while (!stream.aborted) {
      await stream.sleep(pingMs);
      await stream.writeSSE({ event: "ping", data: "" });
    }
  });
}
