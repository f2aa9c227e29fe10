import { randomBytes } from "node:crypto";
import { Secret } from "@greenroom/connector-kit";
import { expect, test } from "vitest";
import { createSecretBox } from "./secret-box.ts";

const key = () => new Secret(randomBytes(32).toString("base64"));

test("what is sealed opens with the same key at the same place, and with nothing else", () => {
  const box = createSecretBox(key());
  const sealed = box.seal("tokens/1", "refresh-me");
  expect(box.open("tokens/1", sealed)).toBe("refresh-me");
  expect(sealed.toString("latin1")).not.toContain("refresh-me");
  expect(() => box.open("tokens/2", sealed)).toThrow();
  expect(() => createSecretBox(key()).open("tokens/1", sealed)).toThrow();
});

test("a changed byte anywhere is noticed", () => {
  const box = createSecretBox(key());
  const sealed = box.seal("tokens/1", "refresh-me");
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => box.open("tokens/1", changed)).toThrow();
  }
});

test("the same text is sealed differently each time", () => {
  const box = createSecretBox(key());
  expect(box.seal("a", "x").equals(box.seal("a", "x"))).toBe(false);
});

test("a key of another length is refused with what to do", () => {
  expect(() => createSecretBox(new Secret("short"))).toThrow(
    /must be 32 random bytes.*openssl rand -base64 32/,
  );
});
