import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";
import { customAction } from "./custom-action.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;

beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

it("calls any operation and gives its status and body", async () => {
  const made = await zoom.run("custom-action", {
    method: "POST",
    path: "/users/me/meetings",
    body: { topic: "By hand", type: 2 },
  });
  expect(made).toMatchObject({ status: 201, body: { topic: "By hand" } });
  const listed = await zoom.run("custom-action", {
    method: "GET",
    path: "/users/me/meetings",
    query: { page_size: 1 },
  });
  expect(listed).toMatchObject({ status: 200, body: { page_size: 1 } });
});

it("gives null where Zoom answers nothing", async () => {
  const { id } = await zoom.run("create-meeting", { topic: "x" });
  await expect(zoom.run("custom-action", { method: "DELETE", path: `/meetings/${id}` })).resolves.toEqual({
    status: 204,
    body: null,
  });
});

it("does not repeat a POST whose answer was lost", async () => {
  await zoom.control("/faults", { kind: "drop-after-write", method: "POST", path: "/v2/users/*/meetings" });
  const input = { method: "POST", path: "/users/luis@acme.example/meetings", body: { topic: "Once" } };
  expect(await failure(zoom.run("custom-action", input))).toMatchObject({ kind: "outcome-unknown" });
  expect((await zoom.run("list-meetings", { userId: "luis@acme.example" })).meetings).toHaveLength(1);
});

it.each([
  "users/me",
  "//evil.example/x",
  "/users/me?x=1",
  "/../oauth/revoke",
  "/users/%2e%2E/x",
  "/users/{userId}",
  "/a\\b",
])("refuses the path %s: the token goes nowhere but to /v2", async (path) => {
  const error = await failure(zoom.run("custom-action", { method: "GET", path }));
  expect(error).toMatchObject({ kind: "invalid-input", fields: [{ field: "path" }] });
});

it("names an operation that Zoom does not have", async () => {
  expect(await failure(zoom.run("custom-action", { method: "GET", path: "/no/such/thing" }))).toMatchObject({
    kind: "not-found",
    code: "zoom.2300",
  });
});

it("is a read, an update or a creation by its method", () => {
  const effects = ["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) =>
    customAction.effectOf?.({ method, path: "/x" }),
  );
  expect(effects).toEqual(["read", "create", "update", "update", "delete"]);
});
