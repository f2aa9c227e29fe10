import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const page = readFileSync(join(import.meta.dirname, "../../../docs/reference/zoom-quirks.md"), "utf8");
/** The rows of its tables: what is cited, what surprises, and the file and title of the test. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .map((line) => /^\| (\S+) +\| (.+?) +\| `([\w./-]+\.test\.ts)`: (.+?) +\|$/.exec(line))
  .filter((row) => row !== null)
  .map(([, section = "", quirk = "", file = "", title = ""]) => ({ section, quirk, file, title }));
const sources = new Map<string, string>();
const sourceOf = (file: string): string => {
  const path = join(import.meta.dirname, file);
  if (!sources.has(file)) sources.set(file, existsSync(path) ? readFileSync(path, "utf8") : "");
  return sources.get(file) ?? "";
};
const titlesIn = (source: string): string[] =>
  [...source.matchAll(/(?:^test\(|\](?: as const)?\)\()\s*"((?:[^"\\]|\\.)*)"/gm)].map(
    ([, title = ""]) => title,
  );

test("every quirk on the page is followed by a test that there is, and every test of quirks is on the page", () => {
  expect(rows.length).toBeGreaterThan(80);
  const lost = rows.filter(({ file, title }) => !titlesIn(sourceOf(file)).includes(title));
  expect(lost).toEqual([]);
  const told = new Set(rows.map(({ file, title }) => `${file} ${title}`));
  const untold = titlesIn(sourceOf("quirks.test.ts")).filter((title) => !told.has(`quirks.test.ts ${title}`));
  expect(untold).toEqual([]);
  // A row that is not understood would be no row at all.
  const tableLines = page.split("\n").filter((line) => /^\| (?!---|§ )/.test(line));
  expect(tableLines.length).toBe(rows.length);
});
