import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["meetings/TSP", "meetings/PAC"] });
});
afterAll(() => sandbox.finish());

test("a person has one or two conferences at a telephone service that the account has switched on", async () => {
  const zoom = sandbox.owner;
  const path = "/users/hana@acme.example/tsp";
  const conference = { conference_code: "1234", leader_pin: "99", tsp_bridge: "EU_TSP_TB" };
  const off = await zoom.post(path, conference);
  expect([off.status, off.body]).toEqual([400, { code: 2024, message: "This account has not enabled TSP." }]);
  expect((await zoom.get(path)).body.message).toBe("Account has not enabled TSP.");
  expect((await zoom.patch("/tsp", { enable: true, tsp_provider: "Bell" })).status).toBe(204);
  expect((await zoom.get("/tsp")).body).toMatchObject({ enable: true, tsp_provider: "Bell" });

  const first = await zoom.post(path, conference);
  expect([first.status, first.body]).toEqual([201, { ...conference, id: "1" }]);
  expect((await zoom.delete(`${path}/1`)).body.message).toBe("At least one TSP config must be available.");
  expect((await zoom.post(path, conference)).body.id).toBe("2");
  expect((await zoom.post(path, conference)).body.message).toBe("You can add a maximum of two TSP configs.");
  expect((await zoom.patch(`${path}/2`, { ...conference, leader_pin: "77" })).status).toBe(204);
  expect((await zoom.get(`${path}/2`)).body).toEqual({ ...conference, leader_pin: "77", id: "2" });
  expect((await zoom.patch(`${path}/settings`, { audio_url: "https://a.example" })).status).toBe(204);
  expect((await zoom.delete(`${path}/1`)).status).toBe(204);
  expect((await zoom.get(`${path}/1`)).body).toEqual({ code: 300, message: "TSP config does not exist." });
  expect((await zoom.get(path)).body.tsp_accounts).toEqual([{ ...conference, leader_pin: "77", id: "2" }]);
  expect((await zoom.get("/users/luis@acme.example/tsp")).body.tsp_accounts).toEqual([]);

  const told = ["created", "updated", "deleted"].map((what) => sandbox.eventsOf(`user.tsp_${what}`));
  const person = { email: "hana@acme.example", id: expect.any(String) };
  const whole = (id: string) => ({ object: { ...person, tsp_credentials: { ...conference, id } } });
  expect(told.map((all) => all.map(({ payload }) => payload))).toMatchObject([
    [whole("1"), whole("2")],
    [
      {
        object: { ...person, tsp_credentials: { ...conference, leader_pin: "77" } },
        old_object: conference,
      },
    ],
    [whole("1")],
  ]);
});

test("a person has personal audio conferences once PAC is on for them", async () => {
  const zoom = sandbox.owner;
  const off = await zoom.get("/users/mei@acme.example/pac");
  expect([off.status, off.body]).toEqual([400, { code: 2024, message: "User does not have PAC enabled." }]);
  const change = async (method: string, email: string, body?: object): Promise<number> => {
    const url = `${sandbox.url}/_sandbox/users/${email}/pac`;
    const headers = { "content-type": "application/json" };
    return (await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })).status;
  };
  const conference = {
    ...{ conference_id: 1_234_567_890, listen_only_password: "111", participant_password: "222" },
    dedicated_dial_in_number: [{ country: "US", number: "+12125550100" }],
    global_dial_in_numbers: [{ country: "DE", number: "+493012345678" }],
  };
  expect(await change("PUT", "mei@acme.example", { pac_accounts: [conference] })).toBe(200);
  expect((await zoom.get("/users/mei@acme.example/pac")).body).toEqual({ pac_accounts: [conference] });
  expect((await zoom.get("/users/ben@acme.example/pac")).body.code).toBe(2024);
  expect(await change("PUT", "mei@acme.example", { pac_accounts: [{ conference_id: "x" }] })).toBe(400);
  expect(await change("PUT", "nobody@acme.example", { pac_accounts: [] })).toBe(404);
  expect(await change("DELETE", "mei@acme.example")).toBe(204);
  expect((await zoom.get("/users/mei@acme.example/pac")).body.code).toBe(2024);
});
