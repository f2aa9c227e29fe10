import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["users/Contact Groups"] });
});
afterAll(() => sandbox.finish());

test("a contact group holds people, each once, and never none", async () => {
  const zoom = sandbox.owner;
  const hana = (await zoom.get("/users/hana@acme.example")).body.id as string;
  const luis = (await zoom.get("/users/luis@acme.example")).body.id as string;
  const made = await zoom.post("/contacts/groups", {
    ...{ group_name: "Reps", group_privacy: 2, group_members: [{ type: 1, id: hana }] },
  });
  expect([made.status, made.body.total_members]).toEqual([201, 1]);
  const path = `/contacts/groups/${made.body.group_id}`;
  expect(
    (
      await zoom.post(`${path}/members`, {
        group_members: [
          { type: 1, id: luis },
          { type: 1, id: hana },
        ],
      })
    ).body,
  ).toEqual({
    member_ids: [luis, hana],
  });
  expect((await zoom.get(`${path}/members`)).body.group_members).toEqual([
    { type: 1, id: hana, name: "Hana Hale" },
    { type: 1, id: luis, name: "Luis Lopez" },
  ]);
  const nobody = await zoom.post(`${path}/members`, { group_members: [{ type: 1, id: "nobody" }] });
  expect(nobody.body).toEqual({ code: 300, message: "A member with this memberId: nobody does not exist." });
  expect((await zoom.delete(`${path}/members?member_ids=${hana}`)).status).toBe(204);
  expect((await zoom.delete(`${path}/members?member_ids=${luis}`)).body.message).toBe(
    "A group must have at least one member.",
  );
  expect((await zoom.patch(path, { name: "Representatives", privacy: 1 })).status).toBe(204);
  expect((await zoom.get(path)).body).toMatchObject({ group_name: "Representatives", group_privacy: 1 });
  expect((await zoom.get("/contacts/groups")).body.groups).toMatchObject([{ group_name: "Representatives" }]);
  expect((await zoom.delete(path)).status).toBe(204);
  expect((await zoom.get(path)).body.code).toBe(300);
});
