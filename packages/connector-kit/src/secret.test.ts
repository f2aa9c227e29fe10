import { inspect } from "node:util";
import { expect, it } from "vitest";
import { Secret } from "./secret.ts";

it("a secret prints nowhere but where it is revealed", () => {
  const secret = new Secret("hunter2");
  const seen = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    Object.values(secret).join(),
  ];
  expect(seen.join("\n")).not.toContain("hunter2");
  expect(secret.reveal()).toBe("hunter2");
});
