import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["users/Divisions"] });
});
afterAll(() => sandbox.finish());

test("everybody is in the main division until assigned to another; a division with people is not deleted", async () => {
  const zoom = sandbox.owner;
  const [main] = (await zoom.get("/divisions")).body.divisions;
  expect(main).toMatchObject({ is_main_division: true, total_members: 6 });
  const made = await zoom.post("/divisions", { division_name: "Europe", division_description: "EMEA" });
  expect(made.status).toBe(201);
  const { division_id } = made.body;
  expect((await zoom.post("/divisions", { division_name: "Europe" })).status).toBe(409);
  expect((await zoom.post("/divisions", { division_name: " " })).body.code).toBe(40005);

  const added = await zoom.post(`/divisions/${division_id}/users`, {
    users: [{ user_email: "hana@acme.example" }],
  });
  expect(added.status).toBe(201);
  expect((await zoom.get(`/divisions/${division_id}/users`)).body.users).toMatchObject([
    { user_email: "hana@acme.example", user_display_name: "Hana Hale" },
  ]);
  expect((await zoom.get(`/divisions/${main.division_id}/users`)).body.total_records).toBe(5);
  expect((await zoom.delete(`/divisions/${division_id}`)).body.code).toBe(42012);
  expect((await zoom.delete(`/divisions/${main.division_id}`)).body.code).toBe(42011);

  await zoom.post(`/divisions/${main.division_id}/users`, { users: [{ user_email: "hana@acme.example" }] });
  expect((await zoom.patch(`/divisions/${division_id}`, { division_name: "EMEA" })).status).toBe(204);
  expect((await zoom.get(`/divisions/${division_id}`)).body).toMatchObject({ division_name: "EMEA" });
  expect((await zoom.delete(`/divisions/${division_id}`)).status).toBe(204);
  expect((await zoom.get(`/divisions/${division_id}`)).body.code).toBe(40406);
});
