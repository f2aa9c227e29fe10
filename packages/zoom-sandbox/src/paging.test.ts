/** Pages as clients read them: what a token is good for, and that lists which change meanwhile are read whole. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Answered,
  type CheckedSandbox,
  checkedSandbox,
  type Client,
} from "./checked-sandbox.test-kit.ts";
import { createClock } from "./clock.ts";
import { pageOf } from "./paging.ts";

let sandbox: CheckedSandbox;
let zoom: Client;
let hana: Client;
const list = "/users/hana@acme.example/meetings";

beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: [] });
  zoom = sandbox.owner;
  hana = await sandbox.as("hana@acme.example");
  for (let index = 0; index < 9; index += 1) await zoom.post(list, { topic: `Meeting ${index} 🎉 مرحبا` });
});
afterAll(() => sandbox.finish());

const invalid = {
  status: 400,
  body: { code: 300, message: "The next page token is invalid or expired." },
};
const topics = ({ body }: Answered): string[] => body.meetings.map((one: { topic: string }) => one.topic);
const ids = ({ body }: Answered): number[] => body.meetings.map((one: { id: number }) => one.id);

test("a token is good for fifteen minutes, for the same values of the same list, and for whom it was given", async () => {
  const { next_page_token: token } = (await zoom.get(`${list}?page_size=2&type=scheduled`)).body;
  const next = `next_page_token=${token}`;
  const good = await zoom.get(`${list}?type=scheduled&${next}&page_size=2`);
  expect(topics(good)[0]).toBe("Meeting 2 🎉 مرحبا");
  for (const path of [
    `${list}?page_size=3&type=scheduled&${next}`,
    `${list}?page_size=2&${next}`,
    `${list}?page_size=2&type=scheduled&from=2026-11-01&${next}`,
    `/users/me/meetings?page_size=2&type=scheduled&${next}`,
    `/users?page_size=2&type=scheduled&${next}`,
    `${list}?page_size=2&type=scheduled&${next.slice(0, -3)}`,
    `${list}?page_size=2&type=scheduled&next_page_token=soon`,
  ])
    expect([path, await zoom.get(path)]).toMatchObject([path, invalid]);

  const own = (await zoom.get("/users/me/meetings?page_size=2")).body;
  expect(own.next_page_token, "nothing to page").toBe("");
  const hers = (await hana.get("/users/me/meetings?page_size=2")).body.next_page_token;
  expect(await zoom.get(`/users/me/meetings?page_size=2&next_page_token=${hers}`)).toMatchObject(invalid);

  await sandbox.clock.advance(15 * 60_000);
  expect((await zoom.get(`${list}?type=scheduled&${next}&page_size=2`)).status).toBe(200);
  await sandbox.clock.advance(1);
  expect(await zoom.get(`${list}?type=scheduled&${next}&page_size=2`)).toMatchObject(invalid);
});

test.each([
  ["0", 30],
  ["-1", 30],
  ["abc", 30],
  ["", 30],
  ["1", 1],
  ["300", 300],
  ["301", 300],
  ["99999999999999999999", 300],
])("page_size=%s gives pages of %i", async (asked, size) => {
  expect((await zoom.get(`${list}?page_size=${asked}`)).body).toMatchObject({
    ...{ page_size: size, page_number: 1, total_records: 9, page_count: Math.ceil(9 / size) },
  });
});

test("page_number counts from one, is the first page where it is nonsense, and an empty page beyond the end", async () => {
  const page = (number: string) => zoom.get(`${list}?page_size=4&page_number=${number}`);
  for (const number of ["1", "0", "-1", "abc", ""])
    expect(topics(await page(number))[0], number).toBe("Meeting 0 🎉 مرحبا");
  const last = await page("3");
  expect(topics(last)).toEqual(["Meeting 8 🎉 مرحبا"]);
  expect(last.body).toMatchObject({ page_number: 3, page_count: 3, next_page_token: "" });
  for (const number of ["4", "1000000"])
    expect((await page(number)).body).toMatchObject({ meetings: [], page_count: 3, next_page_token: "" });
});

test("who deletes what each page shows gets every meeting once", async () => {
  const every = ids(await zoom.get(`${list}?page_size=300`));
  const seen: number[] = [];
  for (let token = ""; ; ) {
    const answer = await zoom.get(`${list}?page_size=2&next_page_token=${token}`);
    seen.push(...ids(answer));
    for (const id of ids(answer)) expect((await zoom.delete(`/meetings/${id}`)).status).toBe(204);
    token = answer.body.next_page_token;
    if (token === "") break;
  }
  expect(seen).toEqual(every);
});

test("messages that are sent while a conversation is read, newest first, are neither in it twice nor instead of others", async () => {
  const send = (message: string) =>
    zoom.post("/chat/users/me/messages", { message, to_contact: "hana@acme.example" });
  for (let index = 0; index < 7; index += 1) {
    await send(`m${index}`);
    await sandbox.clock.advance(1_000);
  }
  const conversation = `/chat/users/me/messages?to_contact=hana@acme.example&from=${encodeURIComponent(
    "2026-11-23T00:00:00Z",
  )}&page_size=3`;
  const seen: string[] = [];
  for (let token = ""; ; ) {
    const { body } = await zoom.get(`${conversation}&next_page_token=${token}`);
    seen.push(...body.messages.map(({ message }: { message: string }) => message));
    await send("meanwhile");
    token = body.next_page_token;
    if (token === "") break;
  }
  expect(seen).toEqual(["m6", "m5", "m4", "m3", "m2", "m1", "m0"]);
});

test("whatever comes and goes between pages, what was there all along is shown once", () => {
  const clock = createClock({ frozenAt: new Date("2026-11-23T12:00:00Z") });
  const change = fc.array(fc.tuple(fc.constantFrom("come" as const, "go" as const), fc.nat({ max: 60 })), {
    maxLength: 3,
  });
  const property = fc.property(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 7 }),
    fc.array(change, { minLength: 1, maxLength: 40 }),
    (count, size, changes) => {
      let rows = Array.from({ length: count }, (_, id) => ({ id: `row ${id}`, start_time: "2026-11-23" }));
      const always = new Set(rows.map(({ id }) => id));
      const shown: string[] = [];
      const query = new URLSearchParams({ page_size: String(size) });
      for (let page = 0; ; page += 1) {
        const asked = { path: "/rows", query: new URLSearchParams(query), userId: "u" };
        const answer = pageOf(asked, clock, rows);
        shown.push(...answer.rows.map(({ id }) => id));
        if (answer.next_page_token === "") break;
        query.set("next_page_token", answer.next_page_token);
        for (const [index, [what, at]] of (changes[page % changes.length] ?? []).entries()) {
          if (what === "come" && page < 30)
            rows = rows.toSpliced(at, 0, { id: `new ${page}.${index}`, start_time: "2026-11-23" });
          else for (const { id } of rows.splice(at, 1)) always.delete(id);
        }
        // Rows are changed by others too.
        rows = rows.map((row) => ({ ...row, topic: `Page ${page}` }));
      }
      expect(shown.filter((id) => always.has(id))).toEqual([...always]);
      expect(new Set(shown).size).toBe(shown.length);
    },
  );
  fc.assert(property, { seed: 1, numRuns: 300 });
});
