import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

async function recorded(): Promise<string> {
  const { id } = await zoom.run("create-meeting", { userId: "hana@acme.example", topic: "Spoken" });
  const act = (what: string, body: object = {}) => zoom.control(`/meetings/${id}/${what}`, body);
  await act("start");
  await act("recording/start");
  await act("join", { email: "luis@acme.example" });
  await zoom.sandbox.clock.advance(10 * 60_000);
  await act("end");
  await zoom.sandbox.clock.advance(20 * 60_000);
  return String(id);
}

it("gives the text, and who said what and when", async () => {
  const { text, cues, meeting_topic } = await zoom.run("read-transcript", { meetingId: await recorded() });
  expect(meeting_topic).toBe("Spoken");
  expect(text).toMatch(/^Hana Hale: Hello, this is Hana Hale in Spoken\.\nLuis Lopez: Hello/);
  expect(cues[0]).toMatchObject({ speaker: "Hana Hale", from: expect.stringMatching(/^\d\d:\d\d:\d\d/) });
});

it("says that a meeting has none", async () => {
  const { id } = await zoom.run("create-meeting", { userId: "hana@acme.example", topic: "Silent" });
  expect(await failure(zoom.run("read-transcript", { meetingId: String(id) }))).toMatchObject({
    kind: "not-found",
  });
});
