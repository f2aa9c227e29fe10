/** The guide and the reference as a site; the server shows it at /docs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";

const docs = join(import.meta.dirname, "..");
const repository = "https://github.com/greenroom/greenroom";

/** A page's first heading. */
function titleOf(path: string): string {
  return /^# (.+)$/m.exec(readFileSync(join(docs, `${path}.md`), "utf8"))?.[1] ?? path;
}

const pagesIn = (folder: string) =>
  readdirSync(join(docs, folder))
    .filter((name) => name.endsWith(".md") && name !== "index.md")
    .map((name) => `${folder}/${name.slice(0, -".md".length)}`)
    .toSorted();

const item = (path: string) => ({ text: titleOf(path), link: `/${path}` });

/** In the order that they are read in. */
const guide = [
  ...["start", "connect-zoom", "recipes", "ten-recipes", "from-workato"],
  ...["command-line", "mcp", "connectors", "production"],
].map((name) => `guide/${name}`);

const connectors = readdirSync(join(docs, "reference"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted((a, b) => Number(b === "zoom") - Number(a === "zoom") || a.localeCompare(b));

export default defineConfig({
  title: "Greenroom",
  description: "Self-hosted automation for Zoom",
  base: "/docs/",
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ["**/README.md"],
  // Addresses of a Greenroom that runs on this machine.
  ignoreDeadLinks: "localhostLinks",
  markdown: {
    html: false,
    // Braces here are recipes' and Liquid's, not attributes and not Vue's.
    attrs: { disable: true },
    config(md) {
      md.renderer.rules.code_inline = (tokens, index) =>
        `<code v-pre>${md.utils.escapeHtml(tokens[index]?.content ?? "")}</code>`;
      md.renderer.rules.text = (tokens, index) =>
        md.utils.escapeHtml(tokens[index]?.content ?? "").replaceAll("{{", "&#123;&#123;");
    },
  },
  // A page is several files, and builders of images let a process have 1,024 open.
  vite: { build: { chunkSizeWarningLimit: 4_000, rollupOptions: { maxParallelFileOps: 100 } } },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Guide", link: "/guide/start" },
      { text: "Reference", link: "/reference/zoom/index" },
      { text: "Decisions", link: `/${pagesIn("adr")[0] ?? ""}` },
    ],
    sidebar: {
      "/guide/": [{ text: "Guide", items: guide.map(item) }],
      "/reference/": [
        {
          text: "Reference",
          items: [
            ...connectors.map((name) => item(`reference/${name}/index`)),
            ...pagesIn("reference").map(item),
          ],
        },
      ],
      "/adr/": [{ text: "Decisions", items: pagesIn("adr").map(item) }],
    },
    outline: [2, 3],
    footer: { message: `Apache-2.0 · <a href="${repository}">Source</a>` },
  },
});
