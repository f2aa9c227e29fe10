import { expect, test } from "vitest";
import { createTables } from "../table.ts";
import { onSessionEnded, sessionEnded } from "./session-ended.ts";
import type { Instance } from "./session-rows.ts";

const instance: Instance = {
  ...{ uuid: "abc==", meeting_id: 1, kind: "meeting", host_id: "h", topic: "Review", type: 2 },
  ...{ timezone: "UTC", start_time: "2026-11-23T12:00:00Z", duration: 60 },
};

test("everybody who asked is told of an ended session, of their own sandbox alone", () => {
  const [one, other] = [createTables(), createTables()];
  const told: string[] = [];
  onSessionEnded(one, ({ topic }) => told.push(`first ${topic}`));
  onSessionEnded(one, ({ topic }) => told.push(`second ${topic}`));
  onSessionEnded(other, () => told.push("other"));
  sessionEnded(one, instance);
  expect(told).toEqual(["first Review", "second Review"]);
});
