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

it("reads all pages by itself, as many as are wanted, and tells where it goes on", async () => {
  const userId = "luis@acme.example";
  // By somebody else: Zoom lets Greenroom make no more than 100 a day for a host.
  const headers = {
    authorization: `Bearer ${zoom.tokens.accessToken.reveal()}`,
    "content-type": "application/json",
  };
  const make = (topic: string) =>
    fetch(`${zoom.sandbox.url}/v2/users/${userId}/meetings`, {
      ...{ method: "POST", headers, body: JSON.stringify({ topic, type: 3 }) },
    });
  for (let count = 0; count < 305; count += 61)
    await Promise.all(Array.from({ length: 61 }, (_, index) => make(`Meeting ${count + index}`)));
  const { meetings } = await zoom.run("list-meetings", { userId });
  expect(new Set(meetings.map(({ topic }) => topic)).size).toBe(305);
  const some = await zoom.run("list-meetings", { userId, limit: 7 });
  expect(some.meetings).toHaveLength(7);
  const further = await zoom.run("list-meetings", {
    ...{ userId, page_size: 7, next_page_token: some.next_page_token },
  });
  expect(further.meetings[0]?.topic).not.toBe(some.meetings[0]?.topic);
});
