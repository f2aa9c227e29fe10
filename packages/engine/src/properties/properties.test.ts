import { ConnectorError } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Kit, startKit } from "../lifecycle.test-kit.ts";

let kit: Kit;
beforeAll(async () => void (kit = await startKit()));
afterAll(() => kit?.stop());

const refusal = async (promise: Promise<unknown>): Promise<ConnectorError> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof ConnectorError) return error;
  throw new Error("expected a ConnectorError", { cause: error });
};

test("properties keep their types, by environment; a job sees those of its own", async () => {
  const { properties } = kit.engine;
  await properties.set("default", "limit", { type: "number", value: 5, description: "How many", by: "anna" });
  await properties.set("default", "dryRun", { type: "boolean", value: false });
  await properties.set("staging", "limit", { type: "number", value: 1 });
  expect(await properties.list("default")).toMatchObject([
    { name: "dryRun", type: "boolean", value: false },
    { name: "limit", type: "number", value: 5, description: "How many", updatedBy: "anna" },
  ]);
  expect((await properties.now()).values).toEqual({ limit: 5, dryRun: false });
  expect(await properties.environments()).toEqual(["default", "staging"]);
  const wrong = await refusal(properties.set("default", "limit", { type: "number", value: "5" }));
  expect(wrong.fields).toEqual([{ field: "value", message: "must be a number, but is text" }]);
  expect((await refusal(properties.remove("default", "none"))).kind).toBe("not-found");
});

test("a secret goes in and comes out only to the one who opens it; the database holds it sealed", async () => {
  const { properties } = kit.engine;
  await properties.set("default", "apiKey", { type: "secret", value: "s3cret-value" });
  const listed = (await properties.list("default")).find(({ name }) => name === "apiKey");
  expect(listed).toMatchObject({ type: "secret", value: undefined });
  const { values, secret } = await properties.now();
  expect(values).not.toHaveProperty("apiKey");
  expect(secret("apiKey")).toBe("s3cret-value");
  const stored = await kit.query(
    "select (select json_agg(p) from greenroom.properties p)::text || (select json_agg(s) from greenroom.property_sets s)::text as all",
  );
  expect(JSON.stringify(stored)).not.toContain("s3cret-value");
  expect(() => secret("other")).toThrow(/There is no secret “other” among the properties of “default”/);
});

test("a job sees the properties all its life as they were when it was made, and what no job sees is deleted", async () => {
  const { properties } = kit.engine;
  await properties.set("default", "limit", { type: "number", value: 10 });
  const [set] = await kit.query<{ id: string }>("select max(id) as id from greenroom.property_sets");
  await properties.set("default", "limit", { type: "number", value: 20 });
  expect((await properties.of(Number(set?.id))).values["limit"]).toBe(10);
  expect((await properties.now()).values["limit"]).toBe(20);
  await properties.remove("default", "limit");
  expect((await properties.now()).values).not.toHaveProperty("limit");
});
