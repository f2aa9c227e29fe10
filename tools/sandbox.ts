/** `npm run sandbox`: the sandbox from its sources, whose modules are found quickly; its package is one file. */
import { findModulesQuickly } from "../apps/server/src/quick-modules.ts";

findModulesQuickly();
await import("../packages/zoom-sandbox/src/main.ts");
