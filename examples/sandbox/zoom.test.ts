/** A Zoom client's test with vitest: a sandbox of its own, with a clock that stands until it is moved. */
import { createSandbox } from "@greenroom/zoom-sandbox";
import { afterAll, beforeAll, expect, it } from "vitest";
import { onlookerToken } from "../../tools/sandbox-people.ts";

let zoom: Awaited<ReturnType<typeof createSandbox>>;
let token: string;

beforeAll(async () => {
  zoom = await createSandbox({ port: 0, company: "small", frozenAt: new Date("2026-11-23T12:00:00Z") });
  token = await onlookerToken(zoom.url);
});
afterAll(() => zoom.close());

const get = (path: string) =>
  fetch(`${zoom.url}/v2${path}`, { headers: { authorization: `Bearer ${token}` } });

it("reads who it is", async () => {
  const me = (await (await get("/users/me")).json()) as { email: string };
  expect(me.email).toBe("olivia@acme.example");
});

it("sees its token expire when an hour has passed", async () => {
  await zoom.clock.advance(3_600_000);
  expect((await get("/users/me")).status).toBe(401);
});
