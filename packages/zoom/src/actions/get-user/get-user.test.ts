import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("gives the person who connected, by default", async () => {
  await expect(zoom.run("get-user", {})).resolves.toMatchObject({
    email: "olivia@acme.example",
    role_name: "Owner",
  });
});

it("gives another person by email address", async () => {
  await expect(zoom.run("get-user", { userId: "ben@acme.example" })).resolves.toMatchObject({ type: 1 });
});

it("says whom Zoom does not know", async () => {
  const error = await failure(zoom.run("get-user", { userId: "nobody@acme.example" }));
  expect(error).toMatchObject({ kind: "not-found", code: "zoom.1001" });
  expect(error.message).toContain("nobody@acme.example");
});
