/** The npm package `greenroom`, in an empty folder of a machine that has Node and nothing else of this repository. */
import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { packGreenroom } from "../tools/pack-greenroom.ts";
import { freePort } from "../tools/processes.ts";

const run = promisify(execFile);
let folder: string;
const env = {
  ...process.env,
  NO_COLOR: "1",
  GREENROOM_URL: "",
  GREENROOM_API_KEY: "",
  GREENROOM_HOME: "",
  DATABASE_URL: "",
  PUBLIC_URL: "",
};
const command = () => join(folder, "node_modules/.bin/greenroom");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "greenroom-user-"));
  // So that PostgreSQL's user can get to the home in it.
  chmodSync(folder, 0o755);
  const tarball = await packGreenroom(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", tarball], {
    cwd: folder,
  });
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("lints a recipe without a server", async () => {
  writeFileSync(
    join(folder, "a.yaml"),
    "name: A\ntrigger: { use: zoom/meeting-ended, connection: zoom }\nsteps:\n  - { use: logger/log-message, input: { mesage: x } }\n",
  );
  const ended = run(command(), ["recipe", "lint", "a.yaml"], { cwd: folder, env });
  await expect(ended).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/a\.yaml:4:\d+ error [\s\S]*Did you mean “message”/) as unknown,
  });
}, 120_000);

it("runs the whole product by one command: server, database, web app and sandbox; and ends it in order", async () => {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const home = join(folder, "home");
  const child = spawn(
    command(),
    [
      "start",
      "--sandbox",
      "--json",
      "--home",
      home,
      "--port",
      String(port),
      "--sandbox-port",
      String(sandboxPort),
    ],
    { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] },
  );
  onTestFinished(() => void child.kill("SIGTERM"));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const told = await new Promise<string>((resolve, reject) => {
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (out.trimEnd().endsWith("}")) resolve(out);
    });
    void ended.then(() => reject(new Error(errors)));
  });
  const { url, setupUrl } = JSON.parse(told) as { url: string; setupUrl: string };
  expect(setupUrl).toMatch(/#setup=./);

  const page = await fetch(url);
  expect(await page.text()).toContain("<title>Greenroom");
  const script = /src="(\/assets\/[^"]+)"/.exec(await (await fetch(url)).text())?.[1];
  expect((await fetch(`${url}${script}`)).status).toBe(200);
  const { stdout } = await run(command(), ["--url", url, "--home", home, "doctor", "--json"], {
    cwd: folder,
    env,
  });
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  const guide = await fetch(`${url}/docs/guide/command-line`);
  expect(guide.status).toBe(200);
  expect(await guide.text()).toContain("The whole product is one npm package");
  expect((await fetch(`http://127.0.0.1:${sandboxPort}/_sandbox/healthz`)).status).toBe(200);

  child.kill("SIGINT");
  expect(await ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
}, 300_000);
