/**
 * Runs a TypeScript file of this repository under the pinned Node, and installs what is missing first.
 * It is plain JavaScript without dependencies: the machine's own Node 20 must be able to run it on a fresh clone.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const neededMajor = 24;
const stamp = join(root, "node_modules/.greenroom-installed");
const lockFile = join(root, ".install-lock");

const wanted = readFileSync(join(root, "package-lock.json"), "utf8");
const wantedHash = createHash("sha256").update(wanted).digest("hex");
if (!installed()) await install();
run(pinnedNode());

function installed() {
  if (read(stamp) === wantedHash) return true;
  if (!installedByHand()) return false;
  writeStamp();
  return true;
}

/** Whether npm's own record of what it installed agrees with the lock file: somebody ran npm without us. */
function installedByHand() {
  const record = read(join(root, "node_modules/.package-lock.json"));
  if (record === undefined) return false;
  const there = JSON.parse(record).packages;
  return Object.entries(JSON.parse(wanted).packages).every(([path, { version, link, optional }]) => {
    if (!path.includes("node_modules/")) return true;
    if (link) return existsSync(join(root, path));
    // Most optional ones are for other platforms.
    return there[path] ? there[path].version === version : optional;
  });
}

function writeStamp() {
  try {
    writeFileSync(stamp, wantedHash);
  } catch {
    // A clone that is read only: looking again the next time costs little.
  }
}

async function install() {
  const unlock = await takeLock();
  let problem;
  try {
    // Another run may have installed while this one waited.
    if (installed()) return;
    console.error("Installing what is missing with npm ci (once; about a minute) …");
    problem = npmCi();
    if (!problem) writeStamp();
  } finally {
    unlock();
  }
  if (problem)
    fail(
      `npm ci did not succeed (${problem}); what it said is above. Check the network and the npm registry, then start again.`,
    );
}

/** @returns what went wrong, if anything */
function npmCi() {
  // Also where NODE_ENV is production: the build of the web app and the tests are development dependencies.
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const sameNpm = process.env.npm_execpath?.endsWith("npm-cli.js") ? process.env.npm_execpath : undefined;
  const [program, first] = sameNpm ? [process.execPath, [sameNpm]] : ["npm", []];
  const { status, signal, error } = spawnSync(program, [...first, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: !sameNpm && process.platform === "win32",
  });
  return status === 0 ? undefined : (error?.message ?? signal ?? `exit code ${status}`);
}

/** One install at a time in a clone. @returns what releases the lock */
async function takeLock() {
  const draft = `${lockFile}.${process.pid}`;
  try {
    writeFileSync(draft, String(process.pid));
  } catch (error) {
    fail(
      `This clone cannot be written to (${error.code}): ${root}. Give this user access to it, or clone it anew.`,
    );
  }
  for (let told = false; ; told = true) {
    try {
      linkSync(draft, lockFile);
      rmSync(draft, { force: true });
      return () => rmSync(lockFile, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = Number(read(lockFile) ?? process.pid);
    if (!isAlive(holder)) rmSync(lockFile, { force: true });
    else if (!told) console.error(`Process ${holder} is installing; waiting for it …`);
    await sleep(200);
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

function pinnedNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const program = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  const pinned = join(root, "node_modules", `node-${platform}-${process.arch}`, program);
  // It is there but does not run where the C library is another, as on Alpine.
  if (existsSync(pinned) && spawnSync(pinned, ["--version"]).status === 0) return pinned;
  if (Number(process.versions.node.split(".")[0]) >= neededMajor) return process.execPath;
  return fail(
    `Greenroom needs Node ${neededMajor}, and npm has none for ${platform}-${process.arch} that runs here. Install Node ${neededMajor} or newer, then start again.`,
  );
}

function run(node) {
  const [script = "", ...args] = process.argv.slice(2);
  const path = [dirname(node), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const child = spawn(node, [join(root, script), ...args], {
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  // Ctrl-C in a terminal reaches the child by itself; any other signal is for us alone and passed on.
  const fromTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  process.on("SIGINT", () => fromTerminal || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  whenOrphaned(() => child.kill("SIGTERM"));
  child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** `kill` of npm ends the shell between npm and us, or with SIGKILL npm alone; and neither tells us. */
function whenOrphaned(end) {
  if (!process.env.npm_lifecycle_event) return;
  const npm = ancestors();
  const watch = setInterval(() => {
    if (ancestors() === npm) return;
    clearInterval(watch);
    end();
  }, 200);
  watch.unref();
}

/** The processes between us and npm, and npm; beyond it they may go without us. */
function ancestors() {
  const shell = read(`/proc/${process.ppid}/cmdline`)?.includes("tools/run.mjs");
  const [npm] = shell ? (/(?<=^PPid:\s*)\d+/m.exec(read(`/proc/${process.ppid}/status`) ?? "") ?? []) : [];
  return `${process.ppid} ${npm}`;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
