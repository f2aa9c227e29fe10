/** The rules of ARCHITECTURE.md that a machine can check: who may import whom, and which words stay where. */
import { posix } from "node:path";

/** The parts, and what each may import of ours. A part not named here (tools, bench, e2e) may import all. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "apps/server": [
    "packages/engine",
    "packages/recipes",
    "packages/connector-kit",
    "packages/zoom",
    "packages/toolbox",
    "packages/activepieces",
  ],
  "apps/web": [],
  // Recipes are linted, formatted and moved without a server.
  "apps/cli": [
    "packages/recipes",
    "packages/connector-kit",
    "packages/zoom",
    "packages/toolbox",
    "packages/activepieces",
  ],
  "packages/engine": ["packages/recipes", "packages/connector-kit"],
  "packages/recipes": ["packages/connector-kit"],
  "packages/zoom": ["packages/connector-kit"],
  "packages/toolbox": ["packages/connector-kit"],
  "packages/activepieces": ["packages/connector-kit"],
  "packages/connector-kit": [],
  "packages/zoom-sandbox": [],
};

/** Arrows for types alone. */
const typeArrows: Readonly<Record<string, readonly string[]>> = {
  "apps/web": ["apps/server"],
  "apps/cli": ["apps/server"],
};

const sandbox = "packages/zoom-sandbox";
const databaseLibraries = /^(?:@dbos-inc\/|drizzle-(?:orm|kit)(?:\/|$)|pg(?:-[\w-]+)?(?:\/|$))/;
/** Calls other people's databases, never ours (docs/adr/0011); tests look into theirs. */
const databaseConnector = /^packages\/toolbox\/src\/postgres\//;
const environmentReaders =
  /^(?:apps\/server|apps\/cli|tools|bench|e2e)\/|^packages\/zoom-sandbox\/src\/main\.ts$/;
const withoutZoom = /^packages\/(?:recipes|connector-kit)\/src\//;
const nameForbidden = /(?:^|[-./])(?:utils?|helpers?|commons?|managers?|services?)(?=[-./]|$)/;
const nameForm = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/;
const isTest = (path: string) => /\.test(?:-kit)?\.tsx?$|(?:^|\/)fixtures\//.test(path);

interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
}

/** The test that shows how each rule can fail is full of what they forbid. */
const examples = "tools/architecture.test.ts";

/** What a file of this repository breaks, a sentence each. Its path is from the repository's root. */
export function violations(path: string, source: string): string[] {
  if (path === examples) return [];
  const found = [...importViolations(path, source), ...nameViolations(path)];
  const code = withoutComments(source);
  if (
    !environmentReaders.test(path) &&
    !isTest(path) &&
    /\bprocess\s*(?:\.|\?\.)\s*env\b|\bprocess\s*\[\s*["']env/.test(code)
  ) {
    found.push("reads process.env: take the setting as an argument");
  }
  if (withoutZoom.test(path) && !isTest(path) && /zoom/i.test(source)) {
    found.push("has a Zoom word: it must know no product");
  }
  return found.map((what) => `${path} ${what}`);
}

function importViolations(path: string, source: string): string[] {
  const part = partOf(path);
  return importsIn(source).flatMap(({ from, typesOnly }) => {
    const found: string[] = [];
    if (
      part !== "packages/engine" &&
      databaseLibraries.test(from) &&
      !(from === "pg" && (databaseConnector.test(path) || isTest(path) || path.startsWith("bench/")))
    ) {
      found.push(`imports ${from}: only packages/engine knows the database`);
    }
    const target = targetOf(path, from);
    const allowed = part === undefined ? undefined : arrows[part];
    if (target === undefined || part === undefined || target === part || allowed === undefined) return found;
    const allowedHere =
      allowed.includes(target) ||
      (typesOnly && typeArrows[part]?.includes(target)) ||
      (target === sandbox && isTest(path));
    if (!allowedHere) found.push(`imports ${from}: no arrow leads from ${part} to ${target}`);
    else if (from.startsWith(".")) found.push(`imports ${from}: use the package's name`);
    return found;
  });
}

function nameViolations(path: string): string[] {
  const found: string[] = [];
  if (nameForbidden.test(path)) found.push("has a name that says nothing: name it for what it does");
  if (!nameForm.test(posix.basename(path))) found.push("must have a kebab-case name");
  return found;
}

/** The statements and calls that import, in the order they stand in the file. */
export function importsIn(source: string): Import[] {
  const code = withoutComments(source);
  const statement =
    /\b(?:import|export)\s+(type\s+)?((?:[\w$*\s,]|\{[^}]*\})*?)\s*\bfrom\s*["']([^"']+)["']|\bimport\s*["']([^"']+)["']|\b(typeof\s+)?import\s*\(\s*["'`]([^"'`]+)["'`]/g;
  return [...code.matchAll(statement)].map(([, type, names = "", from, bare, typeOf, dynamic]) => ({
    from: from ?? bare ?? dynamic ?? "",
    typesOnly: type !== undefined || typeOf !== undefined || onlyTypes(names),
  }));
}

function onlyTypes(names: string): boolean {
  const [, list] = /^\s*\{([^}]*)\}\s*$/.exec(names) ?? [];
  const each = (list ?? "").split(",").filter((name) => name.trim() !== "");
  return each.length > 0 && each.every((name) => /^\s*type\s/.test(name));
}

/** A comment in a string's address, as in https://, is not one. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1");
}

function partOf(path: string): string | undefined {
  return /^(?:apps|packages)\/[^/]+/.exec(path)?.[0];
}

function targetOf(path: string, from: string): string | undefined {
  if (from.startsWith(".")) return partOf(posix.join(posix.dirname(path), from));
  const [, name] = /^@greenroom\/([^/]+)/.exec(from) ?? [];
  if (name === undefined) return undefined;
  return [`apps/${name}`, `packages/${name}`].find((part) => part in arrows) ?? `packages/${name}`;
}
