import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import type { RunningSandbox } from "../options.ts";
import { type Visitor, visit } from "../visitor.test-kit.ts";

let sandbox: RunningSandbox;
let olivia: Visitor;

beforeAll(async () => {
  sandbox = await createSandbox({
    ...{ port: 0, company: "small", rateLimits: false, frozenAt: new Date("2026-11-23T12:00:00Z") },
  });
  olivia = await visit(sandbox.url, "olivia@acme.example");
});
afterAll(() => sandbox.close());

const text = async (path: string) => (await olivia.get(path)).text();

/** A scheduled meeting, and its forms. */
async function scheduled(fields: Record<string, string> = {}) {
  const made = await olivia.post("/portal/meetings", {
    topic: "Review",
    host: "hana@acme.example",
    ...fields,
  });
  const path = (made.headers.get("location") ?? "").split("?")[0] ?? "";
  const press = async (action: string, given: Record<string, string> = {}) => {
    const response = await olivia.post(`${path}/do/${action}?tab=people`, given);
    expect([action, response.status]).toEqual([action, 303]);
  };
  const userId = async (name: string) => {
    // oxlint-disable-next-line typescript/no-explicit-any
    const view = (await (await fetch(`${sandbox.url}${path.replace("/portal", "/_sandbox")}`)).json()) as any;
    const waiting = view.waiting.map(({ stay }: { stay: object }) => stay);
    const found = [...(view.session?.present ?? []), ...waiting].find((stay) => stay.name === name);
    return String(found?.user_id);
  };
  return { path, press, userId };
}

test("The page shows who is in and who waits, and its buttons do what they say", async () => {
  const { path, press, userId } = await scheduled({ waiting_room: "on" });
  expect(await text(path)).toContain("Start as the host");
  await press("join", { name: "Grace", device: "desktop", "wait?": "true" });
  expect(await text(path)).toContain("for the host");
  await press("start");
  expect(await text(path)).toContain("in the waiting room");
  await press("admit", { "all?": "true" });
  await press("mute", { user_id: await userId("Grace") });
  await press("share/start", { user_id: await userId("Hana Hale") });
  await press("recording/start");
  const page = await text(path);
  expect(page).toMatch(/Hana Hale \(screen\)/);
  expect(page).toMatch(/Unmute Grace/);
  expect(page).toContain("Pause recording");
  await press("leave", { user_id: await userId("Grace") });
  await press("end");
  expect(await text(path)).toContain("Start as the host");
});

test("Chat, polls, questions, rooms and calls are on their tabs", async () => {
  const { path, press, userId } = await scheduled();
  await press("start");
  await press("join", { name: "Grace", device: "desktop" });
  const user_id = await userId("Grace");
  await press("chat", {
    user_id,
    "to.user_id": "",
    text: "Hello <all>",
    "file.name": "a.txt",
    "file.content": "yes",
  });
  const chat = await text(`${path}?tab=chat`);
  expect(chat).toContain("Hello &lt;all&gt;");
  const file_id = /<option value="([^"]+)">a\.txt</.exec(chat)?.[1] ?? "";
  await press("chat/download", { user_id, file_id });
  await press("join", { device: "telephone", phone_number: "+4930123456" });
  expect(await text(`${path}?tab=more`)).toContain("/do/bind?tab=more");
  await press("bind", { user_id: await userId("+4930123456"), "to.user_id": user_id });
  await press("polls/raise", {
    title: "Vote",
    "questions.0.name": "Agree?",
    "questions.0.answers[]": "Yes\r\nNo",
  });
  expect(await text(`${path}?tab=polls`)).toContain('<option value="No">No</option>');
  await press("polls/answer", { user_id, "answers.0.question": "Agree?", "answers.0.answer": "No" });
  await press("questions/ask", { user_id, question: "When?", "anonymous?": "true" });
  expect(await text(`${path}?tab=questions`)).toContain("Anonymous Attendee");
  await press("questions/answer", { text: "Soon" });
  await press("breakout-rooms/open", { "rooms[]": "Blue\nRed" });
  await press("breakout-rooms/join", { user_id, room: "Blue" });
  expect(await text(`${path}?tab=rooms`)).toContain("Grace goes back");
  await press("calls/phone", { name: "Ada", phone_number: "+4930123456" });
  expect(await text(`${path}?tab=calls`)).toContain("Do not answer");
  await press("ai-companion/start");
  await press("device-test", { "camera#": "1" });
  await press("feedback", { user_id, "satisfied?": "false", comments: "Hollow" });
  expect(await text(`${path}?tab=more`)).toContain("Stop the AI Companion");
  await press("end");
});

