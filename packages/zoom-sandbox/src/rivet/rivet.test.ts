import { afterAll, beforeAll, expect, test } from "vitest";
import { driveAccounts } from "./drive-accounts.test-kit.ts";
import { driveMarketplace } from "./drive-marketplace.test-kit.ts";
import { driveMeetings } from "./drive-meetings.test-kit.ts";
import { driveTeamChat } from "./drive-team-chat.test-kit.ts";
import { driveUsers } from "./drive-users.test-kit.ts";
import { driveWebinars } from "./drive-webinars.test-kit.ts";
import { type Rivet, startRivet } from "./rivet.test-kit.ts";

let rivet: Rivet;
beforeAll(async () => {
  rivet = await startRivet();
});
afterAll(() => rivet.close());

test("Zoom's SDK manages people, groups, contact groups and divisions", () => driveUsers(rivet));
test("Zoom's SDK manages the account, its roles, barriers and dashboards", () => driveAccounts(rivet));
test("Zoom's SDK schedules and holds meetings and reads their reports", () => driveMeetings(rivet));
test("Zoom's SDK schedules webinars with panelists, polls and registrants", () => driveWebinars(rivet));
test("Zoom's SDK chats in channels", () => driveTeamChat(rivet));
test("Zoom's SDK reads apps, their logs and manifests", () => driveMarketplace(rivet));
test("Zoom's SDK has driven at least 120 operations with success", () => {
  expect(rivet.driven.size).toBeGreaterThanOrEqual(120);
});
test("a refusal reaches the SDK's user with Zoom's status, code and words", async () => {
  const refused = rivet.users.endpoints.users.getUser({ path: { userId: "nobody@acme.example" } });
  await expect(refused).rejects.toThrow('[404/1001]: "User does not exist: nobody@acme.example."');
});
