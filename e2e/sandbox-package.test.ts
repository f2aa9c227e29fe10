/** The sandbox as an npm package, for people who have nothing else of this repository. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packSandbox } from "../tools/pack-sandbox.ts";
import { installed } from "../tools/processes.ts";

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "zoom-sandbox-user-"));
  const tarball = await packSandbox(folder);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "user", private: true, type: "module" }),
  );
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("installs without the network and without dependencies", () => {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, unknown>;
  };
  expect(Object.keys(packages)).toEqual(["", "node_modules/@greenroom/zoom-sandbox"]);
});

it("starts by its command, and answers", async () => {
  const { stdout } = await run(process.execPath, ["node_modules/.bin/zoom-sandbox", "--help"], {
    cwd: folder,
  });
  expect(stdout).toContain("--company <which>");
});

it("says how it is started and where its files are, as they are in the package", () => {
  const inside = join(folder, "node_modules/@greenroom/zoom-sandbox");
  const readme = readFileSync(join(inside, "README.md"), "utf8");
  expect(readme).toContain("npx zoom-sandbox --port 4000");
  expect(readme).not.toMatch(/npm run|\]\(\.\.|packages\/zoom-sandbox/);
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = ""]) => path);
  expect(links).toContain("examples/smoke.sh");
  for (const path of links) expect(existsSync(join(inside, path)), path).toBe(true);
});

it("is a sandbox in a program of its user's, with types", async () => {
  const program = `
import { createSandbox, type RunningSandbox } from "@greenroom/zoom-sandbox";
const zoom: RunningSandbox = await createSandbox({ port: 0, frozenAt: new Date("2026-11-23T12:00:00Z") });
await zoom.clock.advance(60_000);
const { now } = (await (await fetch(zoom.url + "/_sandbox/healthz")).json()) as { now: string };
console.log(now, zoom.emulated().length > 400);
await zoom.close();
`;
  writeFileSync(join(folder, "use.ts"), program);
  const { stdout } = await run(process.execPath, ["use.ts"], { cwd: folder });
  expect(stdout.trim()).toBe("2026-11-23T12:01:00.000Z true");
  const options = ["--ignoreConfig", "--noEmit", "--module", "nodenext", "--target", "es2024", "--strict"];
  await run(
    installed("tsc"),
    [
      "use.ts",
      ...options,
      "--types",
      "node",
      "--typeRoots",
      join(import.meta.dirname, "../node_modules/@types"),
    ],
    {
      cwd: folder,
    },
  );
});
