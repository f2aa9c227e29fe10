/**
 * Makes the npm package of the Zoom sandbox, for people who have nothing else of this repository: one bundle without
 * dependencies that any Node from 22.3 runs, its tables, the companies and scenarios, and types. `node tools/pack-sandbox.ts
 * <folder>` writes the tarball there.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { installed, root, runToEnd } from "./processes.ts";

const source = join(root, "packages/zoom-sandbox");
/** As deep in the package as the sources are here, so that the company is found beside it. */
const inside = "lib/sandbox";
const tables = [
  ...["operations/operations.gen.json", "operations/shapes.gen.json", "seed/acme.gen.json"],
  ...["webhooks/events.gen.json", "webhooks/event-shapes.gen.json"],
];
const alongside = ["companies", "scenarios"];
/** What the README points to outside of its folder, and where that is in the package. */
const elsewhere = {
  "examples/sandbox/smoke.sh": "examples/smoke.sh",
  "examples/sandbox/test_zoom.py": "examples/test_zoom.py",
  "examples/sandbox/zoom.test.ts": "examples/zoom.test.ts",
  "docs/reference/sandbox-coverage.md": "docs/coverage.md",
  "docs/reference/zoom-quirks.md": "docs/quirks.md",
};

/** Writes the tarball into a folder. @returns its path */
export async function packSandbox(folder: string): Promise<string> {
  const made = mkdtempSync(join(tmpdir(), "zoom-sandbox-package-"));
  try {
    const bundle = await rolldown({
      input: { main: join(source, "src/main.ts"), index: join(source, "src/index.ts") },
      platform: "node",
      logLevel: "warn",
    });
    await bundle.write({
      ...{ dir: join(made, inside), format: "esm", chunkFileNames: "[name].js" },
      // Half as much to read at each start; names stay, for the stack of an error.
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    });
    for (const table of tables)
      cpSync(join(source, "src", table), join(made, inside, table.split("/").at(-1) ?? ""));
    for (const name of alongside) cpSync(join(source, name), join(made, name), { recursive: true });
    for (const [from, to] of Object.entries(elsewhere)) cpSync(join(root, from), join(made, to));
    writeFileSync(join(made, "README.md"), readme());
    cpSync(join(root, "LICENSE"), join(made, "LICENSE"));
    await writeTypes(join(made, "types"));
    const { name, version, license } = JSON.parse(
      readFileSync(join(source, "package.json"), "utf8"),
    ) as Record<string, string>;
    const manifest = {
      ...{
        name,
        version,
        license,
        description: "A stateful Zoom on your machine, to develop and test against",
      },
      ...{ type: "module", engines: { node: ">=22.3" }, bin: { "zoom-sandbox": `./${inside}/main.js` } },
      exports: { ".": { types: "./types/index.d.ts", default: `./${inside}/index.js` } },
    };
    writeFileSync(join(made, "package.json"), JSON.stringify(manifest, null, 2));
    mkdirSync(folder, { recursive: true });
    const code = await runToEnd("npm", ["pack", "--silent", "--pack-destination", resolve(folder)], {
      cwd: made,
    });
    if (code !== 0) throw new Error(`npm pack ended with code ${code}; what it said is above.`);
    return join(resolve(folder), `${(name ?? "").replace("@", "").replace("/", "-")}-${version}.tgz`);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** The README for who has the package alone: its commands and links are of the package. */
function readme(): string {
  const text = readFileSync(join(source, "README.md"), "utf8");
  return Object.entries(elsewhere)
    .reduce((so, [from, to]) => so.replaceAll(`../../${from}`, to), text)
    .replaceAll(/npm run sandbox(?: --)?/g, "npx zoom-sandbox")
    .replaceAll("packages/zoom-sandbox/", "node_modules/@greenroom/zoom-sandbox/");
}

/** The types that the package's index reaches, and no others. */
async function writeTypes(folder: string): Promise<void> {
  const all = mkdtempSync(join(tmpdir(), "zoom-sandbox-types-"));
  try {
    const code = await runToEnd(installed("tsc"), [
      ...[join(source, "src/index.ts"), "--ignoreConfig", "--declaration", "--emitDeclarationOnly"],
      ...["--outDir", all, "--rootDir", join(source, "src"), "--module", "nodenext", "--target", "es2024"],
      ...["--lib", "es2025,esnext.collection", "--types", "node", "--allowImportingTsExtensions", "--strict"],
      ...["--rewriteRelativeImportExtensions", "--resolveJsonModule", "--skipLibCheck"],
    ]);
    if (code !== 0) throw new Error(`tsc ended with code ${code}; what it said is above.`);
    const wanted = ["index"];
    // The list grows while it is gone through.
    for (const name of wanted) {
      const text = readFileSync(join(all, `${name}.d.ts`), "utf8").replace(/(from "\.[^"]*)\.ts"/g, '$1.js"');
      for (const [, path = ""] of text.matchAll(/from "\.\/([^"]+)\.js"/g))
        if (!wanted.includes(path)) wanted.push(path);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${name}.d.ts`), text);
    }
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(await packSandbox(process.argv[2] ?? "."));
