/** Where the server's process begins. Node keeps what it has compiled in the home, so further starts are quicker. */
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { homeOf } from "./home.ts";
import { findModulesQuickly } from "./quick-modules.ts";

const home = homeOf(process.env);
// Never in the system's folder for temporary files: what is there can be another user's, and this is code. The first
// start makes the home, with its own care.
if (existsSync(home)) enableCompileCache(join(home, "compiled"));
findModulesQuickly();
await import("./serve.ts");
