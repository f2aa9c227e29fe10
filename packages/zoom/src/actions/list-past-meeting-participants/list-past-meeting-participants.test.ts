import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("lists everyone who joined, however they did, and follows the pages to the end", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "Many" });
  await zoom.control(`/meetings/${id}/start`);
  for (let number = 0; number < 301; number += 1) {
    const name = `Guest ${number}`;
    await zoom.control(`/meetings/${id}/join`, { name, device: number % 2 ? "mobile" : "desktop" });
    // Nobody stays: a meeting holds 300 at a time.
    await zoom.control(`/meetings/${id}/leave`, { name });
  }
  await zoom.control(`/meetings/${id}/join`, { device: "telephone", phone_number: "+33123456789" });
  await zoom.control(`/meetings/${id}/end`);
  const { participants, total_records } = await zoom.run("list-past-meeting-participants", { meetingId: id });
  expect(total_records).toBe(participants.length);
  expect(participants.filter(({ name }) => name?.startsWith("Guest"))).toHaveLength(301);
  expect(participants.length).toBeGreaterThanOrEqual(302);
  const page = await zoom.run("list-past-meeting-participants", { meetingId: id, page_size: 2 });
  expect(page.participants).toHaveLength(2);
}, 90_000);

it("takes the uuid of one instance, also one that must be encoded twice", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "Again and again" });
  const uuids: string[] = [];
  // The sandbox draws uuids as Zoom does, in base64: sooner or later one holds what a path cannot.
  for (
    let turn = 0;
    turn < 400 && !uuids.some((uuid) => uuid.startsWith("/") || uuid.includes("//"));
    turn += 1
  ) {
    const started: unknown = await zoom.control(`/meetings/${id}/start`);
    if (typeof started === "object" && started && "uuid" in started) uuids.push(String(started.uuid));
    await zoom.control(`/meetings/${id}/join`, { name: `Guest ${turn}` });
    await zoom.control(`/meetings/${id}/end`);
  }
  const odd = uuids.find((uuid) => uuid.startsWith("/") || uuid.includes("//"));
  const withSlash = uuids.find((uuid) => uuid.includes("/"));
  for (const meetingId of [odd, withSlash]) {
    if (meetingId === undefined) throw new Error("the sandbox drew no such uuid");
    const { participants } = await zoom.run("list-past-meeting-participants", { meetingId });
    expect(participants.map(({ name }) => name)).toContain(`Guest ${uuids.indexOf(meetingId)}`);
  }
});
