/** Builds the web app. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { buildWhenStale } from "./build-when-stale.ts";
import { root, runToEnd } from "./processes.ts";

const web = join(root, "apps/web");

/** Builds it where it is not fresh. @throws when it cannot be built */
export async function buildWeb(): Promise<void> {
  const files = globSync("{src,public}/**/*.*", { cwd: web });
  files.push("index.html", "vite.config.ts", "package.json", "../../package-lock.json");
  await buildWhenStale({
    ...{ what: "the web app", dist: join(web, "dist"), sources: files.map((file) => join(web, file)) },
    async make(folder) {
      const vite = join(root, "node_modules/vite/bin/vite.js");
      const args = [vite, "build", "--logLevel", "warn", "--outDir", folder, "--emptyOutDir"];
      const code = await runToEnd(process.execPath, args, { cwd: web });
      if (code !== 0)
        throw new Error(
          `The web app could not be built (vite ended with code ${code}); what it said is above.`,
        );
    },
  });
}
