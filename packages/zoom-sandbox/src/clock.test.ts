import { afterEach, expect, test, vi } from "vitest";
import { type Clock, createClock } from "./clock.ts";

let clock: Clock;
afterEach(() => clock.close());

const soon = (ms: number) => new Date(clock.nowMs() + ms);

test("work in the background holds up nothing on a clock that runs", async () => {
  clock = createClock();
  const done: string[] = [];
  const answered = Promise.withResolvers<void>();
  clock.schedule(soon(1), () => answered.promise.then(() => void done.push("answered")), {
    background: true,
  });
  clock.schedule(soon(2), () => void done.push("after"));
  await vi.waitFor(() => expect(done).toEqual(["after"]), { timeout: 20_000 });
  answered.resolve();
  await vi.waitFor(() => expect(done).toEqual(["after", "answered"]), { timeout: 20_000 });
});

test("a clock that is moved starts together what falls due together, and waits for it before it moves on", async () => {
  clock = createClock({ frozenAt: new Date("2026-11-23T12:00:00Z") });
  const seen: string[] = [];
  const both = Promise.withResolvers<void>();
  const meet = async (name: string): Promise<void> => {
    if (seen.push(name) === 2) both.resolve();
    await both.promise;
    clock.schedule(soon(500), () => void seen.push(`${name} again`));
  };
  for (const name of ["first", "second"]) clock.schedule(soon(1000), () => meet(name), { background: true });
  clock.schedule(soon(2000), () => void seen.push("last"));
  await clock.advance(5000);
  expect(seen).toEqual(["first", "second", "first again", "second again", "last"]);
});

test("work that fails ends its move, and the clock goes on", async () => {
  clock = createClock({ frozenAt: new Date("2026-11-23T12:00:00Z") });
  clock.schedule(soon(1000), () => {
    throw new Error("broken");
  });
  const done = vi.fn<() => void>();
  clock.schedule(soon(2000), done);
  await expect(clock.advance(5000)).rejects.toThrow("broken");
  await clock.advance(5000);
  expect(done).toHaveBeenCalledOnce();
});
