import { expect, it } from "vitest";
import { carryingClients } from "./carrying-client.ts";
import type { Client } from "./client.ts";

const folders = carryingClients<string>("a folder");

it("a client carries it, also with something laid over it, as the engine does", () => {
  const client = folders.of("/srv");
  expect(folders.in(client)).toBe("/srv");
  const over = Object.assign(Object.create(client) as Client, { request: () => Promise.resolve(1) });
  expect(folders.in(over)).toBe("/srv");
});

it("one that carries something else is refused, and so is a request", async () => {
  const others = carryingClients<string>("a folder");
  expect(() => others.in(folders.of("/srv"))).toThrow("this client is not one of a folder");
  await expect(folders.of("/srv").request("GET", "/")).rejects.toThrow("a folder is not called by requests");
});
