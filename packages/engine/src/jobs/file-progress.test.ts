import { expect, it } from "vitest";
import { counted } from "./file-progress.ts";

it("tells once a second how much of the file has passed, from where it was taken up", async () => {
  let nowMs = 0;
  const clock = { now: () => new Date(nowMs), sleep: () => Promise.resolve() };
  const chunks = Array.from({ length: 10 }, () => new Uint8Array(100));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.pop();
      nowMs += 400;
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const told: object[] = [];
  const opened = counted({ body, mediaType: "video/mp4", size: 1_500 }, 500, clock, (one) => told.push(one));
  let read = 0;
  for await (const chunk of opened.body) read += chunk.length;
  expect(read).toBe(1_000);
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThan(6);
  expect(told[0]).toMatchObject({ total: 1_500, unit: "bytes" });
  expect(told.every((one) => (one as { done: number }).done > 500)).toBe(true);
});
