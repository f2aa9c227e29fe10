import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

test.skipIf(process.platform !== "linux")(
  "a log that finds no room on its disk does not end who writes it",
  () => {
    const full = openSync("/dev/full", "w");
    const log = JSON.stringify(join(import.meta.dirname, "log.ts"));
    const text = `import { log } from ${log};
    for (let line = 0; line < 100; line += 1) log.warn({ line }, "there is no room for this");
    await new Promise((resolve) => setTimeout(resolve, 10));
    console.log("goes on");`;
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", text], {
      stdio: ["ignore", "pipe", full],
      encoding: "utf8",
    });
    closeSync(full);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "goes on\n" });
  },
);
