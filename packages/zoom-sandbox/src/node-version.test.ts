import { expect, test } from "vitest";
import { checkNode } from "./node-version.ts";

test("an older Node is told which one is needed", () => {
  for (const version of ["20.20.2", "22.2.0"])
    expect(() => checkNode(version)).toThrow(`needs Node 22.3 or newer; this is Node ${version}.`);
  for (const version of ["22.3.0", "24.11.0", process.versions.node]) checkNode(version);
});
