import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importsIn, violations } from "./architecture.ts";
import { root } from "./processes.ts";

const files = globSync("{apps,packages,tools,bench,e2e}/**/*.{ts,tsx,mjs}", {
  cwd: root,
  exclude: (path) => /node_modules|\/dist(?:\/|$)/.test(path),
});

describe("the repository", () => {
  it("keeps to its arrows, words and names", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap((path) => violations(path, readFileSync(join(root, path), "utf8")))).toEqual([]);
  });
});

describe("each rule can fail", () => {
  const broken: readonly (readonly [path: string, source: string, why: RegExp])[] = [
    [
      "packages/zoom-sandbox/src/a.ts",
      `import { Secret } from "@greenroom/connector-kit";`,
      /no arrow leads/,
    ],
    ["packages/zoom-sandbox/src/a.test.ts", `import { zoom } from "@greenroom/zoom";`, /no arrow leads/],
    ["packages/zoom/src/a.ts", `import { createSandbox } from "@greenroom/zoom-sandbox";`, /no arrow leads/],
    ["packages/zoom/src/a.ts", `await import("@greenroom/zoom-sandbox")`, /no arrow leads/],
    ["apps/server/src/a.ts", `import "@greenroom/zoom-sandbox";`, /no arrow leads/],
    ["packages/recipes/src/a.ts", `export { a } from "@greenroom/engine";`, /no arrow leads/],
    ["packages/engine/src/a.ts", `import {\n  zoom,\n} from "@greenroom/zoom";`, /no arrow leads/],
    ["packages/connector-kit/src/a.ts", `import { a } from "../../recipes/src/a.ts";`, /no arrow leads/],
    [
      "packages/recipes/src/a.ts",
      `import { a } from "../../connector-kit/src/a.ts";`,
      /use the package's name/,
    ],
    [
      "apps/web/src/a.tsx",
      `import { app } from "@greenroom/server";`,
      /no arrow leads from apps\/web to apps\/server/,
    ],
    ["apps/web/src/a.tsx", `import { type A, b } from "@greenroom/server/api";`, /no arrow leads/],
    ["apps/web/src/a.tsx", `import type { A } from "@greenroom/engine";`, /no arrow leads/],
    ["apps/server/src/a.ts", `import { Client } from "pg";`, /only packages\/engine/],
    [
      "packages/toolbox/src/a.ts",
      `import { sql } from "drizzle-orm/node-postgres";`,
      /only packages\/engine/,
    ],
    ["packages/toolbox/src/http/a.ts", `import { Pool } from "pg";`, /only packages\/engine/],
    ["bench/a.ts", `import { DBOS } from "@dbos-inc/dbos-sdk";`, /only packages\/engine/],
    ["packages/recipes/src/a.ts", "// as Zoom does", /has a Zoom word/],
    ["packages/connector-kit/src/a.ts", `const url = "https://api.zoom.us";`, /has a Zoom word/],
    ["packages/engine/src/a.ts", "const port = process.env.PORT;", /reads process\.env/],
    ["packages/zoom-sandbox/src/a.ts", `process["env"]`, /reads process\.env/],
    ["packages/zoom/src/utils.ts", "", /says nothing/],
    ["apps/server/src/helpers/a.ts", "", /says nothing/],
    ["packages/engine/src/job-manager.ts", "", /says nothing/],
    ["packages/engine/src/JobRunner.ts", "", /kebab-case/],
  ];
  it.each(broken)("%s with %j", (path, source, why) => {
    expect(violations(path, source)).toEqual([expect.stringMatching(why)]);
  });
});

describe("what is allowed passes", () => {
  const sound: readonly (readonly [path: string, source: string])[] = [
    ["apps/server/src/a.ts", `import { zoom } from "@greenroom/zoom";\nprocess.env.PORT;`],
    ["apps/web/src/a.tsx", `import type { A } from "@greenroom/server/api";`],
    ["apps/web/src/a.tsx", `import { type A, type B } from "@greenroom/server/api";`],
    ["packages/zoom/src/a.test.ts", `import { createSandbox } from "@greenroom/zoom-sandbox";`],
    ["packages/toolbox/src/postgres/a.ts", `import type { Pool } from "pg";\nawait import("pg");`],
    ["packages/engine/src/a.ts", `import { Client } from "pg";\n/* process.env is read by the server */`],
    ["packages/recipes/src/a.test.ts", `const use = "zoom/create-meeting";`],
    ["packages/zoom-sandbox/src/main.ts", "process.env.SANDBOX_PORT;"],
    ["tools/a.ts", `import { createSandbox } from "@greenroom/zoom-sandbox";`],
    ["packages/zoom/src/a.ts", `// import { a } from "@greenroom/engine";`],
  ];
  it.each(sound)("%s with %j", (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});

it("sees every form of import", () => {
  const source = [
    `import a, { b } from "./one.ts";`,
    `import * as c from './two.ts';`,
    `export * from "./three.ts";`,
    `export type { D } from "./four.ts";`,
    `import "./five.ts";`,
    `const e = await import("./six.ts");`,
    `type F = typeof import("./seven.ts");`,
    `const url = "https://x.test"; import { type G } from "./eight.ts";`,
  ].join("\n");
  expect(importsIn(source)).toEqual(
    ["one", "two", "three", "four", "five", "six", "seven", "eight"].map((name) => ({
      from: `./${name}.ts`,
      typesOnly: ["four", "seven", "eight"].includes(name),
    })),
  );
});
