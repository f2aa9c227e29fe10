import { expect, it } from "vitest";
import { encodeZoomId } from "./zoom-path.ts";

it.each([
  ["81234567890", "81234567890"],
  ["me", "me"],
  ["ada@example.com", "ada%40example.com"],
  ["pn2r8wUxTfqFJ1XUiDb4jA==", "pn2r8wUxTfqFJ1XUiDb4jA%3D%3D"],
  ["a/b==", "a%2Fb%3D%3D"],
  ["/ajXp112QmuoKj4854875==", "%252FajXp112QmuoKj4854875%253D%253D"],
  ["ab//cd==", "ab%252F%252Fcd%253D%253D"],
])("%s is written %s in a path", (id, encoded) => {
  expect(encodeZoomId(id)).toBe(encoded);
});
