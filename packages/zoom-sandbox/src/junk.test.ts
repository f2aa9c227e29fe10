/** What broken clients send beside wrong values, which `api-fuzz.test.ts` sends: no JSON, no form, another type, too much. */
import { expect, test } from "vitest";
import { checkedSandbox } from "./checked-sandbox.test-kit.ts";
import { operations } from "./operations/operations.ts";

const JUNK = [
  ...[null, true, 0, -1, 1e308, 3.5, "", " ", "x".repeat(300), "\u0000", "😀", "../..", "%", "%2F", "'\"<>"],
  ...["__proto__", "constructor", "2026-13-45T99:99:99Z", "+275760-09-13T00:00:00Z", "a+b@x.example", "t280"],
  ...[[], {}, [null], [{}], { a: 1 }],
];
const BODIES = ["", "{", "null", "[]", "1", '"x"', "a=b", "\ufeff{}", "[".repeat(20_000)];
const TYPES = [
  ...["application/json", "text/plain", "application/x-www-form-urlencoded"],
  ...["multipart/form-data", "multipart/form-data; boundary=x"],
];
const PEOPLE = ["me", "olivia@acme.example", "hana@acme.example", "nobody+1@x.example"];
// The names of fields that many operations take, so that junk comes where it is looked at.
const FIELDS = [
  ...["from", "to", "date", "type", "action", "status", "email", "members", "user_info", "group_members"],
  ...["settings", "start_time", "registrants", "questions", "emails", "start_date", "end_date", "page_size"],
  ...["next_page_token", "occurrence_id", "to_contact", "users", "request_type", "month", "year"],
];

test("no change answers 500 to a broken body, and each refusal has Zoom's code and message", async () => {
  const sandbox = await checkedSandbox({ covers: [] });
  let seed = 7;
  const below = (most: number): number => (seed = (seed * 1_664_525 + 1_013_904_223) >>> 0) % most;
  const pick = <One>(all: readonly One[]): One => all[below(all.length)] as One;
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const wrong: string[] = [];

  async function send(name: string): Promise<void> {
    const { method, path } = operations().get(name) ?? { method: "GET", path: "" };
    const address = path.replaceAll(/\{(\w+)\}/g, (_, param: string) => {
      const value = param === "userId" ? pick(PEOPLE) : text(pick(JUNK));
      return encodeURIComponent(value === "" ? "0" : value);
    });
    const query = new URLSearchParams(
      FIELDS.filter(() => below(3) === 0).map((one): [string, string] => [one, text(pick(JUNK))]),
    );
    const body =
      below(3) === 0
        ? pick(BODIES)
        : JSON.stringify(Object.fromEntries(FIELDS.map((one) => [one, pick(JUNK)])));
    const response = await fetch(`${sandbox.url}/v2${address}?${query}`, {
      ...{ method, redirect: "manual" },
      headers: { authorization: `Bearer ${sandbox.owner.token}`, "content-type": pick(TYPES) },
      ...(method !== "GET" && { body }),
    });
    const answer = await response.text();
    const told = response.status < 400 || /^\{"code":\d+,"message":"/.test(answer);
    if (response.status === 500 || !told) wrong.push(`${name} ${response.status} ${answer.slice(0, 100)}`);
  }

  // What would end the token or the account's owner comes with junk too, but can do neither.
  for (const name of sandbox.emulated()) if (!name.startsWith("GET ")) await send(name);
  expect(wrong).toEqual([]);
  expect((await sandbox.owner.get("/users/me")).status).toBe(200);
  await sandbox.close();
}, 60_000);

test("a body that is too long is refused, and the next call is answered", async () => {
  const sandbox = await checkedSandbox({ covers: [] });
  const refused = await sandbox.owner.post("/users/me/meetings", { topic: "x".repeat(11 * 1024 * 1024) });
  expect([refused.status, refused.body.code]).toEqual([413, 300]);
  expect((await sandbox.owner.get("/users/me")).status).toBe(200);
  await sandbox.close();
});
