import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["meetings/Tracking Field"] });
});
afterAll(() => sandbox.finish());

test("a tracking field is made once, listed, changed and deleted", async () => {
  const zoom = sandbox.owner;
  const made = await zoom.post("/tracking_fields", {
    field: "Tier",
    recommended_values: ["Gold"],
    required: true,
  });
  expect(made.status).toBe(201);
  const { id } = made.body;
  expect((await zoom.post("/tracking_fields", { field: "Tier" })).body).toEqual({
    code: 200,
    message: "Tracking field Tier already exists.",
  });
  expect((await zoom.get("/tracking_fields")).body).toEqual({
    total_records: 1,
    tracking_fields: [{ id, field: "Tier", recommended_values: ["Gold"], required: true, visible: false }],
  });
  expect((await zoom.patch(`/tracking_fields/${id}`, { visible: true })).status).toBe(204);
  expect((await zoom.get(`/tracking_fields/${id}`)).body).toMatchObject({ field: "Tier", visible: true });
  const tracking_fields = [{ field: "Tier", value: "Gold" }];
  const meeting = (await zoom.post("/users/me/meetings", { topic: "Tracked", tracking_fields })).body.id;
  const tracked = async () => (await zoom.get(`/meetings/${meeting}`)).body.tracking_fields;
  expect((await zoom.patch(`/tracking_fields/${id}`, { field: "Level" })).status).toBe(204);
  expect(await tracked()).toEqual([{ field: "Level", value: "Gold" }]);
  expect((await zoom.delete(`/tracking_fields/${id}`)).status).toBe(204);
  expect(await tracked()).toEqual([]);
  const gone = await zoom.get(`/tracking_fields/${id}`);
  expect([gone.status, gone.body]).toEqual([
    404,
    { code: 5110, message: `Tracking field does not exist: ${id}.` },
  ]);
});
