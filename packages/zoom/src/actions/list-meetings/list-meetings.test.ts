import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("gives a page at a time, to the last", async () => {
  for (const topic of ["One", "Two", "Three"]) {
    await zoom.run("create-meeting", {
      userId: "mei@acme.example",
      topic,
      start_time: "2027-03-01T09:00:00Z",
    });
  }
  const first = await zoom.run("list-meetings", { userId: "mei@acme.example", page_size: 2 });
  expect(first.meetings).toHaveLength(2);
  expect(first.next_page_token).not.toBe("");
  const rest = await zoom.run("list-meetings", {
    userId: "mei@acme.example",
    page_size: 2,
    next_page_token: first.next_page_token,
  });
  expect(new Set([...first.meetings, ...rest.meetings].map(({ topic }) => topic))).toEqual(
    new Set(["One", "Two", "Three"]),
  );
  expect(rest.next_page_token).toBe("");
});
