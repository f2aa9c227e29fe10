export type { RunningSandbox, SandboxOptions } from "./options.ts";
export { createSandbox } from "./create-sandbox.ts";
