import { expect, test } from "vitest";
import { createRouter } from "./router.ts";

test("a fixed part goes before a name, and what leads nowhere is tried again by name", () => {
  const router = createRouter<string>();
  for (const path of ["/users/me", "/users/{userId}", "/users/{id}/meetings", "/users/email/{x}/y"])
    router.add("GET", path, path);
  router.add("POST", "/users/{userId}/meetings", "post");
  const found = (path: string, method = "GET") => router.find(method, path);
  expect(found("/users/me")).toEqual({ value: "/users/me", params: {} });
  expect(found("/users/me/meetings")).toEqual({ value: "/users/{id}/meetings", params: { id: "me" } });
  expect(found("/users/email/meetings")).toEqual({ value: "/users/{id}/meetings", params: { id: "email" } });
  expect(found("/users/email/a/y/")?.params).toEqual({ x: "a" });
  expect(found("/users/1/meetings", "POST")).toEqual({ value: "post", params: { userId: "1" } });
  for (const nowhere of [
    "",
    "/",
    "/users",
    "/users/",
    "/users//meetings",
    "/users/1/2",
    "/users/1/meetings/2",
  ])
    expect(found(nowhere), nowhere).toBeUndefined();
  expect(found("/users/1", "PUT")).toBeUndefined();
});
