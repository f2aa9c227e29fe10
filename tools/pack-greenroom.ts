/**
 * Makes the npm package `greenroom`: the whole product for a machine that has only Node. TypeScript becomes JavaScript
 * file by file, since Node strips no types below node_modules; everything else stays where it is, so that whoever looks for
 * a migration or a table beside itself finds it. `node tools/pack-greenroom.ts <folder>` writes the tarball there.
 */
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { buildDocs } from "./build-docs.ts";
import { buildWeb } from "./build-web.ts";
import { root, runToEnd } from "./processes.ts";

/** The parts of the product, by where they are. The web app and the guide go as they are built. */
const parts = ["apps/cli", "apps/server", ...globSync("packages/*", { cwd: root }).toSorted()];
/** Where the server looks for the guide here, and where in the package. */
const guide = ["../../../docs/.vitepress/dist", "../../docs/dist"] as const;

const built = ["@greenroom/web", "@greenroom/docs"];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Writes the tarball into a folder. @returns its path */
export async function packGreenroom(folder: string): Promise<string> {
  await buildWeb();
  await buildDocs();
  const made = mkdtempSync(join(tmpdir(), "greenroom-package-"));
  try {
    const manifests = parts.map((part) => copyPart(part, made));
    const [cli] = manifests;
    if (!cli) throw new Error("there is no command to pack");
    copyBuilt("apps/web/dist", "web", made);
    copyBuilt("docs/.vitepress/dist", "docs", made);
    for (const name of ["LICENSE", "README.md"]) cpSync(join(root, name), join(made, name));
    mkdirSync(join(made, "bin"));
    writeFileSync(join(made, "bin/greenroom.js"), `#!/usr/bin/env node\nimport "@greenroom/cli/main";\n`, {
      mode: 0o755,
    });
    writeJson(join(made, "package.json"), {
      ...{ name: "greenroom", version: cli.version, license: "Apache-2.0", type: "module" },
      ...{ description: "Self-hosted automation for Zoom, with a Zoom sandbox to try it against" },
      ...{
        engines: { node: ">=24" },
        bin: { greenroom: "./bin/greenroom.js" },
        files: ["bin", "README.md", "LICENSE"],
      },
      dependencies: {
        ...outside(manifests),
        ...Object.fromEntries(
          [...manifests.map(({ name }) => name), ...built].map((name) => [name, cli.version]),
        ),
      },
      optionalDependencies: Object.assign(
        {},
        ...manifests.map((each) => each.optionalDependencies ?? {}),
      ) as object,
      bundleDependencies: [...manifests.map(({ name }) => name), ...built],
    });
    mkdirSync(folder, { recursive: true });
    const code = await runToEnd("npm", ["pack", "--silent", "--pack-destination", resolve(folder)], {
      cwd: made,
    });
    if (code !== 0) throw new Error(`npm pack ended with code ${code}; what it said is above.`);
    return join(resolve(folder), `greenroom-${cli.version}.tgz`);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function copyBuilt(from: string, name: string, made: string): void {
  const target = join(made, "node_modules/@greenroom", name);
  cpSync(join(root, from), join(target, "dist"), { recursive: true });
  writeJson(join(target, "package.json"), { name: `@greenroom/${name}`, version: versionOf("apps/cli") });
}

const versionOf = (part: string): string =>
  (JSON.parse(readFileSync(join(root, part, "package.json"), "utf8")) as Manifest).version;

/** What the parts need that is not of the package itself. */
function outside(manifests: readonly Manifest[]): Record<string, string> {
  const all = manifests.flatMap(({ dependencies = {} }) => Object.entries(dependencies));
  return Object.fromEntries(all.filter(([name]) => !name.startsWith("@greenroom/")));
}

/** Copies a part, its sources as JavaScript, without its tests. */
function copyPart(part: string, made: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(root, part, "package.json"), "utf8")) as Manifest;
  const target = join(made, "node_modules", manifest.name);
  const files = globSync("**/*.*", {
    cwd: join(root, part),
    exclude: (path) =>
      /(?:^|\/)node_modules(?:\/|$)|\.test(?:-kit)?\.tsx?$|(?:^|\/)fixtures(?:\/|$)|drizzle\.config/.test(
        path,
      ),
  });
  for (const file of files) {
    const source = join(root, part, file);
    if (file.endsWith(".d.ts")) continue;
    const isCode = file.endsWith(".ts");
    const goal = join(target, isCode ? file.replace(/\.ts$/, ".js") : file);
    if (!/\.\w+$/.test(file) || file === "package.json") continue;
    mkdirSync(dirname(goal), { recursive: true });
    if (isCode || file.endsWith(".js"))
      writeFileSync(goal, javascriptOf(readFileSync(source, "utf8"), isCode));
    else cpSync(source, goal, { recursive: true });
  }
  const exports = Object.fromEntries(
    Object.entries(manifest.exports ?? {}).map(([name, file]) => [name, file.replace(/\.ts$/, ".js")]),
  );
  writeJson(join(target, "package.json"), {
    ...{ name: manifest.name, version: manifest.version, license: "Apache-2.0", type: "module" },
    exports: manifest.name === "@greenroom/cli" ? { ...exports, "./main": "./src/main.js" } : exports,
  });
  return manifest;
}

/** The same lines without types; our files by the names, and the guide in the place, that they have now. */
function javascriptOf(source: string, hasTypes: boolean): string {
  return (hasTypes ? stripTypeScriptTypes(source, { mode: "strip" }) : source)
    .replaceAll(/((?:from|import)\s*\(?\s*["'])(\.{1,2}\/[^"']+)\.ts(["'])/g, "$1$2.js$3")
    .replaceAll(/(["'])((?:\.{1,2}\/)?[\w/-]+(?:\.[\w-]+)*)\.ts\1(?=\s*[,)])/g, "$1$2.js$1")
    .replaceAll(guide[0], guide[1]);
}

function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

if (import.meta.main) console.log(await packGreenroom(process.argv[2] ?? "."));
