import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

// One transparent pixel.
const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const userId = "hana@acme.example";

it("sets the picture, which the person then has", async () => {
  await zoom.run("update-user-picture", { userId, fileName: "hana.png", content: pixel });
  expect((await zoom.run("get-user", { userId }))["pic_url"]).toMatch(/^http/);
});

it.each([
  [{ fileName: "hana.bmp", content: pixel }, "fileName"],
  [{ fileName: "hana.png", content: "not base64!" }, "content"],
  [{ fileName: "hana.png", content: Buffer.alloc(2_000_001).toString("base64") }, "content"],
])("refuses what is no picture that Zoom takes, naming the field", async (input, field) => {
  const error = await failure(zoom.run("update-user-picture", { userId, ...input }));
  expect(error).toMatchObject({ kind: "invalid-input", fields: [{ field }] });
});