test("A member's list has their own meetings, an admin's all", async () => {
  const { path } = await scheduled({ topic: "Of Hana" });
  const [hana, luis] = await Promise.all(
    ["hana", "luis"].map((name) => visit(sandbox.url, `${name}@acme.example`)),
  );
  const list = async (visitor: Visitor | undefined) =>
    (await visitor?.get("/portal/meetings?q=of+hana"))?.text();
  expect(await list(hana)).toContain(path);
  expect(await list(olivia)).toContain(path);
  expect(await list(luis)).not.toContain(path);
  // Nor does the address of one that is not theirs lead anywhere, nor is anything done to it.
  expect((await hana?.get(path))?.status).toBe(200);
  expect((await luis?.get(path))?.status).toBe(404);
  expect((await luis?.post(`${path}/do/start`, {}))?.status).toBe(400);
  const forHana = await luis?.post("/portal/meetings", { topic: "Mine?", host: "hana@acme.example" });
  expect(await forHana?.text()).toContain("Host: your role may schedule meetings for yourself only.");
  const own = await luis?.post("/portal/meetings", { topic: "Of Luis" });
  expect(await (await luis?.get(own?.headers.get("location") ?? ""))?.text()).toContain(
    "hosted by luis@acme.example",
  );
});

test("Scheduling asks for the account's tracking fields, and names what is missing or wrong", async () => {
  const fields = { field: "Cost centre", recommended_values: "100\n200", required: "true" };
  await olivia.post("/portal/tracking-fields", fields);
  const list = await text("/portal/meetings");
  const [, name = "", required = ""] =
    /<label for="(tracking\.[^"]+)">Cost centre<\/label><input [^>]*(required)/.exec(list) ?? [];
  expect([required, list.includes('<option value="200">')]).toEqual(["required", true]);
  const good = { topic: "Budget", host: "hana@acme.example", [name]: "100" };
  for (const [wrong, says] of [
    [{ [name]: "" }, "Cost centre: the account requires it; fill it in."],
    [{ topic: "" }, "Topic: enter 1 to 200 characters."],
    [{ host: "nobody@acme.example" }, "Host: nobody@acme.example is no active user of this account."],
  ] as const) {
    const refused = await olivia.post("/portal/meetings", { ...good, ...wrong }, "/portal/meetings");
    const page = await refused.text();
    expect([refused.status, page]).toEqual([400, expect.stringContaining(says)]);
    expect(page).toMatch(/aria-invalid="true" aria-describedby="problem"/);
  }
  const made = await olivia.post("/portal/meetings", good);
  expect(await text(made.headers.get("location") ?? "")).toContain("Cost centre: 100");
  const field = /href="(\/portal\/tracking-fields\/[\w-]+)">Cost centre/.exec(
    await text("/portal/tracking-fields"),
  )?.[1];
  expect(await text(`${field}/delete`)).toContain("Delete the tracking field Cost centre?");
  await olivia.post(`${field}/delete`, {});
  expect(await text(made.headers.get("location") ?? "")).not.toContain("Cost centre");
});

test("A press that cannot be done says why", async () => {
  const { path } = await scheduled();
  const refused = await olivia.post(`${path}/do/end`, {});
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("The meeting is not under way: start it first.");
  expect((await olivia.post(`${path}/do/mute`, {})).status).toBe(400);
});

test("A webinar with hundreds of people is shown by pages, and has no breakout rooms", async () => {
  const yaml = readFileSync(join(import.meta.dirname, "../../scenarios/product-webinar.yaml"), "utf8");
  const played = await fetch(`${sandbox.url}/_sandbox/scenarios`, { method: "POST", body: yaml });
  const { webinar_id } = (await played.json()) as { webinar_id: number };
  await sandbox.clock.advance(20 * 60_000);
  const page = await text(`/portal/webinars/${webinar_id}`);
  expect(page).toMatch(/People \(303\)/);
  expect(page).toContain("1 to 50 of 303");
  expect(page).not.toContain("Breakout rooms");
  expect(await text(`/portal/webinars/${webinar_id}?tab=polls`)).toContain("Where are you from?");
  expect(await text("/portal/webinars")).toContain("in progress");
});
