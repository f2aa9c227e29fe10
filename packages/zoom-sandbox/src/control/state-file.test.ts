import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createStateFile } from "./state-file.ts";

test("A state that cannot be written, as on a full disk, is told of once and written as soon as it can be", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  onTestFinished(() => {
    said.mockRestore();
    rmSync(folder, { recursive: true });
  });
  // In the place of the folder that the state is to be in.
  const inTheWay = join(folder, "in-the-way");
  writeFileSync(inTheWay, "");
  const path = join(inTheWay, "state.json");
  let count = 1;
  const file = createStateFile(path, () => ({ count }));
  file.changed();
  await vi.waitFor(() => expect(said).toHaveBeenCalledOnce(), { timeout: 30_000 });
  expect(String(said.mock.calls[0])).toContain(`could not be written to ${path}`);
  count = 2;
  file.changed();
  rmSync(inTheWay);
  await vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 30_000 });
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ count: 2 });
  expect(said).toHaveBeenCalledOnce();
}, 90_000);
