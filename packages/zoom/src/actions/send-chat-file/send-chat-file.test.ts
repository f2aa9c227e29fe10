import { runAction } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";
import { actions } from "../../actions.gen.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const text = new TextEncoder().encode("What we agreed on.");
const file = {
  ...{ connector: "files", url: "https://files.example/minutes", name: "Minutes ü.txt" },
  ...{ mediaType: "text/plain", size: text.length },
};
const send = (input: object) =>
  runAction(actions["send-chat-file"], {
    ...{ client: zoom.client, input: { file, ...input }, idempotencyKey: "test" },
    openFile: async () => ({ body: new Blob([text]).stream(), mediaType: "text/plain", size: text.length }),
  });

it("sends a file to a person, where they find it whole", async () => {
  await send({ to_contact: "hana@acme.example" });
  const day = zoom.sandbox.clock.now().toISOString().slice(0, 10);
  const { messages } = await zoom.run("list-chat-messages", {
    ...{ userId: "me", to_contact: "hana@acme.example", date: day },
  });
  const [sent] = messages?.[0]?.files ?? [];
  expect(sent).toMatchObject({ file_name: "Minutes ü.txt", file_size: text.length });
  const { download_url: url } = await zoom.run("get-chat-file", { fileId: sent?.file_id });
  expect(await (await fetch(url ?? "")).text()).toBe("What we agreed on.");
  await zoom.run("delete-chat-file", { fileId: sent?.file_id });
});

it("wants one place to send it to", async () => {
  const both = { to_contact: "hana@acme.example", to_channel: "x" };
  for (const to of [{}, both])
    expect(await failure(send(to))).toMatchObject({
      kind: "invalid-input",
      fields: [{ field: "to_channel" }],
    });
});
