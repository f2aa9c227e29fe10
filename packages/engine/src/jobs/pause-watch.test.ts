import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { watchPauses } from "./pause-watch.ts";

const got: string[] = [];
const service = createServer((request, response) => {
  got.push(request.url ?? "");
  response.end("{}");
});
let url: string;

beforeAll(async () => {
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterAll(() => service.close());

/** Sends while the process stands still for so long right before the first byte would go out. */
async function sendAfterPause(path: string, pausedMs: number) {
  let pauses = 0;
  // Nothing of this process runs meanwhile, as when it is stopped.
  const standStill = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pausedMs);
  subscribe("undici:client:sendHeaders", standStill);
  const watch = watchPauses(() => (pauses += 1), 300);
  const outcome = await fetch(url + path, { method: "POST", body: "{}" }).then(
    ({ status }) => status,
    () => "not sent",
  );
  unsubscribe("undici:client:sendHeaders", standStill);
  watch.stop();
  return { outcome, pauses };
}

test("a request that a pause kept from being sent is never sent", async () => {
  expect(await sendAfterPause("/old", 600)).toEqual({ outcome: "not sent", pauses: 1 });
  expect(await sendAfterPause("/new", 0)).toEqual({ outcome: 200, pauses: 0 });
  expect(got).toEqual(["/new"]);
});

test("who asks right after a pause is told, once", () => {
  let pauses = 0;
  const watch = watchPauses(() => (pauses += 1), 300);
  expect(() => watch.mustBeAwake()).not.toThrow();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
  expect(() => watch.mustBeAwake()).toThrow("stood still");
  expect(() => watch.mustBeAwake()).not.toThrow();
  expect(pauses).toBe(1);
  watch.stop();
});
