import { afterAll, beforeAll, expect, it } from "vitest";
import { connectedSandbox } from "../../connected-sandbox.test-kit.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
beforeAll(async () => {
  zoom = await connectedSandbox();
});
afterAll(() => zoom.close());

const found = async (input: object) =>
  (await zoom.run("search-users", input)).users.map(({ email }) => email).toSorted();

it("finds people by address, name, group, role and status, also by several at once", async () => {
  expect(await found({ email: "HANA@" })).toEqual(["hana@acme.example"]);
  expect(await found({ name: "luis lop" })).toEqual(["luis@acme.example"]);
  const group = await zoom.run("create-group", { name: "Stage crew" });
  await zoom.run("add-group-members", {
    groupId: group.id ?? "",
    members: [{ email: "luis@acme.example" }, { email: "mei@acme.example" }],
  });
  expect(await found({ group_id: group.id })).toEqual(["luis@acme.example", "mei@acme.example"]);
  expect(await found({ group_id: group.id, email: "mei" })).toEqual(["mei@acme.example"]);
  expect(await found({ role_id: "0" })).toEqual(["olivia@acme.example"]);
  await zoom.run("change-user-status", { userId: "mei@acme.example", action: "deactivate" });
  expect(await found({ group_id: group.id })).toEqual(["luis@acme.example"]);
  expect(await found({ status: "inactive" })).toEqual(["mei@acme.example"]);
  expect(await found({ limit: 2 })).toHaveLength(2);
});
