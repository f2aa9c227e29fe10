import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{apps,packages,tools,e2e,examples}/**/*.test.ts"],
    setupFiles: ["tools/quick-modules.ts"],
    globalSetup: ["e2e/unpack-browser.ts"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // What a busy machine is slow to draw is waited for.
    expect: { poll: { timeout: 15_000 } },
    // Two cores: each worker may own a PostgreSQL, a sandbox and a browser.
    maxWorkers: 2,
  },
});
