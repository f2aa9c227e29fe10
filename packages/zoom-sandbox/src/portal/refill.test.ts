/** Wrong input keeps what was typed: refused forms come back as a browser would see them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { type Visitor, visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let owner: Visitor;

beforeAll(async () => {
  sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
  });
  owner = await visit(sandbox.url, "olivia@acme.example");
});
afterAll(() => sandbox.close());

/** Sends the form of a page, as a browser does: it says where it comes from. */
async function refused(on: string, path: string, fields: Record<string, string | string[]>) {
  const answer = await owner.post(path, fields, on);
  const page = await answer.text();
  expect(answer.status).toBe(400);
  return page;
}

test("Add Users refuses an address and keeps everything that was entered, markup too", async () => {
  const page = await refused("/portal/users/new?notice=Old", "/portal/users", {
    emails: 'ada@acme.example, "nobody"</textarea><b>',
    ...{ type: "2", dept: 'R&D "East"', manager: "$& $1", job_title: "", location: "<i>Oslo</i>" },
  });
  expect(page).toMatch(/<p class="problem" role="alert"[^>]*>[^<]*nobody/);
  expect(page).toContain("ada@acme.example, &quot;nobody&quot;&lt;/textarea&gt;&lt;b&gt;</textarea>");
  expect(page).toContain('value="R&amp;D &quot;East&quot;"');
  expect(page).toContain('value="$&amp; $1"');
  expect(page).toContain('value="&lt;i&gt;Oslo&lt;/i&gt;"');
  expect(page).toMatch(/<option value="2" selected>/);
  expect(page).not.toMatch(/<option value="1"[^>]* selected/);
  expect(page).not.toContain("Old");
});

test("a form that is refused twice comes back twice, and no page elsewhere is asked for", async () => {
  const first = await refused("/portal/users/new", "/portal/users", { emails: "one" });
  const page = /name="_page" value="([^"]+)"/.exec(first)?.[1] ?? "";
  expect(page).toBe("/portal/users/new");
  const second = await refused("/portal/users", "/portal/users", { emails: "two", _page: page });
  expect(second).toContain("two</textarea>");
  for (const elsewhere of ["//evil.example/portal/users/new", "https://evil.example/", "http://["])
    expect(await refused("/portal/users", "/portal/users", { emails: "x", _page: elsewhere })).toContain(
      "Not done",
    );
});

test("a new app that is refused keeps its name, kind, addresses and boxes, and no other page is taken for its own", async () => {
  const form = {
    ...{ name: "", kind: "user_managed", redirect_urls: "not a url", redirect_matching: "prefix" },
    public_client: "true",
  };
  const page = await refused("/marketplace/apps", "/marketplace/apps", form);
  expect(page).toContain("not a url</textarea>");
  expect(page).toMatch(/value="user_managed"[^>]* (selected|checked)/);
  expect(page).toMatch(/<input[^>]*name="public_client"[^>]* checked>/);
  const alone = await refused("/portal/users", "/marketplace/apps", form);
  expect(alone).toContain("Not done");
});

test("what people cannot do in a meeting is told on its page, beside what was written", async () => {
  const made = await owner.post("/portal/meetings", { topic: "Review", host: "hana@acme.example" });
  const path = (made.headers.get("location") ?? "").split("?")[0] ?? "";
  await owner.post(`${path}/do/start`, {});
  await owner.post(`${path}/do/breakout-rooms/open`, { "rooms[]": "Red" });
  const page = await refused(`${path}?tab=rooms`, `${path}/do/breakout-rooms/open?tab=rooms`, {
    "rooms[]": "Blue\nRed",
  });
  expect(page).toContain("There is a room Red already.");
  expect(page).toContain("Blue\nRed</textarea>");
});
