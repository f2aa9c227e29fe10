export type { RunningSandbox, SandboxOptions } from "./create-sandbox.ts";
export { createSandbox } from "./create-sandbox.ts";
export { type CoveredOperation, coverageOf } from "./control/coverage.ts";
