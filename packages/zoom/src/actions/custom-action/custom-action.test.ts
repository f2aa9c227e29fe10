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
  "/users/{user-id}",
  "/a\\b",
])("refuses the path %s: the token goes nowhere but to /v2", async (path) => {
  const error = await failure(zoom.run("custom-action", { method: "GET", path }));
  expect(error).toMatchObject({ kind: "invalid-input", fields: [{ field: "path" }] });
});

it("fills parameters into the path as Zoom wants them, and names one that is missing", async () => {
  const path = "/users/{userId}";
  const found = await zoom.run("custom-action", {
    ...{ method: "GET", path, parameters: { userId: "hana@acme.example" } },
  });
  expect(found.body).toMatchObject({ first_name: "Hana" });
  expect(await failure(zoom.run("custom-action", { method: "GET", path, parameters: {} }))).toMatchObject({
    ...{ kind: "invalid-input", fields: [{ field: "parameters" }] },
  });
});

it("reads a list page after page, as many rows as are wanted", async () => {
  const list = async (paging: object) =>
    (await zoom.run("custom-action", { method: "GET", path: "/users", query: { page_size: 2 }, paging }))
      .body;
  expect(await list({})).toMatchObject({ users: { length: 6 } });
  expect(await list({ items: "users", limit: 3 })).toMatchObject({ users: { length: 3 } });
  expect(await failure(list({ items: "people" }))).toMatchObject({
    ...{ kind: "invalid-input", code: "no-list", fields: [{ field: "paging.items" }] },
  });
});

it("knows the fields of its answer from a sample", () => {
  const schema = customAction.outputOf?.({
    ...{
      method: "GET",
      path: "/users",
      sample: {
        users: [
          { id: "x", type: 1 },
          { id: "y", dept: null },
        ],
      },
    },
  });
  expect(schema?.properties?.["body"]).toEqual({
    type: "object",
    properties: {
      users: {
        type: "array",
        items: { type: "object", properties: { id: { type: "string" }, type: { type: "number" }, dept: {} } },
      },
    },
  });
});

it("has no pages to read where it writes", async () => {
  const input = { method: "POST", path: "/users/me/meetings", paging: {} };
  expect(await failure(zoom.run("custom-action", input))).toMatchObject({ fields: [{ field: "paging" }] });
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
