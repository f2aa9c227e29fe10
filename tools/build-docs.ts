/** Builds the guide and the reference as a site, which the server shows at /docs. A link that leads nowhere ends the build. */
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildWhenStale } from "./build-when-stale.ts";
import { root } from "./processes.ts";

const docs = join(root, "docs");

/** Builds it where it is not fresh. @throws when it cannot be built */
export async function buildDocs(): Promise<void> {
  const files = globSync(
    ["docs/**/*.md", "docs/.vitepress/*.ts", "docs/images/*", "examples/recipes/*.yaml"],
    {
      cwd: root,
      exclude: (path) => path.includes("node_modules") || path.includes("/dist/"),
    },
  );
  await buildWhenStale({
    ...{ what: "the guide", dist: join(docs, ".vitepress/dist") },
    sources: [...files, "package-lock.json"].map((file) => join(root, file)),
    async make(folder) {
      // Loaded where it is wanted: it brings a bundler with it.
      const { build } = await import("vitepress");
      await build(docs, { outDir: folder });
      for (const page of globSync("**/*.html", { cwd: folder })) scriptsAside(folder, page);
    },
  });
}

/** The server's pages run no script that stands in them: those go into files, by their content. */
function scriptsAside(folder: string, page: string): void {
  const html = readFileSync(join(folder, page), "utf8");
  mkdirSync(join(folder, "assets"), { recursive: true });
  const moved = html.replace(
    /<script(?![^>]*\bsrc=)([^>]*)>([\s\S]+?)<\/script>/g,
    (_, attributes: string, code: string) => {
      const name = `inline.${createHash("sha256").update(code).digest("hex").slice(0, 16)}.js`;
      writeFileSync(join(folder, "assets", name), code);
      return `<script${attributes} src="/docs/assets/${name}"></script>`;
    },
  );
  if (moved !== html) writeFileSync(join(folder, page), moved);
}

if (import.meta.main) await buildDocs();
