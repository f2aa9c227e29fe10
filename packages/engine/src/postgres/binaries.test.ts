import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { preparedBinaries } from "./binaries.ts";
import { asUser, findOwner, type Owner } from "./owner.ts";

let around: string;
const umask = process.umask();

beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), "greenroom-binaries-"));
  chmodSync(around, 0o755);
});

afterEach(() => {
  process.umask(umask);
  rmSync(around, { recursive: true, force: true });
});

it("are run from where npm put them, with the libraries they look for", () => {
  const owner = findOwner(around);
  const native = preparedBinaries(owner, join(around, "cache"));
  expect(version(native, owner)).toMatch(/^postgres \(PostgreSQL\) 18\./);
  expect(existsSync(join(around, "cache"))).toBe(false);
});

it("are copied to where PostgreSQL's user can run them, when it cannot enter the clone", () => {
  const owner = findOwner(around);
  const shutOut: Owner = {
    ...owner,
    canRun: (program) => !program.includes("node_modules") && owner.canRun(program),
  };
  process.umask(0o077);
  const native = preparedBinaries(shutOut, join(around, "cache"));
  expect(native.startsWith(around)).toBe(true);
  expect(version(native, owner)).toMatch(/^postgres \(PostgreSQL\) 18\./);
  expect(statSync(join(native, "bin/initdb")).mode & 0o777).toBe(0o755);
  expect(preparedBinaries(shutOut, join(around, "cache"))).toBe(native);
});

it("that can be run from nowhere are refused in one sentence", () => {
  const nobody: Owner = { ...findOwner(around), canRun: () => false };
  expect(() => preparedBinaries(nobody, join(around, "cache"))).toThrow(
    /^PostgreSQL cannot be run from .*, or DATABASE_URL to a PostgreSQL\.$/,
  );
});

function version(native: string, owner: Owner): string {
  return spawnSync(join(native, "bin/postgres"), ["--version"], {
    ...asUser(owner),
    cwd: "/",
    encoding: "utf8",
  }).stdout;
}
