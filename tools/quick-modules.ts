/** What each process of the tests begins with: most of them load the engine, and the database library below it. */
import { findModulesQuickly } from "../apps/server/src/quick-modules.ts";

findModulesQuickly();
