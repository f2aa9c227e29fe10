/** The connector over the simplest store there can be; the engine's own is tested with it in apps/server. */
import { ConnectorError, runAction } from "@greenroom/connector-kit";
import { expect, test } from "vitest";
import { createLookupTableConnector, type LookupTableStore } from "./lookup-table.ts";

function storeOf(table: string): LookupTableStore {
  const rows: { id: number; key: string; values: Record<string, unknown> }[] = [];
  const named = (name: string) => {
    if (name !== table)
      throw new ConnectorError("not-found", "not-found", `There is no lookup table “${name}”.`);
    return rows;
  };
  const has = (where: object) => (row: { values: Record<string, unknown> }) =>
    Object.entries(where).every(([key, value]) => row.values[key] === value);
  return {
    find: async (name, { where, limit, after = 0 }) =>
      named(name)
        .filter((row) => row.id > after && has(where)(row))
        .slice(0, limit),
    async add(name, added, key) {
      if (!named(name).some((row) => row.key === key))
        for (const values of added) rows.push({ id: rows.length + 1, key, values });
      return rows.filter((row) => row.key === key);
    },
    async update(name, where, values) {
      const found = named(name).filter(has(where));
      for (const row of found) Object.assign(row.values, values);
      return found.length;
    },
    async remove(name, where) {
      const found = named(name).filter(has(where));
      for (const row of found) rows.splice(rows.indexOf(row), 1);
      return found.length;
    },
  };
}

const connector = createLookupTableConnector(storeOf("People"));
const client = connector.createClient({ profile: {}, accessToken: undefined });
const openFile = () => Promise.reject(new Error("no file"));
function run(name: string, input: Record<string, unknown>, idempotencyKey = JSON.stringify(input)) {
  const action = connector.actions[name];
  if (!action) throw new Error(`no action ${name}`);
  return runAction(action, { client, idempotencyKey, openFile, input: { table: "People", ...input } });
}

test("rows are added once per step, looked up, listed by pages, changed and deleted", async () => {
  const rows = ["a", "b", "c"].map((email) => ({ email, seats: 1 }));
  await run("add-rows", { rows }, "job:0");
  await run("add-rows", { rows }, "job:0");
  await expect(run("add-row", { values: { email: "d" } })).resolves.toEqual({
    id: 4,
    values: { email: "d" },
  });
  await expect(run("look-up", { where: { email: "b" } })).resolves.toEqual({
    found: true,
    values: { email: "b", seats: 1 },
  });
  await expect(run("look-up", { where: { email: "z" } })).resolves.toEqual({ found: false, values: {} });
  const page = await run("list-rows", { where: { seats: 1 }, limit: 2 });
  expect(page).toMatchObject({ rows: [{ id: 1 }, { id: 2 }], nextAfter: 2 });
  const last = await run("list-rows", { where: { seats: 1 }, limit: 2, after: 2 });
  expect(last).toEqual({ rows: [{ id: 3, values: { email: "c", seats: 1 } }] });
  await expect(run("update-rows", { where: { seats: 1 }, values: { seats: 2 } })).resolves.toEqual({
    updated: 3,
  });
  await expect(run("delete-rows", { where: { seats: 2 } })).resolves.toEqual({ deleted: 3 });
});

test.each(["update-rows", "delete-rows", "look-up"])(
  "%s without a condition is refused: it would mean every row",
  async (name) => {
    const input = name === "update-rows" ? { where: {}, values: {} } : { where: {} };
    await expect(run(name, input)).rejects.toMatchObject({
      kind: "invalid-input",
      fields: [{ field: "where" }],
    });
  },
);

test("a table that is not there is told by its name", async () => {
  await expect(run("look-up", { table: "None", where: { a: 1 } })).rejects.toThrow("no lookup table “None”");
});
