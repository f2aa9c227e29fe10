import { ConnectorError, type ErrorKind } from "@greenroom/connector-kit";
import { expect, test } from "vitest";
import { decide } from "./retry-policy.ts";

const now = new Date("2026-11-23T12:00:00Z");
const later = new Date(now.getTime() + 90_000);
const failure = (kind: ErrorKind, retryAt?: Date) =>
  new ConnectorError(kind, "test", "It failed.", { retryAt });
const context = { attempt: 1, idempotent: true, now, random: 0 };

test("a rate limit is waited out until the time the service named, and costs no attempt", () => {
  expect(decide(failure("rate-limited", later), context)).toEqual({ do: "wait", ms: 90_000, counted: false });
});

test("a service that is away is tried again with growing waits, five times in all", () => {
  const waits = [1, 2, 3, 4].map((attempt) => decide(failure("unavailable"), { ...context, attempt }));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000].map((ms) => ({ do: "wait", ms, counted: true })));
  expect(decide(failure("unavailable"), { ...context, attempt: 5 })).toEqual({ do: "fail" });
});

test("a create whose outcome is unknown is looked up, never sent again blindly", () => {
  expect(decide(failure("outcome-unknown"), { ...context, idempotent: false })).toEqual({ do: "look-up" });
  expect(decide(failure("outcome-unknown"), context)).toMatchObject({ do: "wait" });
});

test.each([
  "reconnect",
  "forbidden",
  "invalid-input",
  "not-found",
  "conflict",
  "unexpected-response",
] as const)("%s is not tried again", (kind) => {
  expect(decide(failure(kind), context)).toEqual({ do: "fail" });
});

test("what is not a ConnectorError is a bug and is not tried again", () => {
  expect(decide(new TypeError("x is undefined"), context)).toEqual({ do: "fail" });
});
